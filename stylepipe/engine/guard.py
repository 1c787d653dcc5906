"""The guard that no broken picture gets past: what was good, what was best, and how long a step may be."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from stylepipe.engine.losses import LossValues
from stylepipe.engine.painting_state import Json, PaintingState
from stylepipe.errors import DivergedError
from stylepipe.spec.settings import Settings

USUAL_RATE = {"lbfgs": 1.0, "adam": 0.02}
MOST_RETREATS = 8
"""Halvings of the step after which a picture counts as diverged."""
UPHILL = 10.0
"""A loss this many times the one that the scale began with is a step gone wrong, not a detour."""


class Guard:
    """Remembers the last good picture and the best one, and by how much steps are shortened.

    sparing: remembers the last good one alone, and to 11 bits only, where memory is short.
    """

    def __init__(self, image: Tensor, *, sparing: bool = False) -> None:
        self._sparing = sparing
        self._good = self._best = image.to(torch.float16 if sparing else image.dtype, copy=True)
        self._first: float | None = None
        self._lowest = math.inf
        self._retreats = 0

    def rate(self, settings: Settings) -> float:
        """Give the learning rate, halved with each retreat."""
        usual = USUAL_RATE[settings.optimizer] if settings.learning_rate is None else settings.learning_rate
        return usual * 0.5**self._retreats

    @property
    def has_retreated(self) -> bool:
        """Whether steps are shorter than they were."""
        return self._retreats > 0

    def refuses(self, now: LossValues) -> bool:
        """Say whether the losses of a picture are beyond use."""
        if not math.isfinite(now.total):
            return True
        self._first = now.total if self._first is None else self._first
        return now.total > UPHILL * self._first

    def keep(self, image: Tensor, now: LossValues) -> None:
        """Remember a picture and its losses: in the place of the last good one, unless that was the best so far."""
        better = now.total < self._lowest or self._sparing
        if self._best is self._good and not better:
            self._good = image.detach().clone()
        else:
            self._good.copy_(image)
        if better:
            self._lowest, self._best = min(now.total, self._lowest), self._good

    def stands_still(self, image: Tensor) -> bool:
        """Say whether the last good step led nowhere."""
        return torch.equal(self._good, image)

    def go_back(self, image: Tensor, share: float) -> None:
        """Go back from a picture that was refused to a point between the last good one and it."""
        image.copy_(torch.lerp(self._good, image, share))

    def retreat(self, image: Tensor, values: Sequence[LossValues]) -> bool:
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

    def state(self) -> PaintingState:
        """Give what it remembers, once a picture was kept."""
        one = self._best is self._good
        pictures = {"good": self._good} if one else {"good": self._good, "best": self._best}
        facts: dict[str, Json] = {"first": self._first, "lowest": self._lowest, "retreats": self._retreats}
        return PaintingState.of(pictures, {**facts, "good_is_best": one})

    def take_up(self, state: PaintingState) -> None:
        """Remember what another one did; raises ValueError when that was of another picture."""
        like = self._good
        self._good = state.tensor("good", like)
        self._best = self._good if state.fact("good_is_best", bool) else state.tensor("best", like)
        self._first, self._lowest = state.fact("first", float), state.fact("lowest", float)
        self._retreats = state.fact("retreats", int)

    def settle(self, last: LossValues, image: Tensor) -> None:
        """Take the best picture instead of a last one that is worse than the first was."""
        if self.refuses(last) or (self._first is not None and last.total > self._first):
            image.copy_(self._best).clamp_(0, 1)


def is_finite(image: Tensor) -> bool:
    """Say whether all of a picture is finite: its sum is, unless it is far from any picture."""
    return math.isfinite(float(image.detach().sum()))
