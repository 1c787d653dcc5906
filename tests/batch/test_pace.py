"""How many pictures are painted at once is found by trying."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stylepipe.batch.pace import MOST_AT_ONCE, Pace, most_upcoming


def tried(seconds: Callable[[int], float], times: int = 9) -> list[int]:
    """Paint so many times where a picture takes so long, and give how many there were at once each time."""
    pace, numbers = Pace(), list[int]()
    for _ in range(times):
        numbers.append(pace.at_once("lite"))
        pace.note("lite", numbers[-1], seconds(numbers[-1]))
    return numbers


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        pytest.param(lambda n: 1 / n, [1, 1, 2, 4, 8, 8], id="an idle device takes as many as may be"),
        pytest.param(lambda n: 1.0, [1, 1, 2, 1, 1, 1], id="a busy one takes one"),
        pytest.param(lambda n: {1: 1, 2: 0.6, 4: 0.4, 8: 0.5}[n], [1, 1, 2, 4, 8, 4], id="the quickest stays"),
        pytest.param(lambda n: {1: 1, 2: 0.97}[n], [1, 1, 2, 1, 1, 1], id="what gains next to nothing does not"),
        pytest.param(lambda n: {1: 1, 2: float("inf")}[n], [1, 1, 2, 1, 1, 1], id="what has no room does not"),
    ],
)
def test_twice_as_many_are_tried_while_that_is_quicker(seconds: Callable[[int], float], expected: list[int]) -> None:
    assert tried(seconds)[: len(expected)] == expected
    assert max(tried(seconds)) <= MOST_AT_ONCE


def test_the_first_picture_which_warms_all_up_does_not_count() -> None:
    times = iter([60.0, 1.0, 1.0, 1.0, 1.0])
    assert tried(lambda _: next(times), 5) == [1, 1, 2, 1, 1]


def test_only_where_several_are_painted_at_once_is_a_worker_told_of_many() -> None:
    assert [most_upcoming(device) for device in ("cpu", "mps", "cuda:1")] == [1, 1, 2 * MOST_AT_ONCE - 1]


def test_each_kind_has_its_own_pace() -> None:
    pace = Pace()
    for _ in range(2):
        pace.note("small", 1, 1.0)
    assert (pace.at_once("small"), pace.at_once("large")) == (2, 1)
    assert (pace.alone("small"), pace.alone("large")) == (1.0, None)
