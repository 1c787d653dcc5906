"""Threads follow from the machine and the whole job file, and from nothing that changes between two runs of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from stylepipe import load_spec
from stylepipe.batch import machine
from stylepipe.batch.machine import Crowd, cores, crowd_for, memory
from stylepipe.spec.expand import expand
from stylepipe.spec.items import Item

from .conftest import Job

GIB = 2**30


@pytest.fixture
def items(job: Job, monkeypatch: pytest.MonkeyPatch) -> list[Item]:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    return expand(load_spec(job()))


@pytest.fixture
def computer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "cores", lambda: 16)
    monkeypatch.setattr(machine, "memory", lambda: 64 * GIB)


@pytest.mark.usefixtures("computer")
def test_many_pictures_have_one_thread_each_and_few_share_the_cores(items: list[Item]) -> None:
    assert crowd_for(items * 75) == Crowd(processes=16, threads=1)
    assert crowd_for(items) == Crowd(processes=4, threads=4)
    assert crowd_for(items[:1]) == Crowd(processes=1, threads=16)


@pytest.mark.usefixtures("computer")
def test_where_memory_is_short_fewer_are_painted_at_once(items: list[Item], job: Job) -> None:
    large = expand(load_spec(job(), {"size": "4096", "backbone": "lite"}))
    few = crowd_for(large * 75)
    assert 1 < few.processes < 4
    assert few.threads == 16 // few.processes
    assert crowd_for(expand(load_spec(job(), {"size": "30000"}))) == Crowd(1, 16)


@pytest.mark.usefixtures("computer")
@pytest.mark.parametrize(("said", "crowd"), [("1", Crowd(16, 1)), ("4", Crowd(4, 4)), ("32", Crowd(1, 32))])
def test_threads_that_somebody_has_set_count(
    items: list[Item], monkeypatch: pytest.MonkeyPatch, said: str, crowd: Crowd
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", said)
    assert crowd_for(items * 75) == crowd


def test_a_container_is_taken_for_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = memory()
    monkeypatch.setattr(machine, "_CONTROL_GROUPS", tmp_path)
    (tmp_path / "cpu.max").write_text("100000 100000\n")
    (tmp_path / "memory.max").write_text(f"{GIB}\n")
    if not Path("/proc/self/cgroup").exists():
        pytest.skip("needs Linux's control groups")
    assert cores() == 1
    assert memory() == GIB < whole
    (tmp_path / "cpu.max").write_text("max 100000\n")
    (tmp_path / "memory.max").write_text("max\n")
    assert memory() == whole
    assert cores() >= 1
