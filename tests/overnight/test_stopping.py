"""SIGTERM in the middle of the work, and the next run, make the same files as a run that nobody disturbed."""

from __future__ import annotations

import signal

import pytest

from .aftermath import assert_nothing_is_torn, executions, outputs, temporaries, unfinished
from .conftest import Batch, Dying


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_batch_that_was_stopped_and_continued_is_the_same_to_the_last_byte(
    batch: Batch, dying: Dying, number: int, code: int
) -> None:
    file = batch(1, 1)
    long = ("--set", "size=96", "--set", "iterations=30", "--set", "pyramid=true")
    whole = dying(file, *long, "--set", "output.dir=whole")
    assert whole.code == 0, whole.err
    out = file.parent / "out"

    stops = 0
    for moment in (0.4, 0.7):
        ended = dying(file, *long, by=number, after=moment * whole.seconds)
        assert ended.code in (0, code), ended.err
        stops += ended.code == code
        assert_nothing_is_torn(out)
        assert not temporaries(out)
    assert stops

    last = dying(file, *long)
    assert (last.code, last.err) == (0, "")
    assert executions(out) <= 1 + stops
    assert not unfinished(out)
    assert outputs(out) == outputs(file.parent / "whole")
