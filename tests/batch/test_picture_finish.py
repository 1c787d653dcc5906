"""What is left to do of a painted picture can wait for another thread, and goes wrong in the same words there."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from stylepipe import load_spec
from stylepipe.batch import attempt, picture_finish
from stylepipe.batch.networks import Networks
from stylepipe.batch.painter import paint
from stylepipe.batch.plan import Planned, plan
from stylepipe.batch.task import Done, Failed, Reach, Task
from stylepipe.errors import OutOfMemoryError
from stylepipe.store.records import Record, read_record

from .conftest import Job, files_in


@pytest.fixture
def planned(job: Job) -> Planned:
    return plan(load_spec(job()))[0]


@pytest.fixture
def networks() -> Networks:
    return Networks(torch.device("cpu"))


def lacking_memory(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Let memory be too little for encoding so often."""
    encode, left = picture_finish.encode_picture, [times]

    def encode_or_not(*arguments: object, **others: object) -> bytes:
        if left[0]:
            left[0] -= 1
            raise MemoryError
        return encode(*arguments, **others)  # type: ignore[arg-type]

    monkeypatch.setattr(picture_finish, "encode_picture", encode_or_not)


@pytest.mark.parametrize("record", [True, False])
def test_a_painted_picture_becomes_its_output_and_its_record(
    planned: Planned, networks: Networks, tmp_path: Path, record: bool
) -> None:
    painted = paint(planned, networks, lambda _: None)
    assert not (tmp_path / "out").exists()
    painted.put_in_place(record=record)
    assert len(files_in(tmp_path / "out")) == 1 + record
    assert planned.item.output.exists()
    assert isinstance(read_record(tmp_path / "out", planned.item.name), Record) == record


def test_a_small_picture_waits_to_be_written_and_a_large_one_is_written_at_once(
    planned: Planned, networks: Networks, monkeypatch: pytest.MonkeyPatch
) -> None:
    for more in ({}, {"alone": True}):
        outcome = attempt.paint(Task(planned, **more), networks, lambda _: None)
        assert isinstance(outcome, Done) == bool(more)
        assert planned.item.output.exists() == bool(more)
    monkeypatch.setattr(attempt, "_MOST_PIXELS", 0)
    assert isinstance(attempt.paint(Task(planned), networks, lambda _: None), Done)


def test_memory_that_others_may_have_taken_is_asked_for_again_in_a_moment(
    planned: Planned, networks: Networks, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking_memory(monkeypatch, 1)
    finish = attempt.paint(Task(planned), networks, lambda _: None)
    assert not isinstance(finish, Done | Failed)
    outcome = finish()
    assert isinstance(outcome, Failed)
    assert isinstance(outcome.error, OutOfMemoryError)
    assert outcome.reach is Reach.MOMENT


def test_memory_that_nobody_else_has_taken_is_spared_at_once(
    planned: Planned, networks: Networks, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacking_memory(monkeypatch, 1)
    outcome = attempt.paint(Task(planned, alone=True), networks, lambda _: None)
    assert isinstance(outcome, Done)
    assert outcome.notes == ["memory was short: activations were computed twice"]
