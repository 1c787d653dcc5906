from __future__ import annotations

import json
from pathlib import Path

import click
import pytest

from stylepipe.batch.events import (
    ItemProgress,
    ItemRetried,
    ItemStarted,
    LockAwaited,
    Progress,
    RunFinished,
    RunStarted,
    Summary,
)
from stylepipe.cli.progress import listening
from stylepipe.errors import LockedError, OutputError, TransientError

from .conftest import NAME, a_run


def told(capsys, **options):
    """Give what is written about a run where there is no terminal."""
    with listening(**{"quiet": False, **options}) as listener:
        a_run(listener)
    out, err = capsys.readouterr()
    assert out == ""
    return err.splitlines()


def test_without_a_terminal_there_is_a_plain_line_for_what_happened_and_none_for_what_happens(capsys):
    lines = told(capsys)
    assert lines[:3] == [
        "2 of 3 items due",
        f"done {NAME} in 12.3 s: out/{NAME}.png",
        "failed bad: is no picture",
    ]
    assert lines[3].startswith("1 done, 1 up to date, 1 failed in ")
    assert len(lines) == 4


def test_where_one_picture_is_all_nothing_is_counted(capsys):
    assert [line.split()[0] for line in told(capsys, summary=False)] == ["done", "failed"]


def test_what_takes_long_says_in_a_log_how_far_it_is(capsys, monkeypatch):
    monkeypatch.setattr("stylepipe.cli.progress._SILENCE", 0.0)
    with listening(quiet=False) as listener:
        for item in ("walk", "cat"):
            listener(ItemStarted(item, "new"))
        listener(ItemProgress("walk", Progress(1, 1, 64, 43, 9, 30, 1.0, 0.1, 12, 96, 8.25)))
        listener(ItemProgress("cat", Progress(2, 3, 64, 43, 9, 30, 1.0, 0.1)))
    assert capsys.readouterr().err.splitlines() == [
        "painting walk: frame 12 of 96, 8.2 s a frame",
        "painting cat: iteration 9 of 30, 10% of the work",
    ]


def test_what_is_waited_for_and_what_is_tried_again_is_said(capsys):
    with listening(quiet=False) as listener:
        listener(LockAwaited("out: another run holds this output directory since 2 o'clock"))
        listener(ItemRetried("cat", TransientError("cat: its process died"), 4.0))
    assert capsys.readouterr().err.splitlines() == [
        "waiting: out: another run holds this output directory since 2 o'clock",
        "cat: its process died; trying again in 4.0 s",
    ]


def test_quiet_is_a_line_for_each_failure(capsys):
    assert told(capsys, quiet=True) == ["failed bad: is no picture"]


def test_json_lines_leave_out_the_iterations_only(capsys):
    events = [json.loads(line)["event"] for line in told(capsys, log_json=True)]
    assert events == ["run_started", "item_started", "item_done", "item_started", "item_failed", "run_finished"]


@pytest.mark.parametrize("options", [{}, {"quiet": True}, {"summary": False}])
def test_what_ended_a_run_stands_on_its_own_line_before_the_count(capsys, options):
    with listening(**{"quiet": False, **options}) as listener:
        listener(RunStarted(2, 2, Path("out")))
        listener(RunFinished(Summary(done=1, not_tried=1, fatal=OutputError("the disk is full"))))
    lines = [line for line in capsys.readouterr().err.splitlines() if line != "2 of 2 items due"]
    assert lines[0] == "stylepipe: the disk is full"
    assert [line.split(" in ")[0] for line in lines[1:]] == (
        [] if options else ["1 done, 0 up to date, 0 failed, 1 not tried"]
    )


def test_an_error_before_the_first_event_goes_its_way_except_as_json(capsys):
    with pytest.raises(LockedError), listening(quiet=False):
        raise LockedError("out: another run holds it")
    with pytest.raises(click.exceptions.Exit), listening(quiet=False, log_json=True):
        raise LockedError("out: another run holds it")
    event = json.loads(capsys.readouterr().err)
    assert {**event, "time": ""} == {
        "time": "",
        "event": "error",
        "kind": "LockedError",
        "message": "out: another run holds it",
        "exit_code": 75,
    }
