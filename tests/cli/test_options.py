from __future__ import annotations

import json

import pytest


@pytest.fixture
def planned_size(stylepipe, job):
    """Give what `--set` made of the first item's output, as the plan tells it."""

    def plan(*assignments):
        options = [word for assignment in assignments for word in ("--set", assignment)]
        return json.loads(stylepipe("plan", job(), "--json", *options).out)[0]["output"]

    return plan


def test_set_reaches_the_keys_of_the_output_too(planned_size):
    assert planned_size("output.format=jpg").endswith("cat--night.jpg")


def test_the_last_word_about_a_key_counts(planned_size):
    assert planned_size("output.format=jpg", "output.format=webp").endswith(".webp")


def test_blanks_around_a_key_and_an_equals_sign_in_a_value_are_no_matter(planned_size):
    assert planned_size(" output.format =jpg", "output.name={content}={style}").endswith("cat=night.jpg")


@pytest.mark.parametrize("assignment", ["size", "=256", ""])
def test_what_is_no_pair_is_a_usage_error_that_shows_a_pair(stylepipe, job, assignment):
    answer = stylepipe("plan", job(), "--set", assignment)
    assert answer.code == 2
    assert f"Invalid value for '--set': {assignment!r} is no KEY=VALUE pair, such as size=256" in answer.err


def test_an_unknown_setting_is_answered_with_the_likely_one(stylepipe, job):
    answer = stylepipe("run", job(), "--set", "itertions=3")
    assert answer.code == 2
    assert answer.err == "--set itertions: unknown key `itertions`\n      = did you mean `iterations`?\n"


def test_every_wrong_assignment_is_said_at_once(stylepipe, job):
    answer = stylepipe("plan", job(), "--set", "size=big", "--set", "seed=-1")
    assert answer.err.count("--set ") == 2


def test_only_may_be_given_several_times_and_says_when_nothing_fits(stylepipe, job):
    names = stylepipe("plan", job(), "--only", "cat--n*", "--only", "*wave").out
    assert [line.split()[0] for line in names.splitlines()] == ["cat--night", "cat--wave", "dog--wave"]
    answer = stylepipe("plan", job(), "--only", "bird*")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == (
        "stylepipe: --only bird*: fits none of the 4 items, such as cat--night, cat--wave, dog--night\n"
    )
