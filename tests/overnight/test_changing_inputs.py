"""An input that is replaced while the batch runs: what a record says was painted is what was painted."""

from __future__ import annotations

import signal
from hashlib import sha256
from pathlib import Path

import pytest

from stylepipe import load_spec
from stylepipe.batch.plan import plan

from ..cli.conftest import Start
from ..conftest import save_picture
from .aftermath import outputs, records
from .conftest import IN_PROCESS, Batch, Dying, wait_until_stopped

ITEM = "photo1--art0"


@pytest.fixture
def replaced(batch: Batch, dying: Dying, struck: Start) -> tuple[Path, bytes]:
    """Run a job whose second photograph is replaced while the first is painted; give the job, and what was replaced."""
    file = batch(2, 1)
    photograph = file.parent / "photos" / "photo1.png"
    before = photograph.read_bytes()
    assert dying(file, "--set", "output.dir=before").code == 0
    run = struck("run", file, *IN_PROCESS, failpoint="after_record:1:stop")
    wait_until_stopped(run)
    save_picture(photograph, 64, 48, seed=50)
    assert dying(file, "--set", "output.dir=after").code == 0
    run.send_signal(signal.SIGCONT)
    run.communicate(timeout=60)
    assert run.returncode == 0
    return file, before


def is_due(file: Path) -> bool:
    return {entry.item.name: entry.reason is not None for entry in plan(load_spec(file))}[ITEM]


def test_the_new_photograph_is_what_the_record_tells_of_or_is_painted_next_time(
    replaced: tuple[Path, bytes], dying: Dying
) -> None:
    file, _ = replaced
    out, photograph = file.parent / "out", file.parent / "photos" / "photo1.png"
    if not is_due(file):
        assert content(out) == sha256(photograph.read_bytes()).hexdigest()
    assert dying(file).code == 0
    assert content(out) == sha256(photograph.read_bytes()).hexdigest()
    assert outputs(out) == outputs(file.parent / "after")


def test_a_photograph_that_is_put_back_afterwards_is_not_taken_for_painted(
    replaced: tuple[Path, bytes], dying: Dying
) -> None:
    file, before = replaced
    (file.parent / "photos" / "photo1.png").write_bytes(before)
    assert dying(file).code == 0
    assert outputs(file.parent / "out") == outputs(file.parent / "before")


def content(out: Path) -> str:
    """Give the photograph's SHA-256 as the record has it."""
    (sha,) = (entry["sha256"] for entry in records(out)[ITEM]["inputs"] if entry["role"] == "content")
    return str(sha)
