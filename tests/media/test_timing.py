"""Rates are fractions, and clips without one are said to have none."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from stylepipe.media.timing import steady_rate

MILLISECONDS = Fraction(1, 1000)


@pytest.mark.parametrize("rate", ["24000/1001", "30000/1001", "60000/1001", "24", "25", "50", "240", "25/2"])
@pytest.mark.parametrize("time_base", ["1/1000", "1/90000", "1/30000", "1/15360"])
@pytest.mark.parametrize("nominal", [None, "right", "90000/1"])
def test_a_rounded_clock_gives_the_exact_rate(rate: str, time_base: str, nominal: str | None) -> None:
    base, exact = Fraction(time_base), Fraction(rate)
    instants = [126000 + round(number / exact / base) for number in range(5000)]
    claimed = exact if nominal == "right" else Fraction(nominal) if nominal else None
    assert steady_rate(instants, base, claimed) == exact


def test_ten_minutes_of_ntsc_do_not_drift() -> None:
    instants = range(0, 18000 * 1001, 1001)
    assert steady_rate(instants, Fraction(1, 30000), None) == Fraction(30000, 1001)


def test_a_rate_that_halves_is_none() -> None:
    assert steady_rate([*range(0, 1320, 33), *range(1320, 5320, 100)], MILLISECONDS, Fraction(30)) is None


def test_one_frame_left_out_is_no_steady_rate() -> None:
    instants = [40 * number for number in range(100) if number != 50]
    assert steady_rate(instants, MILLISECONDS, Fraction(25)) is None


def test_what_the_container_claims_gives_way_to_its_frames() -> None:
    assert steady_rate(range(0, 4000, 40), MILLISECONDS, Fraction(30)) == 25


def test_a_single_frame_has_the_rate_that_is_claimed() -> None:
    assert steady_rate([7], MILLISECONDS, Fraction(24)) == 24
    assert steady_rate([7], MILLISECONDS, None) is None


def test_jitter_is_no_steady_rate() -> None:
    jitter = np.random.default_rng(0).integers(-5, 6, 200)
    assert steady_rate([40 * n + int(j) for n, j in enumerate(jitter)], MILLISECONDS, Fraction(25)) is None
