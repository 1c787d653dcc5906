"""A worker that dies costs no more than its own items once more; when the run itself dies, its workers go with it."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path
from subprocess import Popen

import pytest

from ..cli.conftest import Start
from .aftermath import assert_nothing_is_torn, executions, outputs, records, temporaries, unfinished
from .conftest import HAS_WORKERS, Batch, Dying
from .test_power_cuts import FAILPOINTS

pytestmark = pytest.mark.skipif(not HAS_WORKERS, reason="runs paint in the process itself")
WORKERS = ("--workers", "2")


@pytest.mark.parametrize(
    "place", ["before_fsync", "after_picture", *(pytest.param(p, marks=pytest.mark.slow) for p in FAILPOINTS[3:])]
)
def test_a_worker_that_dies_while_it_writes_costs_that_item_and_the_one_it_paints_once_more(
    batch: Batch, dying: Dying, struck: Start, place: str
) -> None:
    file = batch(2, 2)
    assert dying(file, "--set", "output.dir=whole").code == 0
    spent = file.parent / "spent"
    run = struck("run", file, "--quiet", *WORKERS, failpoint=f"{place}:2", STYLEPIPE_FAILPOINT_SPENT=str(spent))
    _, said = run.communicate(timeout=60)
    assert spent.exists()
    assert (run.returncode, said) == (0, "")
    out = file.parent / "out"
    assert_nothing_is_torn(out)
    assert not temporaries(out)
    assert executions(out) <= 6
    assert outputs(out) == outputs(file.parent / "whole")


def test_an_item_that_kills_every_worker_fails_alone(batch: Batch, struck: Start) -> None:
    file = batch(1, 1)
    run = struck("run", file, "--quiet", *WORKERS, failpoint="before_fsync:1")
    _, said = run.communicate(timeout=120)
    assert run.returncode == 3
    assert said.count("\n") == 1
    assert said.startswith("failed photo0--art0: ")


@pytest.mark.parametrize("kills", [2, pytest.param(40, marks=pytest.mark.slow)])
def test_deaths_of_the_run_or_of_a_worker_at_random_moments_change_nothing(
    batch: Batch, dying: Dying, start: Start, kills: int
) -> None:
    chance = random.Random(kills)
    file = batch(4, 3)
    assert dying(file, "--set", "output.dir=whole").code == 0
    dead = night = 0
    while dead < kills:
        out, died_tonight = file.parent / f"night{night}", 0
        arguments = ("run", file, "--quiet", *WORKERS, "--set", f"output.dir={out.name}")
        while dead < kills and len(records(out)) < 12:
            run = start(*arguments)
            begun = executions(out)
            while run.poll() is None and executions(out) == begun:
                time.sleep(0.02)
            time.sleep(chance.uniform(0, 0.5))
            workers = workers_of(run)
            victim = chance.choice([run.pid, *workers])
            died_tonight += (killed := kill(victim))
            dead += killed
            _, said = run.communicate(timeout=60)
            assert run.returncode == (-9 if victim == run.pid and killed else 0), said
            assert_all_gone(workers)
            assert_nothing_is_torn(out)
        last = dying(file, "--set", f"output.dir={out.name}")
        assert (last.code, last.err) == (0, "")
        assert executions(out) <= 12 + 2 * died_tonight  # a worker writes one item and paints another
        assert not temporaries(out)
        assert not unfinished(out)
        assert outputs(out) == outputs(file.parent / "whole")
        night += 1


def workers_of(run: Popen[str]) -> list[int]:
    """Give the processes in which a run paints; Python's own helper, which counts what is left open, is none."""
    found = []
    for children in Path(f"/proc/{run.pid}/task").glob("*/children"):
        for child in map(int, read(children).split()):
            found += [child] if "spawn_main" in read(Path(f"/proc/{child}/cmdline")) else []
    return found


def assert_all_gone(processes: list[int]) -> None:
    deadline = time.monotonic() + 20
    while any(is_alive(process) for process in processes):
        assert time.monotonic() < deadline, "a worker outlives its run"
        time.sleep(0.05)


def is_alive(process: int) -> bool:
    status = read(Path(f"/proc/{process}/stat"))
    return bool(status) and status.rpartition(")")[2].split()[0] != "Z"


def read(path: Path) -> str:
    """Read what the kernel says of a process; nothing when it is gone."""
    try:
        return path.read_text()
    except (OSError, ProcessLookupError):
        return ""


def kill(process: int) -> bool:
    """Kill a process; tell whether it was still there."""
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True
