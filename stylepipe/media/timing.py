"""Whether frames come at one rate, and which: as a fraction, because 24000/1001 is no 23.98."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

_TOLERANCE = 1.0  # ticks: a container's clock rounds every frame's time
_DENOMINATORS = (2, 10, 100, 1001)


def steady_rate(instants: Sequence[int], time_base: Fraction, nominal: Fraction | None) -> Fraction | None:
    """Give the frames a second of ticks that are evenly spaced but for rounding; None where they are not.

    nominal: what the container claims, which is taken where it fits; a single frame has no other rate.
    """
    if len(instants) < 2:
        return nominal
    mean = Fraction(len(instants) - 1) / ((instants[-1] - instants[0]) * time_base)
    whole, ntsc = Fraction(round(mean)), Fraction(round(mean * 1001 / 1000) * 1000, 1001)
    for rate in (nominal, whole, ntsc, *map(mean.limit_denominator, _DENOMINATORS), mean):
        if rate and _fits(instants, rate, time_base):
            return rate
    return None


def _fits(instants: Sequence[int], rate: Fraction, time_base: Fraction) -> bool:
    spacing = 1 / (rate * time_base)  # ticks
    even = np.arange(len(instants)) * float(spacing)
    off = np.array(instants, dtype=np.int64) - instants[0] - even
    # Where the first frame itself was rounded all others are off by as much.
    return bool(off.max() - off.min() <= _TOLERANCE + 1e-6)
