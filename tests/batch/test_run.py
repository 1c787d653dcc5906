"""A run does what is due, lets no item stop the others, and says how it ended."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from stylepipe import load_spec, run
from stylepipe.batch import events
from stylepipe.batch.events import Event, Summary
from stylepipe.batch.run import Options
from stylepipe.errors import (
    CrashError,
    EnvironmentLacksError,
    ExitCode,
    LockedError,
    OutOfMemoryError,
    OutputError,
    PictureError,
    StoppedError,
    UsageError,
)
from stylepipe.media import read_picture
from stylepipe.spec.problems import SpecError
from stylepipe.store.lock import hold
from stylepipe.store.records import Record, read_record

from ..conftest import save_picture
from .conftest import Job, Start, answer, carry_out, files_in, of_kind, outputs_in, reasons

ALL = ("cat--night", "cat--wave", "dog--night", "dog--wave")
ONE = "jobs:\n  - contents: photos/cat.png\n    styles: art/night.png\n"
TWO = "jobs:\n  - contents: photos/*.png\n    styles: art/night.png\n"
COMMAND = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a test runner in the background may have it ignored
from stylepipe.cli.main import main
main(sys.argv[1:])
"""
RUN_AGAIN = """
import sys
from stylepipe import load_spec, run
summary = run(load_spec(sys.argv[1]))
print(summary.up_to_date, summary.exit_code.value, "torch" in sys.modules)
"""


def logged(output_dir: Path) -> list[dict[str, Any]]:
    """Give the lines of a run's log, if there was one run."""
    (file,) = (output_dir / ".stylepipe" / "runs").iterdir()
    return [json.loads(line) for line in file.read_text().splitlines()]


@contextmanager
def limited(resource_number: int, most: int) -> Iterator[None]:
    """Let this process have no more of something."""
    before = resource.getrlimit(resource_number)
    resource.setrlimit(resource_number, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource_number, before)


# -- What is done ----------------------------------------------------------------------------------------------------


def test_a_run_paints_everything_and_says_so(job: Job, tmp_path: Path) -> None:
    summary, told = carry_out(job())
    assert summary == Summary(done=4)
    assert summary.exit_code == ExitCode.OK
    assert list(outputs_in(tmp_path / "out")) == [f"{name}.png" for name in ALL]
    (started,) = of_kind(told[:1], events.RunStarted)
    assert (started.items, started.due, started.output_dir) == (4, 4, tmp_path / "out")
    assert started.expected is not None
    assert started.expected.seconds is None  # nothing was ever painted here
    assert told[-1] == events.RunFinished(summary)
    assert [event.item for event in of_kind(told, events.ItemStarted)] == list(ALL)
    done = of_kind(told, events.ItemDone)
    assert [event.output for event in done] == [tmp_path / "out" / f"{name}.png" for name in ALL]
    assert all(event.seconds > 0 for event in done)


def test_every_item_has_a_record_of_what_it_was_made_from(job: Job, tmp_path: Path) -> None:
    file = job()
    carry_out(file)
    record = read_record(tmp_path / "out", "cat--night")
    assert isinstance(record, Record)
    output = tmp_path / "out" / record.output
    assert record.output == "cat--night.png"
    assert record.output_size == output.stat().st_size
    assert record.output_sha256 == outputs_in(tmp_path / "out")["cat--night.png"]
    assert [(entry.role, entry.path) for entry in record.inputs] == [
        ("content", str(tmp_path / "photos" / "cat.png")),
        ("style", str(tmp_path / "art" / "night.png")),
    ]
    assert record.iterations == 2
    assert [row[0] for row in record.losses] == [1, 2]
    assert record.losses[1][1] < record.losses[0][1]
    assert record.settings["size"] == 32
    assert record.versions.keys() == {"stylepipe", "torch", "python"}


def test_the_log_tells_the_run_line_by_line(job: Job, tmp_path: Path) -> None:
    carry_out(job(TWO))
    lines = logged(tmp_path / "out")
    assert [line["event"] for line in lines] == [
        "run_started",
        "item_started",
        "item_done",
        "item_started",
        "item_done",
        "run_finished",
    ]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"]) for line in lines)
    assert lines[1]["item"] == "cat--night"
    assert lines[1]["reason"] == "new"
    expected = {"done": 2, "up_to_date": 0, "failed": 0, "not_tried": 0, "fatal": None, "exit_code": 0}
    assert {key: lines[-1][key] for key in expected} == expected


