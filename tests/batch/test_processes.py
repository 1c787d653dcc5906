"""Worker processes paint what one process would, and what befalls one of them costs its own item only."""

from __future__ import annotations

import resource
import signal
import sys
from pathlib import Path

import psutil
import pytest

from stylepipe import load_spec, run
from stylepipe.batch import events
from stylepipe.batch.events import Event, Summary
from stylepipe.batch.run import Options
from stylepipe.errors import EnvironmentLacksError, ExitCode, ItemTimeoutError, StoppedError, TransientError
from stylepipe.store.records import Record, read_record

from .conftest import Job, Start, carry_out, of_kind, outputs_in, reasons

TWO = "jobs:\n  - contents: photos/*.png\n    styles: art/night.png\n"
ONE = "jobs:\n  - contents: photos/cat.png\n    styles: art/night.png\n"
UNGUARDED = """
import sys
from stylepipe import load_spec, run
print("begun")
print(run(load_spec(sys.argv[1])).done)
"""


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again at once."""
    monkeypatch.setattr("stylepipe.batch.crew.pause_before", lambda _: 0.1)


def workers() -> list[psutil.Process]:
    """Find the worker processes of this one."""
    return [child for child in psutil.Process().children() if "spawn_main" in _typed(child)]


def _typed(child: psutil.Process) -> str:
    """Give a process's command, none of one that has just died."""
    try:
        return " ".join(child.cmdline())
    except psutil.Error:
        return ""


def send(number: signal.Signals) -> None:
    """Send a signal to every worker."""
    for worker in workers():
        worker.send_signal(number)


def test_any_number_of_workers_paints_the_same_bytes(job: Job, tmp_path: Path) -> None:
    file = job()
    assert carry_out(file)[0] == Summary(done=4)
    here = outputs_in(tmp_path / "out")
    for number in (1, 3):
        summary, told = carry_out(file, {"output.dir": f"out{number}"}, workers=number)
        assert summary == Summary(done=4)
        assert outputs_in(tmp_path / f"out{number}") == here
        assert len(of_kind(told, events.ItemStarted)) == 4
        assert workers() == []


def test_an_item_whose_worker_is_killed_has_another_turn_in_a_new_one(job: Job, tmp_path: Path) -> None:
    killed: list[str] = []
    told: list[Event] = []

    def kill_once(event: Event) -> None:
        told.append(event)
        if isinstance(event, events.ItemProgress) and event.item == "cat--night" and not killed:
            killed.append(event.item)
            send(signal.SIGKILL)

    assert run(load_spec(job(TWO)), Options(workers=1), kill_once) == Summary(done=2)
    (retried,) = of_kind(told, events.ItemRetried)
    assert retried.item == "cat--night"
    assert "the process that painted it was killed by signal 9; was there too little memory?" in str(retried.error)
    record = read_record(tmp_path / "out", "cat--night")
    assert isinstance(record, Record)
    assert record.notes == ["memory was short: activations were computed twice"]


def test_an_item_that_kills_every_worker_fails_and_the_others_are_painted(job: Job) -> None:
    told: list[Event] = []

    def kill(event: Event) -> None:
        told.append(event)
        if isinstance(event, events.ItemProgress) and event.item == "cat--night":
            send(signal.SIGKILL)

    summary = run(load_spec(job(TWO)), Options(workers=1), kill)
    assert (summary.done, summary.failed, summary.exit_code) == (1, 1, ExitCode.SOME_FAILED)
    (failed,) = of_kind(told, events.ItemFailed)
    assert isinstance(failed.error, TransientError)
    assert str(failed.error).endswith("(tried 3 times)")


