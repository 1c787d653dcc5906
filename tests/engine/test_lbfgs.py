"""The steps of L-BFGS."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from stylepipe.engine.lbfgs import Course, first_course, next_course

POINTS = torch.linspace(-1, 2, 40, dtype=torch.float32)


def valley(x: Tensor) -> Tensor:
    """Give the loss of Rosenbrock's valley, bent and narrow, in many dimensions."""
    return (100 * (x[1:] - x[:-1].square()).square() + (1 - x[:-1]).square()).sum() / 50


def ridge(x: Tensor) -> Tensor:
    """Give a loss without a floor, whose curvature is negative: no step is worth remembering."""
    return -x.square().sum()


def ours(loss: Callable[[Tensor], Tensor], steps: int) -> Tensor:
    x, course = POINTS.clone().requires_grad_(), None
    for _ in range(steps):
        (gradient,) = torch.autograd.grad(loss(x), x)
        course = first_course(gradient, 1.0) if course is None else next_course(course, gradient, 5, 1.0)
        x = (x.detach() + course.direction * course.length).requires_grad_()
    return x.detach()


def torchs(loss: Callable[[Tensor], Tensor], steps: int) -> Tensor:
    x = POINTS.clone().requires_grad_()
    optimizer = torch.optim.LBFGS([x], max_iter=1, history_size=5, tolerance_grad=0, tolerance_change=0)

    def closure() -> Tensor:
        optimizer.zero_grad()
        value = loss(x)
        value.backward()
        return value.detach()

    for _ in range(steps):
        optimizer.step(closure)
    return x.detach()


@pytest.mark.parametrize("loss", [valley, ridge])
def test_the_steps_are_those_of_torchs_own(loss: Callable[[Tensor], Tensor]) -> None:
    for steps in (1, 2, 4, 12):
        torch.testing.assert_close(ours(loss, steps), torchs(loss, steps), rtol=1e-4, atol=1e-6)


def test_no_more_pairs_are_remembered_than_asked_for() -> None:
    course = first_course(torch.tensor([1.0, 2.0]), 1.0)
    for k in range(2, 9):
        course = next_course(course, torch.tensor([1.0, 2.0]) / k, 3, 1.0)
        assert len(course.pairs) <= 3


def test_no_step_is_taken_in_a_direction_that_leads_uphill() -> None:
    gradient, one = torch.tensor([1.0, 0.0]), torch.tensor(1.0)
    inverted = Course(-gradient, one, 0.9 * gradient, -one)  # as after a curvature that was none
    assert next_course(inverted, gradient, 5, 1.0).length.item() == 0.0


def test_several_go_side_by_side_as_each_on_its_own() -> None:
    starts = [POINTS, POINTS.flip(0) * 0.3, POINTS.clone().fill_(0.5)]
    together, course = torch.stack(starts), None
    alone: list[tuple[Tensor, Course | None]] = [(start, None) for start in starts]
    for _ in range(9):
        gradients = torch.stack([torch.func.grad(valley)(x) for x in together])
        course = first_course(gradients, 1.0) if course is None else next_course(course, gradients, 5, 1.0)
        together = together + course.direction * course.length
        for k, (x, last) in enumerate(alone):
            gradient = torch.func.grad(valley)(x)
            own = first_course(gradient, 1.0) if last is None else next_course(last, gradient, 5, 1.0)
            alone[k] = (x + own.direction * own.length, own)
            torch.testing.assert_close(course.row(k).direction, own.direction, rtol=1e-3, atol=1e-5)
            assert len(course.row(k).pairs) == len(own.pairs)
    torch.testing.assert_close(together, torch.stack([x for x, _ in alone]), rtol=1e-3, atol=1e-5)