def test_nothing_is_left_behind_but_outputs_and_our_own_folder(job: Job, tmp_path: Path) -> None:
    carry_out(job(ONE))
    private = {name for name in files_in(tmp_path / "out") if name.startswith(".stylepipe/")}
    assert {re.sub(r"runs/.*", "runs/", name) for name in private} <= {
        ".stylepipe/hashes.json",
        ".stylepipe/lock",
        ".stylepipe/records/cat--night.json",
        ".stylepipe/runs/",
    }


def test_a_second_run_does_only_what_is_due(job: Job, tmp_path: Path) -> None:
    file = job()
    carry_out(file)
    before = outputs_in(tmp_path / "out")
    (tmp_path / "out" / "dog--night.png").unlink()
    summary, told = carry_out(file)
    assert summary == Summary(done=1, up_to_date=3)
    assert [event.item for event in of_kind(told, events.ItemStarted)] == ["dog--night"]
    assert [event.item for event in of_kind(told, events.ItemUpToDate)] == ["cat--night", "cat--wave", "dog--wave"]
    assert outputs_in(tmp_path / "out") == before


def test_a_run_with_nothing_to_do_never_loads_torch(job: Job, python: Start) -> None:
    file = job()
    carry_out(file)
    assert answer(python(RUN_AGAIN, file)) == "4 0 False"


def test_only_some_items_are_painted_on_request(job: Job, tmp_path: Path) -> None:
    summary, _ = carry_out(job(), only=["dog*"])
    assert summary == Summary(done=2)
    assert list(outputs_in(tmp_path / "out")) == ["dog--night.png", "dog--wave.png"]


# -- The same item has the same bytes ---------------------------------------------------------------------------------


def test_the_same_item_has_the_same_bytes_again_and_in_any_order_and_alone(job: Job, tmp_path: Path) -> None:
    quick = "size: 32, iterations: 3, pyramid: false, init: 'blend:0.5'"
    file = job(defaults=quick)
    carry_out(file)
    first = outputs_in(tmp_path / "out")
    assert len(set(first.values())) == 4
    carry_out(file, force=True)
    assert outputs_in(tmp_path / "out") == first
    backwards = "[photos/dog.png, photos/cat.png]\n    styles: [art/wave.png, art/night.png]"
    job(f"output: {{dir: backwards}}\njobs:\n  - contents: {backwards}\n", defaults=quick)
    carry_out(file)
    assert outputs_in(tmp_path / "backwards") == first
    job(f"output: {{dir: alone}}\njobs:\n  - contents: {backwards}\n", defaults=quick)
    carry_out(file, only=["dog--night"])
    assert outputs_in(tmp_path / "alone") == {"dog--night.png": first["dog--night.png"]}


def test_another_folder_gives_the_same_bytes(job: Job, tmp_path: Path) -> None:
    file = job(ONE)
    carry_out(file)
    other = tmp_path / "other"
    other.mkdir()
    for name in ("photos", "art", "job.yaml"):
        (tmp_path / name).rename(other / name)
    carry_out(other / "job.yaml")
    assert outputs_in(other / "out") == outputs_in(tmp_path / "out")


# -- Items that fail -------------------------------------------------------------------------------------------------


def test_a_broken_photograph_does_not_stop_the_others(job: Job, tmp_path: Path) -> None:
    file = job()
    (tmp_path / "photos" / "cat.png").write_bytes(b"no picture")
    summary, told = carry_out(file)
    assert summary == Summary(done=2, failed=2)
    assert summary.exit_code == ExitCode.SOME_FAILED
    failed = of_kind(told, events.ItemFailed)
    assert [event.item for event in failed] == ["cat--night", "cat--wave"]
    assert all(isinstance(event.error, PictureError) for event in failed)
    assert str(failed[0].error).startswith(f"{tmp_path}/photos/cat.png is no picture that stylepipe reads")
    assert list(outputs_in(tmp_path / "out")) == ["dog--night.png", "dog--wave.png"]
    assert [line["kind"] for line in logged(tmp_path / "out") if line["event"] == "item_failed"] == ["PictureError"] * 2


def test_an_item_that_failed_is_due_again(job: Job, tmp_path: Path) -> None:
    file = job(TWO)
    save_picture(tmp_path / "photos" / "cat.png")
    (tmp_path / "photos" / "cat.png").write_bytes(b"no picture")
    carry_out(file)
    assert (reasons(file)["cat--night"] or "").startswith(f"failed: {tmp_path}/photos/cat.png is no picture ")
    assert reasons(file)["dog--night"] is None
    save_picture(tmp_path / "photos" / "cat.png")
    assert carry_out(file)[0] == Summary(done=1, up_to_date=1)


