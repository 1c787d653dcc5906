from __future__ import annotations

import json
import os
import signal
import threading
import time

import pytest

from stylepipe.store.lock import hold

SLOW = "size: 64, iterations: 100000, pyramid: false"
TWO_GOOD = "jobs:\n  - contents: photos\n    styles: art/night.png\n"


@pytest.fixture
def broken(job, tmp_path):
    """Write a job of which one of three photographs is no picture."""
    file = job(TWO_GOOD)
    (tmp_path / "photos" / "bad.png").write_text("no picture")
    return file


def painted(tmp_path):
    return sorted(path.name for path in (tmp_path / "out").glob("*.png")) if (tmp_path / "out").exists() else []


def test_plain_lines_tell_what_was_done_and_the_last_one_counts(stylepipe, job, tmp_path):
    answer = stylepipe("run", job())
    assert (answer.code, answer.out) == (0, "")
    first, *done, last = answer.err.splitlines()
    assert first == "4 of 4 items due"
    assert [line.split(" in ")[0] for line in done] == [
        "done cat--night",
        "done cat--wave",
        "done dog--night",
        "done dog--wave",
    ]
    assert done[0].endswith(" s: out/cat--night.png")
    assert last.startswith("4 done, 0 up to date, 0 failed in ")
    assert painted(tmp_path) == ["cat--night.png", "cat--wave.png", "dog--night.png", "dog--wave.png"]


def test_a_second_run_does_nothing_and_force_does_all(stylepipe, job):
    stylepipe("run", job(), "--only", "cat*")
    again = stylepipe("run", "job.yaml", "--only", "cat*")
    assert again.code == 0
    assert again.err.startswith("0 done, 2 up to date, 0 failed in ")
    forced = stylepipe("run", "job.yaml", "--only", "cat*", "--force")
    assert "\n2 done, 0 up to date, 0 failed in " in forced.err


def test_a_dry_run_is_the_plan_and_paints_nothing(stylepipe, job, tmp_path):
    file = job()
    plan = stylepipe("plan", file, "--only", "cat*", "--set", "iterations=3")
    for option in ("--dry-run", "-n"):
        assert stylepipe("run", file, option, "--only", "cat*", "--set", "iterations=3") == plan
    assert not (tmp_path / "out").exists()


def test_set_wins_over_the_file(stylepipe, job, tmp_path):
    stylepipe("run", job(), "--only", "cat--night", "--set", "size=24", "--set", "output.dir=elsewhere")
    record = json.loads((tmp_path / "elsewhere" / ".stylepipe" / "records" / "cat--night.json").read_text())
    assert record["settings"]["size"] == 24


def test_one_failure_is_one_line_and_exit_code_1_and_the_rest_is_done(stylepipe, broken, tmp_path):
    answer = stylepipe("run", broken)
    assert answer.code == 1
    assert painted(tmp_path) == ["cat--night.png", "dog--night.png"]
    failures = [line for line in answer.err.splitlines() if line.startswith("failed ")]
    assert len(failures) == 1
    assert failures[0].startswith(f"failed bad--night: {tmp_path}/photos/bad.png is no picture")
    assert "\n2 done, 0 up to date, 1 failed in " in answer.err


def test_quiet_says_nothing_on_success_and_one_line_a_failure(stylepipe, broken):
    failed = stylepipe("run", broken, "--quiet")
    assert (failed.code, failed.out, failed.err.count("\n")) == (1, "", 1)
    assert failed.err.startswith("failed bad--night: ")
    assert stylepipe("run", broken, "-q", "--only", "cat*", "--force") == (0, "", "")


def test_nothing_but_failures_is_exit_code_3(stylepipe, broken):
    assert stylepipe("run", broken, "--only", "bad*").code == 3


@pytest.mark.parametrize("option", [("--fail-fast",), ("--max-failures", "1")])
def test_a_run_that_gives_up_says_how_many_were_not_tried(stylepipe, broken, option):
    answer = stylepipe("run", broken, *option)
    assert answer.code == 3
    assert "\n0 done, 0 up to date, 1 failed, 2 not tried in " in answer.err


def test_a_quiet_run_that_gives_up_says_that_it_did(stylepipe, broken):
    answer = stylepipe("run", broken, "--quiet", "--fail-fast")
    assert answer.err.splitlines()[1:] == ["stylepipe: ended early after 1 failed, as asked; 2 not tried"]


def test_log_json_is_an_event_a_line(stylepipe, broken):
    answer = stylepipe("run", broken, "--log-json")
    assert (answer.code, answer.out) == (1, "")
    events = [json.loads(line) for line in answer.err.splitlines()]
    assert [event["event"] for event in events] == [
        "run_started",
        "item_started",
        "item_failed",
        *["item_started", "item_done"] * 2,
        "run_finished",
    ]
    assert events[2]["kind"] == "PictureError"
    assert (events[-1]["done"], events[-1]["failed"], events[-1]["exit_code"]) == (2, 1, 1)


@pytest.mark.parametrize(
    ("words", "code", "kind"),
    [
        (("nope.yaml",), 2, "SpecError"),
        (("job.yaml", "--only", "bird"), 2, "UsageError"),
        (("job.yaml", "--device", "gpu"), 2, "UsageError"),
    ],
)
def test_log_json_makes_a_line_of_json_of_an_error_too(stylepipe, job, words, code, kind):
    job()
    answer = stylepipe("run", *words, "--log-json")
    assert answer.code == code
    last = json.loads(answer.err.splitlines()[-1])
    assert (last["event"], last["kind"], last["exit_code"]) == ("error", kind, code)


