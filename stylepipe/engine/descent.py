"""Walking downhill in the space of pictures, with a guard that no broken picture gets past.

Both optimisers are torch's own. What is added is what nobody's loop has: a step that leads to NaN, infinity or far
uphill is taken back and tried at a shorter length, and an L-BFGS that stands still before its time hands over to Adam.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import torch
from torch import Tensor

from stylepipe.errors import DivergedError
from stylepipe.spec.settings import Settings


class Losses(NamedTuple):
    """What the picture costs: the weighted sum, and its parts before weighting (0-dimensional tensors).

    temporal: only of a clip's frame that is held to the one before.
    """

    total: Tensor
    content: Tensor
    style: Tensor
    variation: Tensor
    temporal: Tensor | None = None


class LossValues(NamedTuple):
    """The same as numbers."""

    total: float
    content: float
    style: float
    variation: float
    temporal: float = 0.0

    def of_a_picture(self) -> dict[str, float]:
        """Give by name what a picture on its own has, and its record keeps: all but the temporal loss."""
        return {name: value for name, value in self._asdict().items() if name != "temporal"}


LossFunction = Callable[[Tensor], Losses]
"""From a picture (1, 3, H, W) to its losses, differentiable."""

USUAL_RATE = {"lbfgs": 1.0, "adam": 0.02}
BETAS = (0.9, 0.99)
MOST_RETREATS = 8
"""Halvings of the step after which a picture counts as diverged."""
MOST_SHORTENED = 5
"""Times that a step of L-BFGS is shortened in a row, in the end to less than a millionth."""
UPHILL = 10.0
"""A loss this many times the one that the scale began with is a step gone wrong, not a detour."""
TOLERANCE_WINDOW = 10
"""Iterations over which `tolerance` looks at the loss."""


@torch.no_grad()
def descend(losses_of: LossFunction, image: Tensor, settings: Settings, iterations: int) -> Iterator[LossValues]:
    """Lower the total loss, changing the image in place; give the losses before each step.

    image: (1, 3, H, W) float; in [0, 1] when it ends. It ends before its iterations when `tolerance` says so, or when
    no step, however short, leads further. Raises DivergedError when none ever did.
    """
    guard = _Guard(image)
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
    guard.settle(_numbers(losses_of(image)), image)


class _Guard:
    """Remembers the last good picture and the best one, and by how much steps are shortened."""

    def __init__(self, image: Tensor) -> None:
        self._good = self._best = image.clone()
        self._first: float | None = None
        self._lowest = math.inf
        self._retreats = 0

    def rate(self, settings: Settings) -> float:
        usual = USUAL_RATE[settings.optimizer] if settings.learning_rate is None else settings.learning_rate
        return usual * 0.5**self._retreats

    def refuses(self, now: LossValues, image: Tensor) -> bool:
        if not math.isfinite(now.total) or not bool(torch.isfinite(image).all()):
            return True
        self._first = now.total if self._first is None else self._first
        return now.total > UPHILL * self._first

    def keep(self, image: Tensor, now: LossValues) -> None:
        self._good = image
        if now.total < self._lowest:
            self._lowest, self._best = now.total, image

    def go_back(self, image: Tensor, before: Tensor, share: float) -> None:
        """Go back to a point between the last good picture and the one that was refused."""
        image.copy_(self._good).lerp_(before, share)

    def retreat(self, image: Tensor, values: list[LossValues]) -> bool:
        """Go back to the last good picture; say whether shorter steps are worth a try."""
        image.copy_(self._good)
        self._retreats += 1
        if self._retreats <= MOST_RETREATS:
            return True
        if len(values) < 2 or self._lowest >= values[0].total:
            raise DivergedError(
                f"no finite picture was found, even with steps {2**MOST_RETREATS} times shorter; "
                "try optimizer: adam, a smaller learning_rate, or less extreme weights"
            )
        return False

    def settle(self, last: LossValues, image: Tensor) -> None:
        """Take the best picture instead of a last one that is worse than the first was."""
        if self.refuses(last, image) or (self._first is not None and last.total > self._first):
            image.copy_(self._best).clamp_(0, 1)


class _LBFGS:
    """One step of L-BFGS a call (Liu & Nocedal, 1989), without line search: one evaluation of the losses_of a step."""

    def __init__(self, losses_of: LossFunction, image: Tensor, settings: Settings, rate: float) -> None:
        self._losses_of, self._image = losses_of, image.requires_grad_(True)
        # Mean losses have gradients of 1 / pixels, which fall under L-BFGS's absolute thresholds on curvature and make
        # it stop or forget on large pictures; as a sum over pixels they do not. Its own tolerances are absolute, too.
        self._scale = float(image[0, 0].numel())
        self._torch = torch.optim.LBFGS(
            [image], lr=rate, max_iter=1, history_size=settings.history, tolerance_grad=0, tolerance_change=0
        )
        self._losses: Losses | None = None
        self._memory: dict[str, Any] = {}
        self._shortened, self._again = 0, False

    def __call__(self) -> LossValues:
        if not self._again:
            self._shortened = 0
        self._again = False
        self._memory = self._remembered()
        self._torch.step(self._evaluate)  # type: ignore[no-untyped-call]
        assert self._losses is not None
        return _numbers(self._losses)

    def shorten(self) -> float | None:
        """Forget the last evaluation and count a share of the step that led to it; None when that does not help.

        To begin anew instead would throw the curvature away, and its first step, which knows none, is tiny. Losses are
        of fourth order in the picture, so a step can be too long by a factor of thousands: a half is followed by a
        quarter, a sixteenth, and so on.
        """
        if "t" not in self._memory or self._shortened == MOST_SHORTENED:
            return None
        share: float = 0.5 ** (2**self._shortened)
        self._shortened, self._again = self._shortened + 1, True
        self._torch.state[self._image] = self._memory | {"t": self._memory["t"] * share}
        return share

    def _remembered(self) -> dict[str, Any]:
        """Copy what torch's optimiser keeps from step to step, as far as the next one changes it in place."""
        state: dict[str, Any] = self._torch.state[self._image]
        kept: dict[str, Any] = {k: [*value] if isinstance(value, list) else value for k, value in state.items()}
        gradient = kept.get("prev_flat_grad")
        return kept if gradient is None else kept | {"prev_flat_grad": gradient.clone()}

    def _evaluate(self) -> float:
        self._torch.zero_grad()
        with torch.enable_grad():
            self._losses = self._losses_of(self._image)
            (self._losses.total * self._scale).backward()  # type: ignore[no-untyped-call]
        return float(self._losses.total.detach()) * self._scale

    def finish(self) -> None:
        """Box constraints would break the curvature estimate on the way, so they wait for the end."""


