"""Where L-BFGS goes next, without line search (D. C. Liu, J. Nocedal, 1989).

The arithmetic is that of torch.optim.LBFGS. But the first optimiser of torch imports its compiler, which takes 1.8 s in
every process; torch's L-BFGS copies gradients, too, and waits for the device at every past step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

LEAST_CURVATURE = 1e-10
"""Below it a step says nothing of the way the gradient turns, and is not remembered."""


class Pair(NamedTuple):
    """A past step s, flat, the change y of the gradient along it, and 1 / y s."""

    change: Tensor
    step: Tensor
    inverse: Tensor


@dataclass(frozen=True, eq=False)
class Course:
    """The next step, length * direction, and what it was found by; nothing of it ever changes in place.

    gradient: where the step begins, flat as the direction. pairs: of the steps before, the oldest first. scale: of the
    inverse Hessian before the pairs correct it. length and scale are 0-dimensional.
    """

    direction: Tensor
    length: Tensor
    gradient: Tensor
    scale: Tensor
    pairs: tuple[Pair, ...] = ()

    @property
    def leads_downhill(self) -> bool:
        """Say whether the loss does not rise in this direction; a NaN is left to whoever looks at the picture."""
        return not bool(self.gradient.dot(self.direction) > 0)


def first_course(gradient: Tensor, rate: float) -> Course:
    """Give the first step: along the slope, short, since nothing is known of how the slope changes."""
    length = (1.0 / gradient.abs().sum()).clamp_max(1.0) * rate
    return Course(gradient.neg(), length, gradient, torch.ones_like(length))


def next_course(last: Course, gradient: Tensor, history: int, rate: float) -> Course:
    """Give the step after the last one, where the gradient is this; at most `history` pairs are remembered."""
    change, step = gradient.sub(last.gradient), last.direction.mul(last.length)
    curvature = change.dot(step)
    pairs, scale = last.pairs, last.scale
    if curvature > LEAST_CURVATURE:
        pairs = (*pairs, Pair(change, step, 1.0 / curvature))[-history:]
        scale = curvature / change.dot(change)
    return Course(_direction(gradient, pairs, scale), torch.full_like(last.length, rate), gradient, scale, pairs)


def _direction(gradient: Tensor, pairs: tuple[Pair, ...], scale: Tensor) -> Tensor:
    """Multiply the inverse Hessian by the negative gradient, from the newest pair to the oldest and back."""
    direction, shares = gradient.neg(), list[Tensor]()
    for pair in reversed(pairs):
        shares.append(pair.step.dot(direction) * pair.inverse)
        direction.addcmul_(pair.change, shares[-1], value=-1)
    direction.mul_(scale)
    for pair, share in zip(pairs, reversed(shares), strict=True):
        direction.addcmul_(pair.step, share - pair.change.dot(direction) * pair.inverse)
    return direction
