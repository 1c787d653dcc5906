from __future__ import annotations

import pickle

import pytest

from stylepipe.errors import ExitCode, UsageError
from stylepipe.spec.problems import Problem, SpecError, did_you_mean


def error(source: str, *problems: Problem) -> str:
    return str(SpecError("job.yaml", source, problems))


def test_a_problem_shows_its_place_its_line_a_caret_and_a_way_out():
    text = error("a: 1\nb: [x, y]\n", Problem(2, 8, "no y here", "did you mean `x`?"))
    assert text == "job.yaml:2:8: no y here\n    2 | b: [x, y]\n      |        ^\n      = did you mean `x`?"


def test_problems_stand_in_the_order_of_the_file_and_the_command_line_comes_last():
    problems = [
        Problem(None, None, "set", origin="--set size"),
        Problem(9, 1, "c"),
        Problem(1, 5, "b"),
        Problem(1, 2, "a"),
    ]
    lines = [line for line in error("", *problems).splitlines() if ": " in line]
    assert lines == ["job.yaml:1:2: a", "job.yaml:1:5: b", "job.yaml:9:1: c", "--set size: set"]


def test_a_problem_without_a_line_names_the_file_alone():
    assert error("", Problem(None, None, "there is no such file")) == "job.yaml: there is no such file"


def test_the_same_problem_is_said_once():
    assert len(SpecError("job.yaml", "", [Problem(1, 1, "a"), Problem(1, 1, "a")]).problems) == 1


def test_the_caret_stands_under_wide_letters_and_tabs():
    text = error("日本: \tx\n", Problem(1, 6, "here"))
    assert text.splitlines()[1:] == ["    1 | 日本:  x", "      |        ^"]


def test_a_long_line_is_cut_around_the_caret():
    excerpt = error("a" * 500 + "X" + "b" * 500, Problem(1, 501, "here")).splitlines()
    assert excerpt[1][excerpt[2].index("^")] == "X"
    assert max(map(len, excerpt)) < 120


def test_nothing_in_a_file_can_steer_the_terminal():
    text = error("a: \x1b[31mred\n", Problem(1, 1, "bad \x1b[2J name", "or \x07"))
    assert "\x1b" not in text
    assert "\\x1b[2J" in text


def test_hundreds_of_problems_are_counted_not_printed():
    text = error("", *(Problem(line, 1, "x") for line in range(1, 301)))
    assert text.endswith("... and 250 more problems")


def test_a_spec_error_is_a_usage_error_and_survives_pickling():
    problem = SpecError("job.yaml", "a: 1", [Problem(1, 1, "x")])
    assert isinstance(problem, UsageError)
    assert problem.exit_code is ExitCode.USAGE
    assert str(pickle.loads(pickle.dumps(problem))) == str(problem)


@pytest.mark.parametrize(
    ("word", "hint"), [("wieght", "did you mean `weight`?"), ("Size", "did you mean `size`?"), ("zzz", None)]
)
def test_the_nearest_known_word_is_guessed(word: str, hint: str | None):
    assert did_you_mean(word, ["size", "weight"]) == hint
