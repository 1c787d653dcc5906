"""Whoever paints: what may pass is tried again, what may not is told once, and what concerns all ends the run."""

from __future__ import annotations

import pytest

from stylepipe import load_spec
from stylepipe.batch import events
from stylepipe.batch.crew import conclude, pause_after
from stylepipe.batch.events import Event
from stylepipe.batch.plan import Planned, plan
from stylepipe.batch.task import MOST_RETRIES, Done, Failed, Reach
from stylepipe.errors import OutputError, PictureError, StylepipeError, TransientError

from .conftest import Job


@pytest.fixture
def planned(job: Job) -> Planned:
    return plan(load_spec(job()))[0]


@pytest.mark.parametrize("reach", [Reach.MOMENT, Reach.PROCESS])
def test_what_may_pass_has_two_more_turns(planned: Planned, reach: Reach) -> None:
    told: list[Event] = []
    outcome = Failed(PictureError("the drive is away"), reach)
    pauses = [pause_after(outcome, attempts, planned, told.append) for attempts in range(1, MOST_RETRIES + 2)]
    assert pauses == [1.0, 4.0, None]
    assert told == [events.ItemRetried("cat--night", outcome.error, pause) for pause in pauses[:2]]


@pytest.mark.parametrize(
    "outcome",
    [
        Done(1.0, [], "cpu"),
        Failed(PictureError("damaged"), Reach.ITEM),
        Failed(OutputError("the disk is full"), Reach.RUN),
    ],
)
def test_what_cannot_end_otherwise_stands(planned: Planned, outcome: Done | Failed) -> None:
    told: list[Event] = []
    assert pause_after(outcome, 1, planned, told.append) is None
    assert told == []


@pytest.mark.parametrize(
    ("reach", "attempts", "error"),
    [
        (Reach.ITEM, 1, PictureError("damaged")),
        (Reach.MOMENT, 3, TransientError("damaged (tried 3 times)")),
        (Reach.PROCESS, 3, TransientError("damaged (tried 3 times)")),
    ],
)
def test_a_failure_is_told_with_how_often_it_was_tried(
    planned: Planned, reach: Reach, attempts: int, error: StylepipeError
) -> None:
    told: list[Event] = []
    conclude(planned, Failed(PictureError("damaged"), reach), attempts, told.append)
    (event,) = told
    assert isinstance(event, events.ItemFailed)
    assert (type(event.error), str(event.error)) == (type(error), str(error))


@pytest.mark.parametrize("reach", [Reach.RUN, Reach.MOMENT])
def test_an_output_that_cannot_be_written_ends_the_run(planned: Planned, reach: Reach) -> None:
    with pytest.raises(OutputError, match="the disk"):
        conclude(planned, Failed(OutputError("the disk"), reach), 3, events.ignore)
