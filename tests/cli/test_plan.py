from __future__ import annotations

import json
import re

import pytest

from stylepipe.batch.estimate import Estimate
from stylepipe.cli.plan import expected_text

MISTAKES = """\
jobs:
  - contents: photos/*.png
    styels: art/*.png
  - contents: nowhere/*.png
    styles: art/*.png
"""


def test_every_item_is_a_line_with_its_reason_and_the_count_is_a_message(stylepipe, job):
    answer = stylepipe("plan", job())
    assert answer.code == 0
    assert answer.out == "cat--night  new\ncat--wave   new\ndog--night  new\ndog--wave   new\n"
    assert answer.err == "4 due, 0 up to date, in out\n"


def test_a_plan_leaves_nothing_behind(stylepipe, job, tmp_path):
    stylepipe("plan", job())
    assert {path.name for path in tmp_path.iterdir()} == {"photos", "art", "job.yaml"}


def test_json_on_stdout_is_pure(stylepipe, job, tmp_path):
    answer = stylepipe("plan", job(), "--json")
    assert answer.code == 0
    assert answer.err == ""
    rows = json.loads(answer.out)
    assert [row["item"] for row in rows] == ["cat--night", "cat--wave", "dog--night", "dog--wave"]
    assert rows[0] == {
        "item": "cat--night",
        "due": True,
        "reason": "new",
        "job": rows[0]["job"],
        "content": str(tmp_path / "photos" / "cat.png"),
        "style": "night",
        "artworks": [{"image": str(tmp_path / "art" / "night.png"), "weight": 1.0}],
        "sweep": {},
        "output": str(tmp_path / "out" / "cat--night.png"),
        "seconds": None,
        "bytes": None,
    }


def test_what_is_up_to_date_and_what_changed_is_said(stylepipe, job):
    stylepipe("run", job(), "--only", "cat*", "--quiet")
    assert stylepipe("plan", job()).out == (
        "cat--night  up to date\ncat--wave   up to date\ndog--night  new\ndog--wave   new\n"
    )
    changed = stylepipe("plan", job(), "--only", "cat--n*", "--set", "iterations=3")
    assert changed.out == "cat--night  iterations 2 -> 3\n"
    assert stylepipe("plan", job(), "--only", "cat--n*", "--force").out == "cat--night  forced\n"
    row = json.loads(stylepipe("plan", job(), "--only", "cat--n*", "--json").out)[0]
    assert (row["due"], row["reason"]) == (False, None)


def test_a_wrong_job_file_is_said_on_stderr_with_file_line_and_column(stylepipe, job):
    job(MISTAKES)
    for options in ((), ("--json",)):
        answer = stylepipe("plan", "job.yaml", *options)
        assert (answer.code, answer.out) == (2, "")
        assert answer.err.startswith("job.yaml:3:5: `styles` is missing here\n")
        assert "\njob.yaml:4:5: unknown key `styels`\n" in answer.err
        assert "did you mean `styles`?" in answer.err
        assert "\njob.yaml:5:15: " in answer.err


def test_a_missing_job_file_is_answered_with_the_one_beside_it(stylepipe, job):
    job()
    answer = stylepipe("plan", "jbo.yaml")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == "jbo.yaml: there is no such file\n      = did you mean `job.yaml`?\n"


def test_the_reasons_stand_in_one_column_whatever_the_names(stylepipe, job, tmp_path):
    file = job()
    (tmp_path / "photos" / "dog.png").rename(tmp_path / "photos" / "日本.png")
    (tmp_path / "photos" / "cat.png").rename(tmp_path / "photos" / f"{'long-' * 15}.png")
    lines = stylepipe("plan", file, "--only", "*night").out.splitlines()
    assert lines == [f"{'long-' * 15}--night  new", f"日本--night{' ' * (60 - 11)}  new"]


def test_how_long_and_how_large_is_said_from_what_was_painted(stylepipe, job):
    file = job()
    stylepipe("run", file, "--only", "cat*", "--quiet")
    answer = stylepipe("plan", file)
    assert re.fullmatch(r"2 due, 2 up to date, in out; about \d+ s, [\d.]+ k?B?(ytes)? of \d+ .B free\n", answer.err)
    rows = json.loads(stylepipe("plan", file, "--json").out)
    assert [row["seconds"] > 0 and row["bytes"] > 0 for row in rows] == [False, False, True, True]


def test_an_output_that_was_edited_is_due_when_outputs_are_verified(stylepipe, job, tmp_path):
    file = job()
    stylepipe("run", file, "--only", "cat--n*", "--quiet")
    output = tmp_path / "out" / "cat--night.png"
    output.write_bytes(output.read_bytes()[:-1] + b"x")
    assert stylepipe("plan", file, "--only", "cat--n*").out == "cat--night  up to date\n"
    verified = stylepipe("plan", file, "--only", "cat--n*", "--verify")
    assert verified.out == "cat--night  output is not what was painted\n"


@pytest.mark.parametrize(
    ("estimate", "text"),
    [
        (Estimate(4300, 80_000_000, 12_000_000_000, 2, False), "about 1 h 12 min (2 workers), 80 MB of 12 GB free"),
        (Estimate(40, None, 12_000_000_000, 1, True), "at least 40 s"),
        (Estimate(None, 2e9, 1_000_000_000, 1, True), "2.0 GB where only 1.0 GB are free"),
        (Estimate(None, None, 5, 1, True), ""),
    ],
)
def test_of_an_estimate_only_what_is_known_is_said(estimate, text):
    assert expected_text(estimate) == text
