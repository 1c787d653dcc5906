"""What a run tells has stable names, fits into JSON, and its end has the right exit code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest

from stylepipe.batch.events import (
    Event,
    ItemDone,
    ItemFailed,
    ItemProgress,
    ItemRetried,
    ItemStarted,
    ItemUpToDate,
    LockAwaited,
    Progress,
    RunFinished,
    RunStarted,
    Summary,
    Waiting,
    event_fields,
    event_name,
    ignore,
)
from stylepipe.errors import (
    CrashError,
    EnvironmentLacksError,
    ExitCode,
    OutputError,
    PictureError,
    StoppedError,
    StylepipeError,
    TransientError,
)

LACKING = EnvironmentLacksError("the weights of vgg19 are not on this machine")
EVENTS: list[tuple[Event, str, dict[str, object]]] = [
    (LockAwaited("out: held"), "lock_awaited", {"message": "out: held"}),
    (RunStarted(4, 3, Path("out")), "run_started", {"items": 4, "due": 3, "output_dir": "out"}),
    (ItemUpToDate("cat"), "item_up_to_date", {"item": "cat"}),
    (ItemStarted("cat", "new"), "item_started", {"item": "cat", "reason": "new"}),
    (
        ItemProgress("cat", Progress(1, 3, 32, 26, 2, 9, 0.5, 0.25)),
        "item_progress",
        {
            "item": "cat",
            "scale_number": 1,
            "scale_count": 3,
            "width": 32,
            "height": 26,
            "iteration": 2,
            "iterations": 9,
            "loss": 0.5,
            "share": 0.25,
        },
    ),
    (
        ItemDone("cat", Path("out/cat.png"), 1.5, ("painted in tiles",), "cpu (1 thread)"),
        "item_done",
        {
            "item": "cat",
            "output": "out/cat.png",
            "seconds": 1.5,
            "notes": ["painted in tiles"],
            "device": "cpu (1 thread)",
        },
    ),
    (Waiting(), "waiting", {}),
    (
        ItemRetried("cat", TransientError("cat: its process died"), 4.0),
        "item_retried",
        {"item": "cat", "kind": "TransientError", "message": "cat: its process died", "pause": 4.0},
    ),
    (
        ItemFailed("cat", PictureError("cat.png is empty")),
        "item_failed",
        {"item": "cat", "kind": "PictureError", "message": "cat.png is empty"},
    ),
    (
        RunFinished(Summary(2, 1, 1, 0, fatal=OutputError("the disk is full"))),
        "run_finished",
        {"done": 2, "up_to_date": 1, "failed": 1, "not_tried": 0, "fatal": "the disk is full", "exit_code": 74},
    ),
    (
        RunFinished(Summary(done=2)),
        "run_finished",
        {"done": 2, "up_to_date": 0, "failed": 0, "not_tried": 0, "fatal": None, "exit_code": 0},
    ),
]


@pytest.mark.parametrize(("event", "name", "fields"), EVENTS, ids=[name for _, name, _ in EVENTS])
def test_an_event_has_a_stable_name_and_fields_for_json(event: Event, name: str, fields: dict[str, object]) -> None:
    assert event_name(event) == name
    assert json.loads(json.dumps(event_fields(event))) == fields


def test_every_event_is_tried_above() -> None:
    assert {type(event) for event, _, _ in EVENTS} == set(get_args(Event))


@pytest.mark.parametrize(
    ("summary", "code"),
    [
        (Summary(), ExitCode.OK),
        (Summary(done=3), ExitCode.OK),
        (Summary(up_to_date=3), ExitCode.OK),
        (Summary(done=3, failed=1), ExitCode.SOME_FAILED),
        (Summary(up_to_date=3, failed=1), ExitCode.SOME_FAILED),
        (Summary(done=1, failed=1, cause=LACKING), ExitCode.SOME_FAILED),
        (Summary(failed=1, not_tried=5), ExitCode.NOTHING_DONE),
        (Summary(failed=2, cause=LACKING), ExitCode.ENVIRONMENT),
        (Summary(not_tried=5, fatal=LACKING), ExitCode.ENVIRONMENT),
        (Summary(done=5, fatal=OutputError("the disk is full")), ExitCode.OUTPUT),
        (Summary(done=5, failed=1, fatal=StoppedError(ExitCode.INTERRUPTED)), ExitCode.INTERRUPTED),
        (Summary(not_tried=5, fatal=StoppedError(ExitCode.TERMINATED)), ExitCode.TERMINATED),
    ],
)
def test_how_a_run_ended_is_its_exit_code(summary: Summary, code: ExitCode) -> None:
    assert summary.exit_code is code


def test_an_errors_kind_is_its_class() -> None:
    kinds: list[type[StylepipeError]] = [CrashError, EnvironmentLacksError]
    assert [event_fields(ItemFailed("cat", kind("x")))["kind"] for kind in kinds] == [
        "CrashError",
        "EnvironmentLacksError",
    ]


def test_nobody_need_listen() -> None:
    for event, _, _ in EVENTS:
        ignore(event)