def test_a_wrong_job_file_is_said_with_its_place_and_nothing_is_painted(stylepipe, job, tmp_path):
    answer = stylepipe("run", job("jobs:\n  - contents: photos/*.png\n    styels: art/*.png\n"))
    assert (answer.code, answer.out) == (2, "")
    assert f"{tmp_path}/job.yaml:4:5: unknown key `styels`" in answer.err
    assert not (tmp_path / "out").exists()


def test_a_device_that_nobody_has_is_a_usage_error(stylepipe, job):
    answer = stylepipe("run", job(), "--device", "gpu", "--quiet")
    assert (answer.code, answer.out) == (2, "")
    choice = "choose auto, cpu, cuda, cuda:N or mps; for an NVIDIA GPU write cuda"
    assert answer.err == f"stylepipe: --device gpu: no such device; {choice}\n"


def test_a_device_that_is_not_here_is_exit_code_4(stylepipe, job):
    answer = stylepipe("run", job(), "--device", "cuda:99")
    assert answer.code == 4
    assert "\nstylepipe: --device cuda:99: " in answer.err
    assert "; use --device auto or cpu\n0 done, 0 up to date, 0 failed, 4 not tried in " in answer.err


@pytest.mark.parametrize("waiting", ["soon", "-5s", "10 m"])
def test_what_is_no_duration_is_a_usage_error_that_shows_some(stylepipe, job, waiting):
    answer = stylepipe("run", job(), f"--wait={waiting}")
    assert answer.code == 2
    assert "is no duration: write 90s, 10m, 1h30m, or none" in answer.err


def test_an_output_directory_held_by_another_run_is_exit_code_75_at_once_or_after_the_wait(stylepipe, job, tmp_path):
    file = job()
    with hold(tmp_path / "out"):
        began = time.monotonic()
        answer = stylepipe("run", file)
        assert time.monotonic() - began < 5
        assert (answer.code, answer.out) == (75, "")
        assert answer.err.startswith(f"stylepipe: {tmp_path}/out: another run holds this output directory since ")
        assert answer.err.endswith("wait for its end with --wait 10m\n")
        assert stylepipe("run", file, "--wait", "0.3s").code == 75
        assert time.monotonic() - began >= 0.3
    assert painted(tmp_path) == []


@pytest.mark.parametrize("waiting", ["20s", "none"])
def test_waiting_ends_with_the_other_run(stylepipe, job, tmp_path, waiting):
    held, done = threading.Event(), threading.Event()

    def other_run():
        with hold(tmp_path / "out"):
            held.set()
            done.wait(0.3)

    thread = threading.Thread(target=other_run)
    thread.start()
    held.wait()
    answer = stylepipe("run", job(), "--wait", waiting, "--only", "cat--night")
    thread.join()
    assert answer.code == 0
    assert painted(tmp_path) == ["cat--night.png"]


def test_odd_names_are_only_names(stylepipe, job, tmp_path):
    file = job("jobs:\n  - contents: photos\n    styles: art/night.png\n")
    for name in ("[red]x", ":cat:", "a b'c", "żółw 日本"):
        (tmp_path / "photos" / f"{name}.png").write_bytes((tmp_path / "photos" / "cat.png").read_bytes())
    answer = stylepipe("run", file)
    assert answer.code == 0
    assert "done [red]x--night in " in answer.err
    assert "done żółw 日本--night in " in answer.err
    assert len(painted(tmp_path)) == 6
    assert "\n6 done, 0 up to date, 0 failed in " in answer.err


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [
        (signal.SIGINT, 130, "stopped by Ctrl-C; the next run continues"),
        (signal.SIGTERM, 143, "stopped by SIGTERM; the next run continues"),
    ],
)
def test_a_signal_stops_a_picture_and_leaves_no_half_of_it(start, job, tmp_path, number, code, said):
    # An import that is interrupted leaves its file to Python, which is worth a warning only when one asks for it.
    process = start("run", job(defaults=SLOW), "--set", "timeout=50s", PYTHONWARNINGS="")
    assert process.stderr.readline() == "4 of 4 items due\n"
    log = tmp_path / "out" / ".stylepipe" / "runs"
    while not any("item_started" in path.read_text() for path in log.glob("*.jsonl")):
        time.sleep(0.02)
    time.sleep(0.2)
    os.kill(process.pid, number)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (code, "")
    lines = err.strip().splitlines()
    assert lines[0] == said
    assert lines[1].startswith("0 done, 0 up to date, 0 failed, 4 not tried in ")
    assert len(lines) == 2
    assert painted(tmp_path) == []


def test_a_run_whose_reader_has_seen_enough_goes_on(start, job, tmp_path):
    process = start("run", job(), "--only", "cat--wave")
    assert process.stderr.readline() == "1 of 1 items due\n"
    process.stderr.close()
    process.stderr = None
    assert process.wait(timeout=60) == 0
    assert len(painted(tmp_path)) == 1
    assert not (tmp_path / "out" / ".stylepipe" / "crashes").exists()
