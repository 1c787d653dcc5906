"""A machine of a cluster paints what the run means and nothing else, and ends where it is asked to."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
import torch

from stylepipe import __version__, load_spec
from stylepipe.batch.cluster_worker import Place, Terms, look_around, paint
from stylepipe.batch.events import Progress
from stylepipe.batch.plan import Planned, plan
from stylepipe.batch.task import Done, Task
from stylepipe.batch.worker import Stopped
from stylepipe.errors import EnvironmentLacksError
from stylepipe.store.lock import hold, read_holder

from .conftest import Job, carry_out, outputs_in


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no network drive."""
    monkeypatch.setattr("stylepipe.batch.cluster_worker._FOLDER_PATIENCE", 0.0)


def due(file: Path) -> Planned:
    return plan(load_spec(file))[0]


def terms(out: Path, version: str = __version__) -> Terms:
    return Terms("cpu", torch.get_num_threads(), version, read_holder(out))


def test_it_paints_what_a_local_run_paints_and_tells_when_it_begins(job: Job, tmp_path: Path) -> None:
    file, out = job(), tmp_path / "out"
    carry_out(file, {"output.dir": "local"}, only=["cat--night"])
    told: list[Progress | None] = []
    with hold(out):
        answer = paint(Task(due(file)), terms(out), told.append)
    assert isinstance(answer, Done)
    assert " of " in answer.device
    assert told[0] is None
    assert isinstance(told[1], Progress)
    assert outputs_in(out) == outputs_in(tmp_path / "local")


def test_another_version_of_stylepipe_paints_nothing(job: Job, tmp_path: Path) -> None:
    file, out = job(), tmp_path / "out"
    with hold(out):
        answer = paint(Task(due(file)), terms(out, "0.0.1"), lambda _: None)
    assert isinstance(answer, EnvironmentLacksError)
    assert f"has stylepipe {__version__} and the run is of 0.0.1" in str(answer)
    assert outputs_in(out) == {}


def test_a_folder_that_the_run_does_not_hold_is_another_folder_of_the_same_name(job: Job, tmp_path: Path) -> None:
    file, out = job(), tmp_path / "out"
    with hold(out):
        agreed = terms(out)
    answer = paint(Task(due(file)), agreed, lambda _: None)
    assert isinstance(answer, EnvironmentLacksError)
    assert f"does not see what this run writes to {out}; mount the folder" in str(answer)


def test_a_task_that_is_cancelled_keeps_what_there_is_and_goes_on_to_the_same_bytes(job: Job, tmp_path: Path) -> None:
    file, out = job(defaults="size: 48, iterations: 12, pyramid: false"), tmp_path / "out"
    carry_out(file, {"output.dir": "whole"}, only=["cat--night"])
    told: list[Progress | None] = []
    before = signal.getsignal(signal.SIGINT)

    def cancel(progress: Progress | None) -> None:
        told.append(progress)
        if progress is not None:
            os.kill(os.getpid(), signal.SIGINT)

    with hold(out):
        assert isinstance(paint(Task(due(file)), terms(out), cancel), Stopped)
        assert len(told) == 2
        answer = paint(Task(due(file)), terms(out), lambda _: None)
    assert isinstance(answer, Done)
    assert answer.notes == ["went on after iteration 1"]
    assert outputs_in(out) == outputs_in(tmp_path / "whole")
    assert signal.getsignal(signal.SIGINT) is before


def test_a_file_that_another_machine_wrote_is_read_or_missed(tmp_path: Path) -> None:
    (tmp_path / "probe").write_text("word")
    assert look_around(tmp_path / "probe").word == "word"
    there = look_around(tmp_path / "elsewhere")
    assert isinstance(there, Place)
    assert there.word is None
    assert there.stylepipe == __version__
