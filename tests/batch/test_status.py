"""How a job and its output directory stand, told from the disk alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from stylepipe import load_spec
from stylepipe.batch.status import status_of
from stylepipe.errors import UsageError
from stylepipe.store.lock import hold
from stylepipe.store.places import unfinished_folder

from ..conftest import save_picture
from .conftest import Job, Start, answer, carry_out, fail, files_in

TORCHLESS = """
import sys
from pathlib import Path
from stylepipe import load_spec
from stylepipe.batch.clean import find
from stylepipe.batch.estimate import estimate
from stylepipe.batch.plan import plan
from stylepipe.batch.status import status_of
planned = plan(load_spec(sys.argv[1]))
estimate(planned)
status = status_of(load_spec(sys.argv[1]), verify=True)
find(status.output_dir, [entry.item for entry in planned], orphans=True)
print(status.items, "torch" in sys.modules)
"""


def test_a_job_that_never_ran_is_all_due(job: Job, tmp_path: Path) -> None:
    file = job()
    before = files_in(tmp_path)
    status = status_of(load_spec(file))
    assert (status.items, status.done, status.failures, status.due) == (4, 0, (), {"new": 4})
    assert (status.held, status.holder, status.last_run, status.unfinished) == (False, None, None, {})
    assert files_in(tmp_path) == before


def test_what_is_done_failed_and_due_is_counted_apart(job: Job, tmp_path: Path) -> None:
    file = job()
    carry_out(file, only=["cat*"])
    fail(file, "dog--night")
    save_picture(tmp_path / "art" / "wave.png", seed=9)
    status = status_of(load_spec(file))
    assert (status.items, status.done, status.due) == (4, 1, {"style changed": 1, "new": 1})
    assert [failure.item for failure in status.failures] == ["dog--night"]
    assert status.last_run is not None
    assert (status.last_run.ended, status.last_run.done, status.last_run.exit_code) == (True, 2, 0)


def test_a_directory_alone_is_told_from_its_records_and_failures(job: Job, tmp_path: Path) -> None:
    file, out = job(), tmp_path / "out"
    carry_out(file)
    fail(file, "dog--night")
    (out / "cat--wave.png").unlink()
    edited = (out / "dog--wave.png").read_bytes()
    (out / "dog--wave.png").write_bytes(edited[:-1] + b"x")
    status = status_of(out)
    assert (status.items, status.done, status.due) == (4, 2, {"output missing": 1})
    assert [failure.item for failure in status.failures] == ["dog--night"]
    assert status_of(out, verify=True).due == {"output missing": 1, "output is not what was painted": 1}


def test_a_folder_to_which_no_run_has_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no output directory"):
        status_of(tmp_path)


def test_who_holds_the_directory_is_said_and_a_dead_holder_is_none(job: Job, tmp_path: Path) -> None:
    file, out = job(), tmp_path / "out"
    with hold(out):
        status = status_of(load_spec(file))
        holder = (out / ".stylepipe" / "lock.json").read_text()
    assert status.held
    assert status.holder is not None
    (out / ".stylepipe" / "lock.json").write_text(holder)
    status = status_of(load_spec(file))
    assert (status.held, status.holder) == (False, None)


def test_unfinished_work_is_measured(job: Job, tmp_path: Path) -> None:
    folder = unfinished_folder(tmp_path / "out", "zoo/walk.mp4")
    folder.mkdir(parents=True)
    (folder / "journal.jsonl").write_bytes(b"12345")
    assert status_of(tmp_path / "out").unfinished == {"zoo/walk.mp4": 5}


def test_plan_estimate_status_and_clean_never_load_torch(job: Job, python: Start) -> None:
    file = job()
    carry_out(file, only=["cat*"])
    assert answer(python(TORCHLESS, file)) == "4 False"