def test_a_failure_leaves_the_last_good_output_and_its_record(job: Job, tmp_path: Path) -> None:
    file = job(ONE)
    carry_out(file)
    before = outputs_in(tmp_path / "out")
    good = (tmp_path / "photos" / "cat.png").read_bytes()
    (tmp_path / "photos" / "cat.png").write_bytes(good[:200])
    summary, _ = carry_out(file)
    assert summary.exit_code == ExitCode.NOTHING_DONE
    assert outputs_in(tmp_path / "out") == before
    (tmp_path / "photos" / "cat.png").write_bytes(good)
    assert reasons(file) == {"cat--night": None}


def test_when_everything_fails_nothing_was_done(job: Job, tmp_path: Path) -> None:
    file = job()
    for name in ("cat", "dog"):
        (tmp_path / "photos" / f"{name}.png").write_bytes(b"")
    summary, _ = carry_out(file)
    assert summary == Summary(failed=4)
    assert summary.exit_code == ExitCode.NOTHING_DONE
    assert outputs_in(tmp_path / "out") == {}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"fail_fast": True}, Summary(failed=1, not_tried=3)),
        ({"max_failures": 2}, Summary(failed=2, not_tried=2)),
        ({"max_failures": 3}, Summary(done=2, failed=2)),
    ],
)
def test_a_run_stops_after_so_many_failures(
    job: Job, tmp_path: Path, options: dict[str, object], expected: Summary
) -> None:
    file = job()
    (tmp_path / "photos" / "cat.png").write_bytes(b"no picture")
    assert carry_out(file, None, **options)[0] == expected


def test_what_was_up_to_date_counts_as_done_beside_a_failure(job: Job, tmp_path: Path) -> None:
    file = job()
    carry_out(file)
    (tmp_path / "photos" / "cat.png").write_bytes(b"no picture")
    summary, _ = carry_out(file)
    assert summary == Summary(up_to_date=2, failed=2)
    assert summary.exit_code == ExitCode.SOME_FAILED


def test_a_bug_in_one_item_is_reported_and_does_not_stop_the_others(job: Job, tmp_path: Path) -> None:
    told: list[Event] = []

    def stumble(event: Event) -> None:
        """Listen, and have a bug of one's own."""
        told.append(event)
        if isinstance(event, events.ItemProgress) and event.item == "cat--night":
            raise KeyError("nobody foresaw this")

    summary = run(load_spec(job(TWO)), Options(workers=0), stumble)
    (failed,) = of_kind(told, events.ItemFailed)
    assert isinstance(failed.error, CrashError)
    assert summary == Summary(done=1, failed=1, cause=failed.error)
    assert summary.exit_code == ExitCode.SOME_FAILED
    assert failed.error.exit_code == ExitCode.BUG
    (report,) = (tmp_path / "out" / ".stylepipe" / "crashes").iterdir()
    assert str(failed.error) == (f"cat--night: a bug in stylepipe (KeyError: 'nobody foresaw this'); see {report}")
    assert 'raise KeyError("nobody foresaw this")' in report.read_text()
    assert list(outputs_in(tmp_path / "out")) == ["dog--night.png"]


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux's /proc")
def test_a_picture_that_needs_more_memory_than_there_is_fails_and_the_next_has_its_turn(job: Job) -> None:
    file = job(
        "jobs:\n  - contents: photos/*.png\n    styles: art/night.png\n"
        "    overrides: [{match: {content: cat*}, set: {size: 8000}}]\n"
    )
    carry_out(file, {"size": 32})
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    with limited(resource.RLIMIT_AS, used + 200 * 2**20):
        summary, told = carry_out(file, force=True)
    assert summary == Summary(done=1, failed=1)
    (failed,) = of_kind(told, events.ItemFailed)
    assert isinstance(failed.error, OutOfMemoryError)
    assert str(failed.error).startswith("cat--night: 40x32 px at size 8000 needs more memory than cpu ")
    assert str(failed.error).endswith("set a smaller `size`, less `memory`, or `optimizer: adam`")


# -- What the machine lacks ------------------------------------------------------------------------------------------


