from __future__ import annotations

import json
import re

from stylepipe.store.failures import Failure, write_failure
from stylepipe.store.lock import hold

MOMENT = r"\d\d:\d\d"
RAN = rf"last run {MOMENT}( yesterday)? to {MOMENT} today"


def fail(tmp_path, item, fingerprint=None, message="is damaged: copy it again\nmore"):
    failure = Failure(item, "PictureError", f"{item}: {message}", fingerprint, 1, "2026-03-01T22:15:00Z")
    write_failure(tmp_path / "out", failure)


def test_a_job_that_never_ran_is_one_line_and_its_reasons(stylepipe, job):
    answer = stylepipe("status", job())
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == "out: 0 done, 0 failed, 4 due of 4; no run yet\ndue: 4 new\n"


def test_settings_that_only_the_last_run_had_are_told(stylepipe, job):
    file = job()
    stylepipe("run", file, "--set", "iterations=1", "--only", "cat*", "--quiet")
    lines = stylepipe("status", file).out.splitlines()
    assert lines[1:] == [
        "due: 2 iterations 1 -> 2, 2 new",
        "the last run had settings of its own: --set iterations=1",
    ]


def test_asking_leaves_nothing_behind(stylepipe, job, tmp_path):
    stylepipe("status", job())
    assert {path.name for path in tmp_path.iterdir()} == {"photos", "art", "job.yaml"}


def test_the_first_line_says_it_all_and_every_failure_has_one(stylepipe, job, tmp_path):
    file = job()
    stylepipe("run", file, "--only", "cat*", "--quiet")
    rows = json.loads(stylepipe("plan", file, "--set", "iterations=3", "--json").out)
    assert {row["reason"] for row in rows} == {"iterations 2 -> 3", "new"}
    fail(tmp_path, "zoo")
    (tmp_path / "out" / ".stylepipe" / "unfinished" / "walk.mp4.parts").mkdir(parents=True)
    (tmp_path / "out" / ".stylepipe" / "unfinished" / "walk.mp4.parts" / "job.json").write_bytes(b"x" * 2_100_000)
    lines = stylepipe("status", "out").out.splitlines()
    assert re.fullmatch(rf"out: 2 done, 1 failed, 0 due of 3; {RAN}, exit 0", lines[0])
    assert lines[1:] == ["failed: zoo: is damaged: copy it again", "unfinished: walk.mp4 (2.1 MB kept)"]
    lines = stylepipe("status", file, "--set", "iterations=3").out.splitlines()
    assert lines[1] == "due: 2 iterations 2 -> 3, 2 new"


def test_who_is_at_it_is_said(stylepipe, job, tmp_path):
    file = job()
    with hold(tmp_path / "out"):
        lines = stylepipe("status", file).out.splitlines()
    assert re.fullmatch(rf"out: 0 done, 0 failed, 4 due of 4; running since {MOMENT} today", lines[0])
    assert lines[2].startswith("held by process ")


def test_a_run_that_was_cut_off_is_said(stylepipe, job, tmp_path):
    file = job()
    log = tmp_path / "out" / ".stylepipe" / "runs" / "20260301T020000Z-7.jsonl"
    log.parent.mkdir(parents=True)
    log.write_text('{"time": "2026-03-01T12:00:00Z", "event": "run_started"}\n')
    line = stylepipe("status", file).out.splitlines()[0]
    assert re.fullmatch(rf".*; last run {MOMENT} to {MOMENT} on 2026-03-0[12], cut off", line)


def test_json_is_pure_and_counts_alike(stylepipe, job, tmp_path):
    file = job()
    stylepipe("run", file, "--only", "cat*", "--quiet")
    fail(tmp_path, "zoo")
    answer = stylepipe("status", file, "--json")
    told = json.loads(answer.out)
    assert answer.err == ""
    assert (told["items"], told["done"], told["failures"], told["due"]) == (4, 2, [], {"new": 2})
    assert told["output_dir"] == str(tmp_path / "out")
    assert told["last_run"]["exit_code"] == 0
    assert json.loads(stylepipe("status", "out", "--json").out)["failures"][0]["item"] == "zoo"


def test_an_edited_output_is_found_when_outputs_are_verified(stylepipe, job, tmp_path):
    file = job()
    stylepipe("run", file, "--quiet")
    output = tmp_path / "out" / "cat--wave.png"
    output.write_bytes(output.read_bytes()[:-1] + b"x")
    assert "4 done" in stylepipe("status", file).out
    assert "due: 1 output is not what was painted\n" in stylepipe("status", file, "--verify").out
    assert "due: 1 output is not what was painted\n" in stylepipe("status", "out", "--verify").out


def test_wrong_usage_is_the_only_other_end(stylepipe, job):
    job()
    answer = stylepipe("status", "photos")
    assert (answer.code, answer.out) == (2, "")
    assert "photos: no output directory" in answer.err
    answer = stylepipe("status", "photos", "--set", "size=3")
    assert answer.code == 2
    assert "--set changes a job file, and photos is a folder" in answer.err
    assert stylepipe("status", "nothing.yaml").code == 2


def test_no_message_can_steer_the_terminal(stylepipe, job, tmp_path):
    fail(tmp_path, "zoo", message="\x1b[2J")
    assert "\x1b" not in stylepipe("status", "out").out
