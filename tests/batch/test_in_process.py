"""Painting in the process itself tries again what may pass, too, and leaves torch as it was."""

from __future__ import annotations

import errno

import pytest
import torch

from stylepipe.batch import events, painter
from stylepipe.batch.events import Summary
from stylepipe.errors import CrashError, PictureError, TransientError

from .conftest import Job, carry_out, of_kind

ONE = "jobs:\n  - contents: photos/cat.png\n    styles: art/night.png\n"


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again at once."""
    monkeypatch.setattr("stylepipe.batch.crew.pause_before", lambda _: 0.05)


def away(times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the drive with the photographs be away so often."""
    read, left = painter.read_materials, [times]

    def read_or_not(*arguments: object) -> object:
        if left[0]:
            left[0] -= 1
            raise PictureError("photos/cat.png: cannot be read") from OSError(errno.EIO, "the drive is away")
        return read(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(painter, "read_materials", read_or_not)


def test_a_drive_that_is_away_for_a_moment_costs_a_pause(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    away(2, monkeypatch)
    summary, told = carry_out(job(ONE))
    assert summary == Summary(done=1)
    assert len(of_kind(told, events.ItemStarted)) == 1
    assert [event.pause for event in of_kind(told, events.ItemRetried)] == [0.05, 0.05]
    assert of_kind(told, events.Waiting)


def test_a_drive_that_stays_away_costs_the_item(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    away(3, monkeypatch)
    summary, told = carry_out(job(ONE))
    assert summary.failed == 1
    (failed,) = of_kind(told, events.ItemFailed)
    assert isinstance(failed.error, TransientError)
    assert str(failed.error) == "photos/cat.png: cannot be read (tried 3 times)"


def test_an_error_of_the_gpu_is_not_tried_for_ever(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object, **__: object) -> object:
        raise RuntimeError("CUDA error: an illegal memory access was encountered")

    monkeypatch.setattr(painter, "painted", break_down)
    summary, told = carry_out(job(ONE))
    assert summary.failed == 1
    assert len(of_kind(told, events.ItemRetried)) == 2
    (failed,) = of_kind(told, events.ItemFailed)
    assert isinstance(failed.error, TransientError)
    assert "CUDA error" in str(failed.error)
    assert all(isinstance(event.error, CrashError) for event in of_kind(told, events.ItemRetried))


def test_torch_has_its_own_number_of_threads_again_afterwards(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    before, seen = torch.get_num_threads(), []
    paint_it = painter.painted

    def watch(*arguments: object, **others: object) -> object:
        seen.append(torch.get_num_threads())
        return paint_it(*arguments, **others)  # type: ignore[arg-type]

    monkeypatch.setattr(painter, "painted", watch)
    carry_out(job(ONE))
    assert seen == [2]
    assert torch.get_num_threads() == before