def test_missing_weights_name_the_three_ways_out(job: Job, tmp_path: Path) -> None:
    summary, told = carry_out(job(TWO), {"backbone": "vgg19"})
    assert summary.exit_code == ExitCode.ENVIRONMENT
    assert (summary.done, summary.failed, summary.not_tried) == (0, 0, 2)
    assert of_kind(told, events.ItemFailed) == []  # said once, not for each of a night's items
    assert isinstance(summary.fatal, EnvironmentLacksError)
    assert str(summary.fatal) == (
        "the weights of vgg19 are not on this machine; download them with `stylepipe weights fetch vgg19`, bring them "
        "from another machine with `stylepipe weights import FILE`, or set `backbone: lite`, which needs none"
    )
    assert outputs_in(tmp_path / "out") == {}


def test_items_that_need_no_missing_weights_are_painted(job: Job, tmp_path: Path) -> None:
    file = job(
        "output: {name: '{content}--{backbone}'}\n"
        "jobs:\n  - contents: photos/*.png\n    styles: art/night.png\n    sweep: {backbone: [vgg16, lite]}\n"
    )
    summary, told = carry_out(file)
    assert (summary.done, summary.failed) == (2, 2)
    assert summary.exit_code == ExitCode.SOME_FAILED
    assert [event.item for event in of_kind(told, events.ItemFailed)] == ["cat--vgg16", "dog--vgg16"]
    assert list(outputs_in(tmp_path / "out")) == ["cat--lite.png", "dog--lite.png"]


def test_a_device_that_is_not_there_ends_the_run_before_its_first_item(job: Job, tmp_path: Path) -> None:
    summary, told = carry_out(job(TWO), device="cuda:99")
    assert isinstance(summary.fatal, EnvironmentLacksError)
    assert str(summary.fatal).startswith("--device cuda:99: ")
    assert summary.exit_code == ExitCode.ENVIRONMENT
    assert summary.not_tried == 2
    assert of_kind(told, events.ItemStarted) == []


def test_a_device_that_nobody_has_is_wrong_usage(job: Job) -> None:
    with pytest.raises(UsageError, match="--device gpu: no such device"):
        carry_out(job(ONE), device="gpu")


# -- The disk --------------------------------------------------------------------------------------------------------


def test_a_disk_that_takes_no_more_ends_the_run_and_leaves_nothing_half_written(job: Job, tmp_path: Path) -> None:
    file = job(TWO)
    carry_out(file, only=["cat*"])
    before = outputs_in(tmp_path / "out")
    with limited(resource.RLIMIT_FSIZE, 2500):
        summary, told = carry_out(file, force=True)
    assert isinstance(summary.fatal, OutputError)
    assert f"{tmp_path}/out/cat--night.png: cannot be written: " in str(summary.fatal)
    assert summary.exit_code == ExitCode.OUTPUT
    assert (summary.done, summary.failed, summary.not_tried) == (0, 0, 2)
    assert told[-1] == events.RunFinished(summary)
    assert outputs_in(tmp_path / "out") == before
    assert reasons(file) == {"cat--night": None, "dog--night": "new"}


def test_a_full_disk_is_in_the_summary_though_the_log_has_no_room_either(job: Job, tmp_path: Path) -> None:
    file = job()
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48k", "none", str(disk)], capture_output=True)
    if mounted.returncode:
        pytest.skip("only the superuser can mount a small disk")
    try:
        (disk / "filler").write_bytes(b"x" * 12 * 1024)
        summary, told = carry_out(file, {"output.dir": "disk"})
        pictures = set(outputs_in(disk)) - {"filler"}
        assert isinstance(summary.fatal, OutputError)
        assert "the disk is full; free some space and run again, what is finished stays" in str(summary.fatal)
        assert summary.exit_code == ExitCode.OUTPUT
        assert told[-1] == events.RunFinished(summary)
        assert summary.done < 4
        assert len(pictures) - summary.done in (0, 1)  # between a picture and its record the disk may be full, too
        for name in pictures:
            read_picture(disk / name)
        (disk / "filler").unlink()
        subprocess.run(["mount", "-o", "remount,size=4m", str(disk)], check=True)
        summary, _ = carry_out(file, {"output.dir": "disk"})
        assert summary.exit_code == ExitCode.OK
        assert summary.done + summary.up_to_date == 4
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_log_that_cannot_be_written_ends_the_run_with_a_summary(job: Job, tmp_path: Path) -> None:
    told: list[Event] = []
    limits = ExitStack()

    def fill_the_disk(event: Event) -> None:
        told.append(event)
        if isinstance(event, events.ItemStarted):
            limits.enter_context(limited(resource.RLIMIT_FSIZE, 10))

    with limits:
        summary = run(load_spec(job(TWO)), Options(workers=0), fill_the_disk)
    assert isinstance(summary.fatal, OutputError)
    assert ".jsonl: cannot be written: " in str(summary.fatal)
    assert summary.not_tried == 2
    assert told[-1] == events.RunFinished(summary)


