from __future__ import annotations

from fractions import Fraction

import pytest
from pydantic import TypeAdapter, ValidationError

from stylepipe.spec.times import (
    Duration,
    FrameRate,
    LaterMoment,
    Moment,
    exact_rate,
    parse_duration,
    parse_moment,
    parse_rate,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", "90"), ("90s", 90), ("10m", 600), ("1h30m", 5400), ("1.5d", 129_600), ("none", None), (5, 5)],
)
def test_durations_are_seconds(text: object, seconds: object):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (90, 90),
        ("90.5", 90.5),
        ("90s", 90),
        ("1m30s", 90),
        ("1:30", 90),
        ("01:30.25", 90.25),
        ("0:01:30.5", 90.5),
        ("90:00", 5400),
        ("10:00:00", 36_000),
        ("0:00", 0),
        ("none", None),
        (None, None),
    ],
)
def test_a_moment_is_seconds_units_or_a_clock(text: object, seconds: object):
    assert parse_moment(text) == seconds


@pytest.mark.parametrize("text", ["1:75", "1:5", "1:60:00", "1:2:3:04", ":30", "1:30s", "-1:30", "half", "", "1,5"])
def test_what_is_no_moment_is_refused_with_examples(text: str):
    with pytest.raises(ValueError, match=r"write 90\.5, 1m30s, 1:30\.5, 0:01:30\.5, or none"):
        parse_moment(text)


@pytest.mark.parametrize("wrong", [-1, True, float("nan"), float("inf"), "9" * 400 + "s", "9" * 5000 + ":00", [1]])
def test_a_moment_is_a_finite_number_from_0_on(wrong: object):
    for kind in (Moment, LaterMoment):
        with pytest.raises(ValidationError):
            TypeAdapter(kind).validate_python(wrong)


def test_only_the_end_and_a_duration_must_be_above_0():
    assert TypeAdapter(Moment).validate_python(0) == 0
    for kind in (LaterMoment, Duration):
        with pytest.raises(ValidationError):
            TypeAdapter(kind).validate_python(0)


@pytest.mark.parametrize(
    ("written", "read", "exact"),
    [
        (25, 25.0, Fraction(25)),
        ("25/1", 25.0, Fraction(25)),
        (29.97, 29.97, Fraction(2997, 100)),
        ("30000/1001", "30000/1001", Fraction(30000, 1001)),
        ("60000/2002", "30000/1001", Fraction(30000, 1001)),
        ("none", None, None),
        (None, None, None),
    ],
)
def test_a_frame_rate_is_exact_and_written_in_one_way(written: object, read: object, exact: Fraction | None):
    rate = TypeAdapter(FrameRate).validate_python(written)
    assert rate == read == parse_rate(rate)
    assert exact_rate(rate) == exact


@pytest.mark.parametrize("wrong", [0, -25, 1001, True, float("nan"), "25 fps", "29.97", "1/0", "-30/1", "1/1/1", [25]])
def test_what_is_no_frame_rate_is_refused(wrong: object):
    with pytest.raises(ValidationError, match="is no frame rate"):
        TypeAdapter(FrameRate).validate_python(wrong)
