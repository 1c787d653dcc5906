import json
import os
import re
from pathlib import Path

import pytest

from stylepipe.errors import OutputError
from stylepipe.store.run_log import LastRun, RunLog, event_line, last_run


def test_every_event_is_a_line_of_json_with_its_time_and_name_first(tmp_path):
    log = RunLog(tmp_path)
    log.write("run_started", items=2)
    log.write("item_done", item="zoo/cät", seconds=1.5, output=Path("zoo/cat.png"))
    first, second = map(json.loads, log.path.read_text().splitlines())
    assert list(first) == ["time", "event", "items"]
    assert second["event"] == "item_done"
    assert second["item"] == "zoo/cät"
    assert second["output"] == "zoo/cat.png"
    assert first["time"] <= second["time"]


def test_a_log_is_named_by_its_time_and_process(tmp_path):
    path = RunLog(tmp_path).path
    assert path.parent == tmp_path / ".stylepipe" / "runs"
    assert re.fullmatch(rf"\d{{8}}T\d{{6}}Z-{os.getpid()}\.jsonl", path.name)


def test_a_log_without_events_leaves_nothing(tmp_path):
    RunLog(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_event_never_spans_two_lines():
    assert "\n" not in event_line("item_failed", why="first\nsecond\u2028third")


def test_a_log_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / ".stylepipe").write_text("")
    with pytest.raises(OutputError):
        RunLog(tmp_path).write("run_started")


def test_the_last_run_is_read_from_the_newest_log(tmp_path):
    assert last_run(tmp_path) is None
    folder = tmp_path / ".stylepipe" / "runs"
    folder.mkdir(parents=True)
    (folder / "20260301T020000Z-9.jsonl").write_text(_line("00", "run_started"))
    (folder / "20260302T020000Z-8.jsonl").write_text(
        _line("00", "run_started")
        + _line("01", "item_done")
        + _line("02", "item_failed")
        + _line("03", "item_done")
        + _line("04", "run_finished", exit_code=1)
    )
    assert last_run(tmp_path) == LastRun("2026-03-02T02:00:00Z", "2026-03-02T02:04:00Z", True, 2, 1, 1)


def test_a_run_that_was_killed_has_no_end_and_its_torn_line_is_passed_over(tmp_path):
    log = tmp_path / ".stylepipe" / "runs" / "20260302T020000Z-8.jsonl"
    log.parent.mkdir(parents=True)
    log.write_text(_line("00", "run_started") + _line("01", "item_done") + '{"time": "2026-03')
    assert last_run(tmp_path) == LastRun("2026-03-02T02:00:00Z", "2026-03-02T02:01:00Z", False, 1, 0, None)
    log.write_text("[]\n{}\nnull\n")
    assert last_run(tmp_path) is None


def _line(minute: str, event: str, **fields: object) -> str:
    return json.dumps({"time": f"2026-03-02T02:{minute}:00Z", "event": event, **fields}) + "\n"
