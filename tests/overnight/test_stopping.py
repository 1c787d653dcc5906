"""SIGTERM in the middle of the work, and the next run, make the same files as a run that nobody disturbed."""

from __future__ import annotations

import pytest

from .aftermath import executions, outputs, temporaries, unfinished
from .conftest import Batch, Dying


@pytest.mark.parametrize(("number", "code", "iteration"), [("term", 143, 5), ("int", 130, 14)])
def test_a_picture_that_was_stopped_and_continued_is_the_same_to_the_last_byte(
    batch: Batch, dying: Dying, number: str, code: int, iteration: int
) -> None:
    file = batch(1, 1)
    long = ["--set", "size=96", "--set", "iterations=12", "--set", "pyramid=true", "--set", f"snapshots=[{iteration}]"]
    assert dying(file, *long, "--set", "output.dir=whole").code == 0
    out = file.parent / "out"

    stopped = dying(file, *long, failpoint=f"after_picture:1:{number}")  # while it writes the snapshot
    assert stopped.code == code, stopped.err
    assert stopped.err.count("\n") == 1
    assert list(outputs(out)) == [f"photo0--art0.{iteration:05}.png"]
    assert not temporaries(out)

    last = dying(file, *long)
    assert (last.code, last.err) == (0, "")
    assert executions(out) == 2
    assert not unfinished(out)
    assert outputs(out) == outputs(file.parent / "whole")
