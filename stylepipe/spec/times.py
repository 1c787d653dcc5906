"""Times as people write them: how long something may take, where in a clip it is, how many frames a second."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from stylepipe.spec.values import Number

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_UNITS = re.compile(r"(?:\d+(?:\.\d+)?[smhd])+")
_CLOCK = re.compile(r"(?:(?:(\d+):)?([0-5]?\d)|(\d+)):([0-5]\d(?:\.\d+)?)")
_HIGHEST_RATE = 1000
_FINEST_RATE = 10**6  # the denominator: 29.97, as the float nearest to it, is 2997/100


def parse_duration(value: object) -> object:
    """Read `90`, `90s`, `10m`, `1.5h` or `1h30m` as seconds, and `none` as no limit."""
    if value is None or value == "none":
        return None
    if isinstance(value, str):
        seconds = _by_units(value)
        if seconds is not None:
            return seconds
        if not re.fullmatch(r"\d+(\.\d+)?", value):
            raise ValueError("is no duration: write 90s, 10m, 1h30m, or none")
    return value


def parse_moment(value: object) -> object:
    """Read `90`, `1m30s`, `1:30` or `0:01:30.5` as seconds from a clip's beginning, and `none` as nowhere."""
    if value is None or value == "none":
        return None
    if isinstance(value, str):
        clock = _CLOCK.fullmatch(value)
        seconds = _by_clock(clock) if clock else _by_units(value + "s" * value[-1:].isdigit())
        if seconds is None:
            raise ValueError("is no time in a clip: write 90.5, 1m30s, 1:30.5, 0:01:30.5, or none")
        return seconds
    return value


def parse_rate(value: object) -> object:
    """Read `25`, `29.97` or `30000/1001` as frames a second, in lowest terms, and `none` as not known."""
    if value is None or value == "none":
        return None
    rate = None
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= _HIGHEST_RATE:
        rate = Fraction(value).limit_denominator(_FINEST_RATE)
    elif isinstance(value, str) and re.fullmatch(r"\d{1,9}/0*[1-9]\d{0,8}", value):
        rate = Fraction(value)
    if rate is None or not 0 < rate <= _HIGHEST_RATE:
        raise ValueError(f"is no frame rate: write 25, 29.97, 30000/1001 (at most {_HIGHEST_RATE}), or none")
    return float(rate) if isinstance(value, int | float) or rate.denominator == 1 else str(rate)


def exact_rate(rate: float | str | None) -> Fraction | None:
    """Give what `parse_rate` read as the fraction that it means."""
    return None if rate is None else Fraction(rate).limit_denominator(_FINEST_RATE)


def _by_units(text: str) -> float | None:
    if not _UNITS.fullmatch(text):  # first: searching a long row of digits for its parts takes the square of its length
        return None
    parts = re.findall(r"([\d.]+)([smhd])", text)
    return sum(float(number) * _SECONDS[unit] for number, unit in parts)


def _by_clock(clock: re.Match[str]) -> float:
    hours, minutes, only_minutes, seconds = clock.groups(default="0")
    return float(hours) * 3600 + (float(minutes) + float(only_minutes)) * 60 + float(seconds)


Duration = Annotated[
    Annotated[Number, Field(gt=0)] | None,
    BeforeValidator(parse_duration),
    WithJsonSchema({"anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "string"}]}, mode="validation"),
]
"""How long something may take, in seconds."""

Moment = Annotated[
    Annotated[Number, Field(ge=0)] | None,
    BeforeValidator(parse_moment),
    WithJsonSchema({"anyOf": [{"type": "number", "minimum": 0}, {"type": "string"}]}, mode="validation"),
]
"""Where in a clip something is, in seconds from its beginning."""

LaterMoment = Annotated[
    Annotated[Number, Field(gt=0)] | None,
    BeforeValidator(parse_moment),
    WithJsonSchema({"anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "string"}]}, mode="validation"),
]
"""As `Moment`, but after the beginning."""

FrameRate = Annotated[
    float | str | None,
    BeforeValidator(parse_rate),
    WithJsonSchema({"anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "string"}]}, mode="validation"),
]
"""Frames a second; `exact_rate` gives the fraction."""
