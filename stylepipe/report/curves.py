"""Curves of losses, and of a clip's steadiness: from records to lines of an SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from stylepipe.store.records import Record

POINTS = 40
"""Points of a drawn curve: more cannot be told apart at the size of a page's plot, and a page may have thousands."""
WIDTH, HEIGHT = 320, 140
"""Of a plot's own coordinates."""
_MOST = 2**63
"""What nothing that was measured reaches."""
_DECADES = 4
"""Powers of ten below the highest loss that are shown: a loss that begins at 0 has no logarithm."""


@dataclass(frozen=True)
class Curve:
    """Some lines over the same steps. first, last: iteration, or of a clip the frame. lines: values, evenly spread."""

    first: int
    last: int
    lines: Sequence[Sequence[float]]


@dataclass(frozen=True)
class Scale:
    """The range of values that a plot shows, by their logarithms, so that curves can be compared."""

    low: float
    high: float

    def share(self, value: float) -> float:
        """Give a value's height, from 0 at the lowest to 1 at the highest."""
        value = min(max(value, self.low), self.high)
        return math.log(value / self.low) / math.log(self.high / self.low)

    def marks(self) -> list[float]:
        """Give the powers of ten in the range, or where it is too small for two of them, also twice and five times."""
        powers = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        round_numbers = [float(f"{digit}e{power}") for power in powers for digit in (1, 2, 5)]
        inside = [mark for mark in round_numbers if self.low <= mark <= self.high]
        tens = [mark for mark in inside if mark in {float(f"1e{power}") for power in powers}]
        return tens if len(tens) > 1 else inside


def losses_of(record: Record) -> Curve | None:
    """Take content and style loss from a record; None when there are too few to draw."""
    rows = _thinned(record.losses)
    if len(rows) < 2:
        return None
    return Curve(int(rows[0][0]), int(rows[-1][0]), [[row[column] for row in rows] for column in (2, 3)])


def steadiness_of(record: Record) -> Curve | None:
    """Take a clip's E_warp from its record; None of a picture, of a clip of an older release, or with too few."""
    found = record.clip.get("warp_errors") if record.clip else None
    rows = [row for row in found if _is_point(row)] if isinstance(found, list) else []
    if len(rows) < 2:
        return None
    return Curve(int(rows[0][0]), int(rows[-1][0]), [[float(row[1]) for row in rows]])


def scale_of(curves: Sequence[Curve]) -> Scale:
    """Give the range in which all curves can be seen."""
    values = [value for curve in curves for line in curve.lines for value in line if value > 0]
    high = max(values, default=1.0)
    low = max(min(values, default=0.1), high / 10**_DECADES)
    return Scale(low, high if high > low else 10 * low)


def path(line: Sequence[float], scale: Scale) -> str:
    """Write a line as the data of an SVG path in WIDTH x HEIGHT; in whole steps from point to point, to be short."""
    last = max(1, len(line) - 1)
    points = [(round(WIDTH * k / last), round(HEIGHT * (1 - scale.share(value)))) for k, value in enumerate(line)]
    steps = " ".join(f"{x2 - x1} {y2 - y1}" for (x1, y1), (x2, y2) in pairwise(points))
    return f"M{points[0][0]} {points[0][1]}l{steps}".replace(" -", "-")


def _thinned(rows: Sequence[Sequence[float]]) -> Sequence[Sequence[float]]:
    if len(rows) <= POINTS:
        return rows
    last = len(rows) - 1
    return [rows[round(k * last / (POINTS - 1))] for k in range(POINTS)]


def _is_point(row: object) -> bool:
    return isinstance(row, list) and len(row) == 2 and all(map(_is_number, row))


def _is_number(value: object) -> bool:
    """Tell a number that can be drawn; somebody may have changed the record."""
    return isinstance(value, int | float) and abs(value) < _MOST