def test_a_worker_that_hangs_is_killed_when_its_item_has_outlasted_its_timeout(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stylepipe.batch.processes._TIMEOUT_GRACE", 0.5)
    told: list[Event] = []

    def hang(event: Event) -> None:
        told.append(event)
        if isinstance(event, events.ItemProgress) and event.item == "cat--night":
            send(signal.SIGSTOP)

    summary = run(load_spec(job(TWO), {"timeout": "4s", "iterations": "3"}), Options(workers=1), hang)
    assert (summary.done, summary.failed) == (1, 1)
    (failed,) = of_kind(told, events.ItemFailed)
    assert isinstance(failed.error, ItemTimeoutError)
    assert (
        str(failed.error)
        == "cat--night: did not end at its timeout of 4 s, and was killed; allow more time, or leave it out"
    )
    assert workers() == []


def test_a_run_that_is_stopped_keeps_what_there_is_and_the_next_goes_on_to_the_same_bytes(
    job: Job, tmp_path: Path
) -> None:
    file = job(TWO, defaults="size: 48, iterations: 40, pyramid: false")
    carry_out(file, {"output.dir": "whole"})

    def stop(event: Event) -> None:
        if isinstance(event, events.ItemProgress) and event.progress.iteration == 7:
            raise StoppedError(ExitCode.TERMINATED)

    summary = run(load_spec(file), Options(workers=2), stop)
    assert summary.exit_code == ExitCode.TERMINATED
    assert summary.not_tried >= 1
    assert [*(tmp_path / "out" / ".stylepipe" / "unfinished").rglob("*.safetensors")]
    summary, told = carry_out(file, workers=1)
    assert summary.exit_code == ExitCode.OK
    assert any(
        note.startswith("went on after iteration ") for done in of_kind(told, events.ItemDone) for note in done.notes
    )
    assert outputs_in(tmp_path / "out") == outputs_in(tmp_path / "whole")
    assert not (tmp_path / "out" / ".stylepipe" / "unfinished").exists()


def test_a_second_wish_to_end_waits_for_nobody(job: Job) -> None:
    def stop(event: Event) -> None:
        if isinstance(event, events.ItemProgress):
            send(signal.SIGSTOP)
            raise KeyboardInterrupt

    summary = run(load_spec(job(TWO)), Options(workers=1), stop)
    assert summary.exit_code == ExitCode.INTERRUPTED
    assert workers() == []


def test_ctrl_c_leaves_a_worker_alone_that_is_only_starting(job: Job, capfd: pytest.CaptureFixture[str]) -> None:
    struck: set[int] = set()

    def strike_once(event: Event) -> None:
        if isinstance(event, events.Waiting) and not struck:
            struck.update(worker.pid for worker in workers())
            send(signal.SIGINT)
        elif isinstance(event, events.ItemStarted):
            assert struck == {worker.pid for worker in workers()}

    assert run(load_spec(job(ONE)), Options(workers=1), strike_once).done == 1
    assert struck
    assert "Traceback" not in capfd.readouterr().err


def test_workers_end_with_their_run_however_it_ends(job: Job, python: Start) -> None:
    file = job(ONE)
    process = python(
        "import sys; from stylepipe.cli.main import main; main(sys.argv[1:])",
        *("run", file, "--log-json", "--workers", "1", "--set", "iterations=1000000"),
    )
    assert process.stderr is not None
    next(line for line in process.stderr if "item_started" in line)
    children = psutil.Process(process.pid).children()
    process.kill()
    process.wait()
    _, alive = psutil.wait_procs(children, timeout=20)
    assert alive == []


def test_a_script_without_a_guard_is_not_run_again_by_its_workers(job: Job, tmp_path: Path, spawn: Start) -> None:
    (tmp_path / "script.py").write_text(UNGUARDED)
    process = spawn([sys.executable, tmp_path / "script.py", job(ONE)], OMP_NUM_THREADS="1")
    out, error = process.communicate(timeout=60)
    assert (out.split(), process.returncode) == (["begun", "1"], 0), error


def test_a_device_that_is_not_there_is_told_by_the_worker(job: Job) -> None:
    summary, told = carry_out(job(TWO), workers=2, device="cuda:99")
    assert isinstance(summary.fatal, EnvironmentLacksError)
    assert str(summary.fatal).startswith("--device cuda:99: ")
    assert of_kind(told, events.ItemStarted) == []


def test_enough_failures_end_the_run_and_its_workers(job: Job, tmp_path: Path) -> None:
    file = job(TWO)
    (tmp_path / "photos" / "cat.png").write_bytes(b"no picture")
    summary, _ = carry_out(file, workers=1, fail_fast=True)
    assert (summary.failed, summary.not_tried) == (1, 1)
    assert reasons(file)["dog--night"] == "new"
    assert workers() == []


def test_a_full_disk_ends_all_workers_at_once(job: Job, tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    file = job(TWO)
    carry_out(file, only=["cat*"])
    resource.setrlimit(resource.RLIMIT_FSIZE, (2500, before[1]))
    try:
        summary, _ = carry_out(file, workers=2, force=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert summary.exit_code == ExitCode.OUTPUT
    assert [path.name for path in (tmp_path / "out").iterdir() if path.name != ".stylepipe"] == ["cat--night.png"]