def test_a_folder_in_the_place_of_one_output_costs_that_item_only(job: Job, tmp_path: Path) -> None:
    (tmp_path / "out" / "cat--night.png").mkdir(parents=True)
    summary, told = carry_out(job(TWO))
    assert summary == Summary(done=1, failed=1)
    (failed,) = of_kind(told, events.ItemFailed)
    assert "a folder of that name is in the way" in str(failed.error)


def test_an_output_directory_that_cannot_be_locked_is_said(job: Job, tmp_path: Path) -> None:
    file = job(ONE)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".stylepipe").write_text("a file")
    with pytest.raises(OutputError, match="out: cannot be locked"):
        carry_out(file)


def test_what_a_killed_run_left_half_written_is_swept_away(job: Job, tmp_path: Path) -> None:
    file = job(ONE)
    leftover = tmp_path / "out" / ".stylepipe-0123456789abcdef.png"
    leftover.parent.mkdir()
    leftover.write_bytes(b"half")
    carry_out(file)
    assert not leftover.exists()


def test_a_wrong_job_file_leaves_not_even_a_folder(job: Job, tmp_path: Path) -> None:
    spec = load_spec(job(ONE))
    (tmp_path / "art" / "night.png").unlink()
    with pytest.raises(SpecError):
        run(spec)
    assert not (tmp_path / "out").exists()


# -- The end from outside --------------------------------------------------------------------------------------------


def test_a_second_run_is_refused_and_told_who_holds_the_directory(job: Job, tmp_path: Path, python: Start) -> None:
    file = job(ONE)
    with hold(tmp_path / "out"):
        with pytest.raises(LockedError, match=f"process {os.getpid()} on "):
            carry_out(file)
        process = python(COMMAND, "run", file)
        _, error = process.communicate(timeout=60)
    assert process.returncode == ExitCode.LOCKED
    assert "another run holds this output directory since " in error
    assert outputs_in(tmp_path / "out") == {}
    assert carry_out(file)[0] == Summary(done=1)


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, ExitCode.INTERRUPTED), (signal.SIGTERM, ExitCode.TERMINATED)]
)
def test_a_signal_ends_the_run_at_once_and_the_next_run_continues(
    job: Job, tmp_path: Path, python: Start, number: signal.Signals, code: ExitCode
) -> None:
    file = job(
        "jobs:\n  - contents: photos/*.png\n    styles: art/night.png\n"
        "    overrides: [{match: {content: dog*}, set: {iterations: 1000000}}]\n"
    )
    process = python(COMMAND, "run", file, "--log-json")
    assert process.stderr is not None
    for line in process.stderr:
        if '"item_started"' in line and "dog--night" in line:
            break
    process.send_signal(number)
    _, error = process.communicate(timeout=20)
    assert process.returncode == code, error
    last = logged(tmp_path / "out")[-1]
    assert last["event"] == "run_finished"
    assert (last["done"], last["failed"], last["not_tried"], last["exit_code"]) == (1, 0, 1, code)
    assert last["fatal"] == code.meaning
    assert list(outputs_in(tmp_path / "out")) == ["cat--night.png"]
    assert not (tmp_path / "out" / ".stylepipe" / "lock.json").exists()
    assert reasons(file) == {"cat--night": None, "dog--night": "new"}
    assert carry_out(file, {"iterations": 2})[0] == Summary(done=1, up_to_date=1)


def test_a_signal_that_comes_as_an_error_is_in_the_summary_beside_what_was_done(job: Job) -> None:
    def stop(event: Event) -> None:
        if isinstance(event, events.ItemProgress) and event.item == "dog--night":
            raise StoppedError(ExitCode.TERMINATED)

    summary = run(load_spec(job(TWO)), Options(workers=0), stop)
    assert (summary.done, summary.failed, summary.not_tried) == (1, 0, 1)
    assert summary.exit_code == ExitCode.TERMINATED
