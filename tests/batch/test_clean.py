"""Leftovers go, and never what somebody made, changed or still asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from stylepipe import load_spec
from stylepipe.batch.clean import Kept, Leftover, find, remove_all
from stylepipe.spec.expand import expand
from stylepipe.store.lock import hold
from stylepipe.store.places import unfinished_folder

from .conftest import Job, carry_out, fail, outputs_in, reasons

NIGHT_ONLY = "jobs:\n  - contents: photos/*.png\n    styles: art/night.png\n"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def leftovers(file: Path, *, orphans: bool = False) -> tuple[list[Leftover], dict[str, str]]:
    """Find what a job no longer needs, and why what else there is stays."""
    spec = load_spec(file)
    found = find(spec.output_dir, expand(spec), orphans=orphans)
    kept = {entry.path.name: entry.why for entry in found if isinstance(entry, Kept)}
    return [entry for entry in found if isinstance(entry, Leftover)], kept


def kinds(found: list[Leftover]) -> dict[str, str]:
    return {entry.path.name: entry.kind for entry in found}


def test_a_directory_in_which_all_is_done_has_nothing_to_remove(job: Job, out: Path) -> None:
    file = job()
    carry_out(file)
    assert leftovers(file, orphans=True) == ([], {})
    assert find(out, None) == []


def test_what_killed_runs_leave_is_removed_with_its_empty_folders(job: Job, out: Path) -> None:
    file = job()
    carry_out(file)
    before = outputs_in(out)
    work = unfinished_folder(out, "zoo/walk.mp4")
    crash = out / ".stylepipe" / "crashes" / "crash-20260301.txt"
    temporary = ".stylepipe-0123456789abcdef.png"
    (work / "frames").mkdir(parents=True)
    crash.parent.mkdir()
    for path in (work / "job.json", crash, out / temporary):
        path.write_bytes(b"12345")
    (work / "frames" / temporary).touch()
    found, kept = leftovers(file)
    assert kept == {}
    assert [entry.bytes for entry in found] == [5, 5, 5]
    assert kinds(found) == {
        temporary: "temporary file",
        "walk.mp4.parts": "unfinished work",
        "crash-20260301.txt": "crash report",
    }
    assert remove_all(out, found) == found
    assert {path.name for path in (out / ".stylepipe").iterdir()} == {"records", "runs", "lock"}
    assert outputs_in(out) == before
    assert set(reasons(file).values()) == {None}


def test_a_clip_that_is_being_painted_is_left_alone(job: Job, out: Path) -> None:
    file = job()
    work = unfinished_folder(out, "walk.mp4")
    (work / "frames").mkdir(parents=True)
    (work / "journal.jsonl").touch()
    found, _ = leftovers(file)
    with hold(work):
        assert leftovers(file) == ([], {"walk.mp4.parts": "is being painted right now"})
        assert remove_all(out, found) == []
    assert (work / "journal.jsonl").exists()


def test_failures_go_when_nobody_asks_for_their_items_any_more(job: Job, out: Path) -> None:
    file = job()
    for name in ("cat--night", "cat--wave"):
        fail(file, name)
    job(NIGHT_ONLY)
    found, _ = leftovers(file)
    assert kinds(found) == {"cat--wave.json": "old failure"}
    assert find(out, None) == []


def test_outputs_that_nobody_asks_for_go_only_as_orphans_with_snapshots_and_records(job: Job, out: Path) -> None:
    file = job(defaults="size: 32, iterations: 2, pyramid: false, snapshots: [1]")
    carry_out(file)
    job(NIGHT_ONLY)
    assert leftovers(file) == ([], {})
    found, kept = leftovers(file, orphans=True)
    assert kept == {}
    assert kinds(found) == {
        **dict.fromkeys(("cat--wave.png", "dog--wave.png"), "orphaned output"),
        **dict.fromkeys(("cat--wave.00001.png", "dog--wave.00001.png"), "orphaned snapshot"),
        **dict.fromkeys(("cat--wave.json", "dog--wave.json"), "orphaned record"),
    }
    remove_all(out, found)
    assert sorted(outputs_in(out)) == [
        "cat--night.00001.png",
        "cat--night.png",
        "dog--night.00001.png",
        "dog--night.png",
    ]
    assert leftovers(file, orphans=True) == ([], {})


def test_an_orphan_that_somebody_edited_or_made_stays(job: Job, out: Path) -> None:
    file = job()
    carry_out(file)
    (out / "holiday.png").write_bytes(b"mine")
    painted = (out / "cat--wave.png").read_bytes()
    (out / "cat--wave.png").write_bytes(painted[:-1] + b"x")
    job(NIGHT_ONLY)
    found, kept = leftovers(file, orphans=True)
    assert kept == {"cat--wave.png": "has changed since it was painted"}
    assert kinds(found) == {"dog--wave.png": "orphaned output", "dog--wave.json": "orphaned record"}
    remove_all(out, found)
    assert (out / "holiday.png").exists()
    assert (out / ".stylepipe" / "records" / "cat--wave.json").exists()


def test_an_orphan_that_the_job_reads_stays(job: Job, out: Path) -> None:
    file = job()
    carry_out(file)
    job("jobs:\n  - contents: photos/*.png\n    styles: [art/night.png, out/dog--wave.png]\n    overrides: []\n")
    found, kept = leftovers(file, orphans=True)
    assert kept == {"dog--wave.png": "is part of the job"}
    assert "cat--wave.png" in kinds(found)


def test_an_orphan_behind_a_link_stays(job: Job, out: Path, tmp_path: Path) -> None:
    file = job("output: {name: '{style}/{content}'}\njobs:\n  - contents: photos/*.png\n    styles: art/*.png\n")
    carry_out(file)
    (out / "wave").rename(tmp_path / "wave")
    (out / "wave").symlink_to(tmp_path / "wave")
    job("output: {name: '{style}/{content}'}\n" + NIGHT_ONLY)
    found, kept = leftovers(file, orphans=True)
    assert found == []
    assert kept == dict.fromkeys(("cat.png", "dog.png"), "lies behind a link")


def test_the_record_of_an_orphan_that_is_gone_goes_and_a_broken_record_stays(job: Job, out: Path) -> None:
    file = job()
    carry_out(file)
    (out / "cat--wave.png").unlink()
    (out / ".stylepipe" / "records" / "dog--wave.json").write_text("{")
    job(NIGHT_ONLY)
    found, kept = leftovers(file, orphans=True)
    assert kinds(found) == {"cat--wave.json": "orphaned record"}
    assert kept == {"dog--wave.json": "cannot be read, so what it speaks of is not known"}


def test_an_orphan_whose_name_differs_only_in_case_may_be_one_file_with_what_is_asked_for(job: Job, out: Path) -> None:
    file = job()
    carry_out(file, only=["cat*"])
    records = out / ".stylepipe" / "records"
    (records / "cat--night.json").rename(records / "Cat--Night.json")
    assert leftovers(file, orphans=True) == ([], {})
