"""Where L-BFGS goes next, without line search (D. C. Liu, J. Nocedal, 1989).

The arithmetic is that of torch.optim.LBFGS. But the first optimiser of torch imports its compiler, which takes 1.8 s in
every process; torch's L-BFGS copies gradients, too, and waits for the device at every past step. This one never waits:
what it decides, it decides in numbers on the device. And it takes several pictures side by side, each with a past of
its own: vectors are then (B, P) and numbers (B, 1), where those of one picture are (P,) and ().
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

LEAST_CURVATURE = 1e-10
"""Below it a step says nothing of the way the gradient turns, and what is remembered of it counts for nothing."""


class Pair(NamedTuple):
    """A past step s, flat, the change y of the gradient along it, and 1 / y s, or zero where it is not to count."""

    change: Tensor
    step: Tensor
    inverse: Tensor


@dataclass(frozen=True, eq=False)
class Course:
    """The next step, length * direction, and what it was found by; nothing of it ever changes in place.

    gradient: where the step begins, flat as the direction. pairs: of the steps before, the oldest first. scale: of the
    inverse Hessian before the pairs correct it. length: zero where the direction leads uphill.
    """

    direction: Tensor
    length: Tensor
    gradient: Tensor
    scale: Tensor
    pairs: tuple[Pair, ...] = ()

    def row(self, number: int) -> Course:
        """Give one picture's of several; views."""
        pairs = (Pair(change[number], step[number], inverse[number, 0]) for change, step, inverse in self.pairs)
        length, scale = self.length[number, 0], self.scale[number, 0]
        return Course(self.direction[number], length, self.gradient[number], scale, tuple(pairs))

    def with_row(self, number: int, other: Course) -> Course:
        """Give the same of several, but for one picture's, which is another; both have as many pairs."""
        pairs = (
            Pair(*(_with_row(*two, number) for two in zip(*pair, strict=True)))
            for pair in zip(self.pairs, other.pairs, strict=True)
        )
        direction = _with_row(self.direction, other.direction, number)
        length, scale = _with_row(self.length, other.length, number), _with_row(self.scale, other.scale, number)
        return Course(direction, length, _with_row(self.gradient, other.gradient, number), scale, tuple(pairs))


def first_course(gradient: Tensor, rate: float) -> Course:
    """Give the first step: along the slope, short, since nothing is known of how the slope changes."""
    length = (1.0 / gradient.abs().sum(-1, keepdim=gradient.dim() > 1)).clamp_max(1.0) * rate
    return Course(gradient.neg(), length, gradient, torch.ones_like(length))


def next_course(last: Course, gradient: Tensor, history: int, rate: float) -> Course:
    """Give the step after the last one, where the gradient is this; at most `history` pairs are remembered."""
    change, step = gradient.sub(last.gradient), last.direction.mul(last.length)
    curvature = _dot(change, step)
    counts = curvature > LEAST_CURVATURE
    pairs = (*last.pairs, Pair(change, step, torch.where(counts, 1.0 / curvature, 0.0)))[-history:]
    scale = torch.where(counts, curvature / _dot(change, change), last.scale)
    direction = _direction(gradient, pairs, scale)
    uphill = _dot(gradient, direction) > 0  # not so of a NaN, which is left to whoever looks at the picture
    length = torch.full_like(last.length, rate).masked_fill_(uphill, 0.0)
    return Course(direction, length, gradient, scale, pairs)


def _with_row(whole: Tensor, one: Tensor, number: int) -> Tensor:
    changed = whole.clone()
    changed[number] = one
    return changed


def _dot(one: Tensor, other: Tensor) -> Tensor:
    return one.dot(other) if one.dim() == 1 else (one * other).sum(1, keepdim=True)


def _direction(gradient: Tensor, pairs: tuple[Pair, ...], scale: Tensor) -> Tensor:
    """Multiply the inverse Hessian by the negative gradient, from the newest pair to the oldest and back."""
    direction, shares = gradient.neg(), list[Tensor]()
    for pair in reversed(pairs):
        shares.append(_dot(pair.step, direction) * pair.inverse)
        direction.addcmul_(pair.change, shares[-1], value=-1)
    direction.mul_(scale)
    for pair, share in zip(pairs, reversed(shares), strict=True):
        direction.addcmul_(pair.step, share - _dot(pair.change, direction) * pair.inverse)
    return direction
