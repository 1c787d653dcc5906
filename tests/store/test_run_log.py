import json
import os
import re
from pathlib import Path

import pytest

from stylepipe.errors import OutputError
from stylepipe.store.run_log import RunLog, event_line


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
