"""Strides of steps between two looks, by one picture or by several in lockstep."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
import torch
from torch import Tensor

from stylepipe.engine import lockstep
from stylepipe.engine.lockstep import STRIDE, Lockstep, descend, strides
from stylepipe.engine.losses import Losses, LossFunction, LossValues
from stylepipe.engine.painting_state import PaintingState
from stylepipe.engine.stage import Stage, descend_watched
from stylepipe.errors import DivergedError
from stylepipe.spec.settings import Settings

from .conftest import as_files_keep_it
from .test_descent import bowl, cliff, crack, gorge, sticky


@pytest.fixture(autouse=True)
def in_strides(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take this processor for one that works on while nobody waits for it."""
    monkeypatch.setattr(lockstep, "DEVICES", ("cpu",))


def quiet(values: Sequence[LossValues], state: Callable[[], PaintingState]) -> None:
    pass


def stage(losses_of: LossFunction, iterations: int = 24, start: float = 0.5, **changed: object) -> Stage:
    settings = Settings().model_copy(update=changed)
    return Stage(losses_of, torch.full((1, 3, 8, 8), start), settings, iterations, quiet)


def of_each(losses_of: LossFunction) -> LossFunction:
    """Give the losses of pictures side by side, from what gives those of one."""

    def of_all(pictures: Tensor) -> Losses:
        losses = [losses_of(picture) for picture in pictures.split(1)]
        return Losses(*(torch.stack(parts).view(-1) for parts in list(zip(*losses, strict=True))[:4]))

    return of_all


def watched(losses_of: LossFunction, iterations: int = 24, start: float = 0.5, **changed: object) -> Stage:
    one = stage(losses_of, iterations, start, **changed)
    descend_watched(one)
    return one


@pytest.mark.parametrize("iterations", [1, STRIDE, 24])
def test_where_every_step_is_good_strides_lead_where_single_steps_do(iterations: int) -> None:
    one, expected = stage(bowl, iterations), watched(bowl, iterations)
    assert strides(one)
    descend(one)
    assert torch.equal(one.canvas, expected.canvas)
    assert one.values == expected.values


@pytest.mark.parametrize("losses_of", [cliff, gorge, crack, sticky])
def test_where_one_is_bad_it_is_watched_and_ends_where_it_would_have(losses_of: LossFunction) -> None:
    one, expected = stage(losses_of), watched(losses_of)
    descend(one)
    assert one.values == expected.values
    assert torch.equal(one.canvas, expected.canvas)
    assert not one.canvas.requires_grad


class BreaksOnce:
    """A bowl that is broken at one of the looks at it."""

    def __init__(self, look: int) -> None:
        self._look, self._calls = look, 0

    def __call__(self, image: Tensor) -> Losses:
        """Give the losses of one picture."""
        self._calls += 1
        total = bowl(image).total * (torch.nan if self._calls == self._look else 1.0)
        return Losses(total, total, total, total)


@pytest.mark.parametrize("look", [3, STRIDE + 4])
def test_what_a_bad_stride_has_done_leaves_no_trace_and_strides_follow_again(look: int) -> None:
    one, expected, told = stage(BreaksOnce(look), 30), watched(bowl, 30), list[int]()
    one.tell = lambda values, state: told.append(len(values))
    descend(one)
    assert one.values == expected.values
    assert torch.equal(one.canvas, expected.canvas)
    single = [*range(1, 11)] if look == 3 else [10, *range(11, 21)]
    assert told == [*single, *range(single[-1] + 10, 31, 10)]


def test_in_lockstep_one_is_watched_for_a_stride_and_steps_on_with_the_others() -> None:
    breaking, told = BreaksOnce(STRIDE + 4), list[int]()
    stages = [stage(bowl, start=0.3), stage(breaking), stage(bowl, start=0.6)]
    stages[1].tell = lambda values, state: told.append(len(values))

    def of_all(pictures: Tensor) -> Losses:
        losses = [one.losses_of(picture) for one, picture in zip(stages, pictures.split(1), strict=True)]
        return Losses(*(torch.stack(parts) for parts in list(zip(*losses, strict=True))[:4]))

    assert Lockstep(stages, of_all).run() == [None] * 3
    assert told == [10, *range(11, 21), 24]
    for one, start in zip(stages, (0.3, 0.5, 0.6), strict=True):
        expected = watched(bowl, start=start)
        torch.testing.assert_close(one.canvas, expected.canvas, rtol=0, atol=1e-4)
        assert len(one.values) == 24


