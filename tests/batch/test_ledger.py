"""What a run leaves for the morning: a log, what failed with what to type, and what is known of the machine."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from stylepipe.batch import events
from stylepipe.store.failures import all_failures, read_failure

from ..conftest import save_picture
from .conftest import Job, carry_out, of_kind, reasons

RUN = ("/opt/with space/stylepipe", "run", "/data/job.yaml")


@pytest.fixture
def spoilt(job: Job, tmp_path: Path) -> Path:
    """Write a job one of whose photographs is none."""
    file = job()
    (tmp_path / "photos" / "cat.png").write_bytes(b"no picture")
    return file


def failures_text(tmp_path: Path) -> str:
    return (tmp_path / "out" / ".stylepipe" / "failures.txt").read_text()


def test_what_failed_by_one_cause_is_one_command_that_a_shell_takes(spoilt: Path, tmp_path: Path) -> None:
    summary, told = carry_out(spoilt, command=RUN)
    assert summary.failed == 2
    text = failures_text(tmp_path)
    commands = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert [shlex.split(line) for line in commands] == [[*RUN, "--only=cat--night", "--only=cat--wave"]]
    assert text.startswith("# 2 failed, as of ")
    assert f"# cat--night, cat--wave: {tmp_path}/photos/cat.png is no picture" in text
    (finished,) = of_kind(told, events.RunFinished)
    assert finished.failures == tmp_path / "out" / ".stylepipe" / "failures.txt"


def test_a_name_with_signs_that_patterns_know_is_meant_as_it_stands(job: Job, tmp_path: Path) -> None:
    file = job("jobs:\n  - contents: photos/*1*.png\n    styles: art/night.png\n")
    (tmp_path / "photos" / "cat [1].png").write_bytes(b"no picture")
    carry_out(file, command=RUN)
    command = shlex.split(failures_text(tmp_path).splitlines()[-1])
    assert command == [*RUN, "--only=cat [[]1]--night"]
    assert [*reasons(file, only=[command[-1].removeprefix("--only=")])] == ["cat [1]--night"]


def test_the_list_goes_when_all_is_well_again(spoilt: Path, tmp_path: Path) -> None:
    carry_out(spoilt)
    assert [failure.item for failure in all_failures(tmp_path / "out")] == ["cat--night", "cat--wave"]
    save_picture(tmp_path / "photos" / "cat.png", seed=0)
    assert carry_out(spoilt)[0].done == 2
    assert all_failures(tmp_path / "out") == []
    assert not (tmp_path / "out" / ".stylepipe" / "failures.txt").exists()


def test_a_failure_is_forgotten_when_its_old_input_is_back(job: Job, tmp_path: Path) -> None:
    file = job()
    carry_out(file)
    cat = tmp_path / "photos" / "cat.png"
    good = cat.read_bytes()
    cat.write_bytes(b"no picture")
    carry_out(file)
    assert len(all_failures(tmp_path / "out")) == 2
    cat.write_bytes(good)
    assert carry_out(file)[0].up_to_date == 4
    assert all_failures(tmp_path / "out") == []


def test_a_failure_is_kept_with_what_was_asked_for_and_said_by_the_next_plan(job: Job, tmp_path: Path) -> None:
    file = job(defaults="size: 32, iterations: 2, pyramid: false, timeout: 0.0001")
    carry_out(file, only=["cat--night"])
    failure = read_failure(tmp_path / "out", "cat--night")
    assert failure is not None
    assert (failure.kind, failure.attempts) == ("ItemTimeoutError", 1)
    assert len(failure.fingerprint or "") == 64
    assert (reasons(file)["cat--night"] or "").startswith("failed: stopped at iteration 1 of 2, after its timeout")
    assert reasons(file, {"iterations": "3"})["cat--night"] == "new"


def test_the_next_job_is_told_how_long_it_will_take(job: Job, tmp_path: Path) -> None:
    file = job()
    carry_out(file)
    _, told = carry_out(file, {"output.dir": "elsewhere"})
    (started,) = of_kind(told, events.RunStarted)
    assert started.expected is not None
    assert 0 < (started.expected.seconds or 0) < 60
    assert 0 < (started.expected.bytes or 0) < 100_000


def test_the_log_has_what_happened_but_not_every_step(job: Job, tmp_path: Path) -> None:
    carry_out(job())
    (log,) = (tmp_path / "out" / ".stylepipe" / "runs").iterdir()
    told = [json.loads(line)["event"] for line in log.read_text().splitlines()]
    assert told == ["run_started", *["item_started", "item_done"] * 4, "run_finished"]


def test_what_this_job_does_not_ask_for_is_named_apart_and_without_a_command(spoilt: Path, tmp_path: Path) -> None:
    carry_out(spoilt, command=RUN)
    spoilt.write_text(spoilt.read_text().replace("art/*.png", "art/wave.png"))
    carry_out(spoilt, command=RUN)
    text = failures_text(tmp_path)
    assert "--only=cat--wave" in text
    assert "--only=cat--night" not in text
    assert text.endswith("which `stylepipe clean` forgets:\n# cat--night\n")


def test_a_line_break_in_a_files_name_does_not_cut_the_message(job: Job, tmp_path: Path) -> None:
    file = job('jobs:\n  - contents: "photos/c*.png"\n    styles: art/night.png\n')
    (tmp_path / "photos" / "cat.png").rename(tmp_path / "photos" / "cat\nnap.png")
    (tmp_path / "photos" / "cat\nnap.png").write_bytes(b"no picture")
    carry_out(file, command=RUN)
    (failure,) = all_failures(tmp_path / "out")
    assert failure.reason.startswith(f"{tmp_path}/photos/cat\\nnap.png is no picture")
    assert "cat\\nnap.png is no picture" in failures_text(tmp_path)
