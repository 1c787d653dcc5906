"""Walking downhill in the space of pictures, with a guard that no broken picture gets past.

Both optimisers are torch's own. What is added is what nobody's loop has: a step that leads to NaN, infinity or far
uphill is taken back and tried at a shorter length, and an L-BFGS that stands still before its time hands over to Adam.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from stylepipe.engine.guard import Guard
from stylepipe.engine.losses import LossFunction, LossValues
from stylepipe.engine.steppers import LBFGS, Adam
from stylepipe.spec.settings import Settings

TOLERANCE_WINDOW = 10
"""Iterations over which `tolerance` looks at the loss."""


@torch.no_grad()
def descend(losses_of: LossFunction, image: Tensor, settings: Settings, iterations: int) -> Iterator[LossValues]:
    """Lower the total loss, changing the image in place; give the losses before each step.

    image: (1, 3, H, W) float; in [0, 1] when it ends. It ends before its iterations when `tolerance` says so, or when
    no step, however short, leads further. Raises DivergedError when none ever did.
    """
    guard = Guard(image)
    values: list[LossValues] = []
    step = _stepper(losses_of, image, settings, iterations, guard)
    while len(values) < iterations:
        before = image.clone()
        now = step()
        if guard.refuses(now, image):
            share = step.shorten() if bool(torch.isfinite(before).all()) else None
            if share is not None:
                guard.go_back(image, before, share)
            elif guard.retreat(image, values):
                step = _stepper(losses_of, image, settings, iterations, guard)
            else:
                break
            continue
        guard.keep(before, now)
        values.append(now)
        yield now
        if _has_settled(values, settings.tolerance):
            break
        if settings.optimizer == "lbfgs" and torch.equal(before, image):
            if _is_flat(losses_of, image):
                break
            settings = settings.model_copy(update={"optimizer": "adam", "learning_rate": None})
            step = _stepper(losses_of, image, settings, iterations, guard)
    step.finish()
    image.requires_grad_(False).clamp_(0, 1)
    guard.settle(LossValues.of(losses_of(image)), image)


_Stepper = LBFGS | Adam


def _stepper(losses_of: LossFunction, image: Tensor, settings: Settings, iterations: int, guard: Guard) -> _Stepper:
    if settings.optimizer == "lbfgs":
        return LBFGS(losses_of, image, settings, guard.rate(settings))
    return Adam(losses_of, image, iterations, guard.rate(settings))


def _is_flat(losses_of: LossFunction, image: Tensor) -> bool:
    with torch.enable_grad():
        (gradient,) = torch.autograd.grad(losses_of(image).total, image)
    return not bool(gradient.any())


def _has_settled(values: list[LossValues], tolerance: float) -> bool:
    if not tolerance or len(values) <= TOLERANCE_WINDOW:
        return False
    earlier = values[-1 - TOLERANCE_WINDOW].total
    return earlier - values[-1].total < tolerance * earlier
