"""What the guard refuses, what it goes back to, and what it takes in the end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from stylepipe.engine.guard import MOST_RETREATS, UPHILL, Guard, is_finite
from stylepipe.engine.losses import LossValues
from stylepipe.errors import DivergedError
from stylepipe.spec.settings import Settings

from .conftest import as_files_keep_it


def at(total: float) -> LossValues:
    return LossValues(total, 0, 0, 0)


def picture(level: float) -> Tensor:
    return torch.full((1, 3, 2, 4), level)


def guard_of(steps: Sequence[tuple[float, float]], *, sparing: bool = False) -> Guard:
    """A guard that has seen pictures of a level and a loss each, all in one canvas, as an optimiser paints them."""
    canvas = picture(0.5)
    guard = Guard(canvas, sparing=sparing)
    for level, total in steps:
        assert not guard.refuses(at(total))
        canvas.fill_(level)
        guard.keep(canvas, at(total))
    canvas.fill_(math.nan)
    return guard


def retreated(guard: Guard) -> float:
    """The level of the picture that a guard goes back to."""
    canvas = picture(math.nan)
    assert guard.retreat(canvas, [])
    return float(canvas.mean())


def settled(guard: Guard, total: float) -> float:
    """The level of the picture that comes out after one of level 0.9 with a last loss."""
    canvas = picture(0.9)
    guard.settle(at(total), canvas)
    return round(float(canvas.mean()), 6)


@pytest.mark.parametrize("total", [math.nan, math.inf, -math.inf, UPHILL * 2.0 + 0.01])
def test_a_loss_that_is_none_or_far_above_the_first_is_refused(total: float) -> None:
    guard = guard_of([(0.5, 2.0)])
    assert guard.refuses(at(total))
    assert not guard.refuses(at(UPHILL * 2.0))


def test_the_first_loss_that_is_one_is_what_others_are_held_against() -> None:
    guard = Guard(picture(0.5))
    assert guard.refuses(at(math.nan))
    assert not guard.refuses(at(1000.0))
    assert not guard.refuses(at(1.0))
    assert not guard.refuses(at(9000.0))  # not ten times the lowest


@pytest.mark.parametrize(
    ("settings", "usual"),
    [
        (Settings(), 1.0),
        (Settings(optimizer="adam"), 0.02),
        (Settings(optimizer="adam", learning_rate=0.4), 0.4),
        (Settings(learning_rate=0.5), 0.5),
    ],
)
def test_steps_are_half_as_long_after_each_retreat(settings: Settings, usual: float) -> None:
    guard = Guard(picture(0.5))
    rates = [guard.rate(settings)]
    for _ in range(3):
        retreated(guard)
        rates.append(guard.rate(settings))
    assert rates == [usual, usual / 2, usual / 4, usual / 8]


def test_it_goes_back_to_the_last_good_picture_though_another_was_better() -> None:
    assert retreated(guard_of([(0.1, 5.0), (0.2, 1.0), (0.3, 4.0)])) == pytest.approx(0.3)
    assert retreated(guard_of([(0.1, 5.0), (0.2, 6.0), (0.3, 7.0)])) == pytest.approx(0.3)
    assert retreated(Guard(picture(0.5))) == 0.5


@pytest.mark.parametrize("share", [0.25, 0.5])
def test_it_goes_back_part_of_the_way(share: float) -> None:
    canvas = picture(0.8)
    guard_of([(0.4, 1.0)]).go_back(canvas, share)
    torch.testing.assert_close(canvas, picture(0.4 + 0.4 * share))


def test_where_nothing_led_downhill_the_last_retreat_is_an_error() -> None:
    for values in ([], [at(5.0)], [at(5.0), at(5.0)]):
        guard = guard_of([(0.1, value.total) for value in values])
        assert all(guard.retreat(picture(math.nan), values) for _ in range(MOST_RETREATS))
        with pytest.raises(DivergedError, match="256 times shorter; try optimizer: adam"):
            guard.retreat(picture(math.nan), values)


def test_where_something_did_the_last_retreat_ends_the_scale_at_the_last_good_picture() -> None:
    guard, canvas = guard_of([(0.1, 5.0), (0.2, 4.0)]), picture(math.nan)
    values = [at(5.0), at(4.0)]
    assert [guard.retreat(canvas, values) for _ in range(MOST_RETREATS + 1)] == [True] * MOST_RETREATS + [False]
    torch.testing.assert_close(canvas, picture(0.2))


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param([(0.1, 5.0), (0.2, 1.0)], id="the last"),
        pytest.param([(0.1, 5.0), (0.2, 1.0), (0.3, 7.0)], id="before one that is worse"),
        pytest.param([(0.1, 5.0), (0.2, 1.0), (0.3, 7.0), (0.4, 4.0)], id="before two"),
        pytest.param([(0.1, 5.0), (0.4, 3.0), (0.3, 7.0), (0.2, 1.0), (0.3, 2.0)], id="better than an earlier best"),
    ],
)
def test_instead_of_a_last_picture_that_is_worse_than_the_first_the_best_is_taken(
    steps: list[tuple[float, float]],
) -> None:
    assert settled(guard_of(steps), 5.1) == 0.2
    assert settled(guard_of(steps), math.nan) == 0.2
    assert settled(guard_of(steps), 5.0) == 0.9
    assert settled(guard_of(steps), 2.0) == 0.9  # the best may be one on the way, the last is painted to the end


def test_where_no_step_was_good_the_picture_to_begin_with_is_taken() -> None:
    assert settled(Guard(picture(0.5)), math.inf) == 0.5
    assert settled(Guard(picture(0.5)), 3.0) == 0.9


def test_the_best_picture_is_put_in_the_box_too() -> None:
    assert settled(guard_of([(1.5, 1.0)]), math.nan) == 1.0


def test_a_step_that_led_nowhere_is_seen() -> None:
    guard = guard_of([(0.25, 1.0)])
    moved = picture(0.25)
    assert guard.stands_still(moved)
    moved[0, 2, 1, 3] += 1e-6
    assert not guard.stands_still(moved)


def test_a_sparing_one_remembers_the_last_good_picture_alone_and_nearly() -> None:
    steps = [(0.1, 5.0), (0.2, 1.0), (1 / 3, 4.0)]
    assert settled(guard_of(steps, sparing=True), 6.0) == pytest.approx(1 / 3, abs=2**-13)
    assert retreated(guard_of(steps, sparing=True)) == pytest.approx(1 / 3, abs=2**-13)
    tensors = guard_of(steps, sparing=True).state().tensors
    assert {name: tensor.dtype for name, tensor in tensors.items()} == {"good": torch.float16}


# -- States ---------------------------------------------------------------------------------------------------------

STEPS = [(0.1, 5.0), (0.2, 1.0), (0.3, 4.0)]


@pytest.mark.parametrize("sparing", [False, True])
@pytest.mark.parametrize("done", [1, 2, 3])
@pytest.mark.parametrize("more", [[], [(0.6, 4.5)], [(0.6, 4.5), (0.7, 0.5)]])
def test_one_that_takes_up_a_state_does_what_the_other_would_have_done(
    done: int, more: list[tuple[float, float]], *, sparing: bool
) -> None:
    begun = guard_of(STEPS[:done], sparing=sparing)
    retreated(begun)
    again = Guard(picture(0.9), sparing=sparing)
    again.take_up(as_files_keep_it(begun.state()))
    for guard in (begun, again):
        for level, total in more:
            guard.keep(picture(level), at(total))
    assert again.refuses(at(UPHILL * 5 + 0.01))
    assert again.rate(Settings()) == begun.rate(Settings()) == 0.5
    assert settled(again, 5.1) == settled(begun, 5.1)
    assert retreated(again) == retreated(begun)
    assert as_files_keep_it(again.state()).facts == as_files_keep_it(begun.state()).facts


def test_a_best_picture_that_is_the_last_one_is_written_down_once() -> None:
    assert [*guard_of(STEPS[:2]).state().tensors] == ["good"]
    assert [*guard_of(STEPS).state().tensors] == ["good", "best"]


def test_the_state_of_another_picture_is_refused() -> None:
    state = as_files_keep_it(guard_of(STEPS).state())
    for other in (Guard(torch.zeros(1, 3, 4, 2)), Guard(picture(0.5), sparing=True), Guard(picture(0.5).double())):
        with pytest.raises(ValueError, match="the state of another painting: good is"):
            other.take_up(state)
    smaller = replace(state, tensors={**state.tensors, "best": torch.zeros(1, 3, 1, 1)})
    with pytest.raises(ValueError, match="the state of another painting: best is"):
        Guard(picture(0.5)).take_up(smaller)


@pytest.mark.parametrize("fact", ["first", "lowest", "retreats", "good_is_best"])
def test_a_state_that_says_nothing_of_a_fact_is_refused(fact: str) -> None:
    state = as_files_keep_it(guard_of(STEPS).state())
    with pytest.raises(ValueError, match=f"nothing usable of {fact}"):
        Guard(picture(0.5)).take_up(replace(state, facts={**state.facts, fact: None}))


@pytest.mark.parametrize(("number", "finite"), [(0.5, True), (math.nan, False), (math.inf, False), (-math.inf, False)])
def test_a_single_number_that_is_none_is_found(number: float, *, finite: bool) -> None:
    seen = picture(0.5).requires_grad_()
    with torch.no_grad():
        seen[0, 1, 1, 3] = number
    assert is_finite(seen) is finite