class _Adam:
    """One step of Adam a call (Kingma & Ba, 2015), kept in [0, 1]; the result is the mean of the late iterates."""

    def __init__(self, losses_of: LossFunction, image: Tensor, iterations: int, rate: float) -> None:
        self._losses_of, self._image = losses_of, image.requires_grad_(True)
        self._scale = float(image[0, 0].numel())  # keeps gradients far above Adam's epsilon, whatever the size
        self._torch = torch.optim.Adam([image], lr=rate, betas=BETAS)
        self._mean = torch.zeros_like(image)
        # A window of a tenth of the run, a hundred steps at most: long enough to average the noise of single steps
        # away, short enough to forget where it started.
        self._decay = 1 - 1 / min(100.0, max(1.0, iterations / 10))
        self._forgotten = 1.0

    def __call__(self) -> LossValues:
        self._torch.zero_grad()
        with torch.enable_grad():
            losses = self._losses_of(self._image)
            (losses.total * self._scale).backward()  # type: ignore[no-untyped-call]
        self._torch.step()
        with torch.no_grad():
            self._image.clamp_(0, 1)
            self._mean.lerp_(self._image, 1 - self._decay)
        self._forgotten *= self._decay
        return _numbers(losses)

    def shorten(self) -> float | None:
        """Adam begins anew at half the rate: its moments have seen what led astray."""
        return None

    def finish(self) -> None:
        """Put the mean, corrected for its start at zero, in the picture's place."""
        if self._forgotten < 1:
            self._image.copy_(self._mean / (1 - self._forgotten))


_Stepper = _LBFGS | _Adam


def _stepper(losses_of: LossFunction, image: Tensor, settings: Settings, iterations: int, guard: _Guard) -> _Stepper:
    if settings.optimizer == "lbfgs":
        return _LBFGS(losses_of, image, settings, guard.rate(settings))
    return _Adam(losses_of, image, iterations, guard.rate(settings))


def _numbers(losses: Losses) -> LossValues:
    return LossValues(*torch.stack([part.detach().float() for part in losses if part is not None]).tolist())


def _is_flat(losses_of: LossFunction, image: Tensor) -> bool:
    with torch.enable_grad():
        (gradient,) = torch.autograd.grad(losses_of(image).total, image)
    return not bool(gradient.any())


def _has_settled(values: list[LossValues], tolerance: float) -> bool:
    if not tolerance or len(values) <= TOLERANCE_WINDOW:
        return False
    earlier = values[-1 - TOLERANCE_WINDOW].total
    return earlier - values[-1].total < tolerance * earlier