def test_an_objective_that_is_never_finite_is_an_error() -> None:
    def broken(image: Tensor) -> Losses:
        total = (image * torch.nan).mean()
        return Losses(total, total, total, total)

    with pytest.raises(DivergedError, match="no finite picture"):
        descend(stage(broken))


def test_in_lockstep_each_goes_its_own_way() -> None:
    starts = (0.5, 0.3, 0.62)
    stages = [stage(bowl, start=start) for start in starts]
    assert Lockstep(stages, of_each(bowl)).run() == [None] * 3
    for one, start in zip(stages, starts, strict=True):
        expected = watched(bowl, start=start)
        assert len(one.values) == 24
        torch.testing.assert_close(one.canvas, expected.canvas, rtol=0, atol=1e-4)
        torch.testing.assert_close(one.values[-1].total, expected.values[-1].total, rtol=1e-2, atol=1e-6)


def test_one_that_goes_astray_does_not_disturb_the_others() -> None:
    # From 0.69 the first stride falls off the cliff; from 0.2, all of whose way lies lower, it does not.
    stages = [stage(cliff, start=0.69), stage(cliff, start=0.2)]
    assert Lockstep(stages, of_each(cliff)).run() == [None] * 2
    assert all(torch.isfinite(one.canvas).all() for one in stages)
    assert all(cliff(one.canvas).total < one.values[0].total for one in stages)


def test_one_that_is_stopped_keeps_its_error_and_the_others_go_on() -> None:
    def stop(values: Sequence[LossValues], state: Callable[[], PaintingState]) -> None:
        if len(values) > STRIDE:
            raise TimeoutError("enough")

    stages = [stage(bowl), stage(bowl, start=0.3)]
    stages[0].tell = stop
    errors = Lockstep(stages, of_each(bowl)).run()
    assert [type(error) for error in errors] == [TimeoutError, type(None)]
    assert len(stages[1].values) == 24
    alone = stage(bowl)
    alone.tell = stop
    with pytest.raises(TimeoutError):
        descend(alone)


def test_after_each_step_that_is_to_be_shown_the_picture_is_told() -> None:
    one, seen = stage(bowl), list[int]()
    one.shown = {3, 11, 12}
    one.tell = lambda values, state: seen.append(len(values))
    descend(one)
    assert seen == [3, 11, 12, 22, 24]


def test_whoever_has_settled_stops_and_the_others_do_not_wait() -> None:
    stages = [stage(bowl, 60, tolerance=0.9), stage(bowl, 60, start=0.3)]
    assert Lockstep(stages, of_each(bowl)).run() == [None] * 2
    expected = watched(bowl, 60, tolerance=0.9)
    assert len(expected.values) <= len(stages[0].values) <= len(expected.values) + STRIDE
    assert len(stages[1].values) == 60
    assert stages[0].canvas.min() >= 0


@pytest.mark.parametrize("count", [1, 3])
def test_a_state_is_that_of_a_watched_descent_which_goes_on_from_it(count: int) -> None:
    stages, states = [stage(bowl, start=0.5 - 0.1 * k) for k in range(count)], dict[int, PaintingState]()
    last = stages[-1]
    last.tell = lambda values, state: states.update({len(values): as_files_keep_it(state())})
    Lockstep(stages, of_each(bowl)).run()
    assert [*states] == [10, 20, 24]
    for done, state in states.items():
        rest = stage(bowl, start=0.9)
        rest.begun = state
        assert not strides(rest)
        descend(rest)
        assert rest.values[:done] == last.values[:done]
        torch.testing.assert_close(rest.canvas, last.canvas, rtol=0, atol=1e-4)


@pytest.mark.parametrize("changed", [{"optimizer": "adam"}, {}])
def test_other_optimisers_and_devices_are_watched(changed: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    if not changed:
        monkeypatch.setattr(lockstep, "DEVICES", ("cuda",))
    one, expected = stage(bowl, **changed), watched(bowl, **changed)
    assert not strides(one)
    descend(one)
    assert torch.equal(one.canvas, expected.canvas)
