"""Walking downhill in the space of pictures, with a guard that no broken picture gets past.

Both optimisers do what torch's own do. What is added is what nobody's loop has: a step that leads to NaN, infinity or
far uphill is taken back and tried at a shorter length, and an L-BFGS that stands still before its time hands over to
Adam.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

import torch
from torch import Tensor

from stylepipe.engine.guard import Guard, is_finite
from stylepipe.engine.lbfgs import Course
from stylepipe.engine.losses import LossFunction, LossValues
from stylepipe.engine.painting_state import Json, PaintingState
from stylepipe.engine.slope import slope_of
from stylepipe.engine.steppers import LBFGS, Adam, SparingAdam
from stylepipe.spec.settings import Settings

TOLERANCE_WINDOW = 10
"""Iterations over which `tolerance` looks at the loss."""


class Descent:
    """Lowers the total loss, changing the image in place; gives the losses before each step.

    image: (1, 3, H, W) float; in [0, 1] when it ends. It ends before its iterations when `tolerance` says so, or when
    no step, however short, leads further. sparing: Adam and the guard remember less. state: of another one after one of
    its steps, to go on there, to the last bit. Raises DivergedError when no step ever led anywhere, ValueError when the
    state is of another picture.
    """

    def __init__(
        self,
        losses_of: LossFunction,
        image: Tensor,
        settings: Settings,
        iterations: int,
        state: PaintingState | None = None,
        *,
        sparing: bool = False,
    ) -> None:
        self._losses_of, self._image, self._settings, self._iterations = losses_of, image, settings, iterations
        self._slope = slope_of(losses_of, image)
        self._sparing = sparing
        self._guard = Guard(image, sparing=sparing)
        self.values: list[LossValues] = []
        if state is None:
            self._step = self._stepper()
        else:
            self._take_up(state)

    @property
    def plain(self) -> tuple[Course, Guard] | None:
        """The last step and what is remembered; None unless all its steps were of one L-BFGS, at its usual rate."""
        step = self._step
        if isinstance(step, LBFGS) and step.course is not None and not self._guard.has_retreated:
            return step.course, self._guard
        return None

    @torch.no_grad()
    def __iter__(self) -> Generator[LossValues]:
        while len(self.values) < self._iterations and self._leads_on() and self._takes_a_step():
            yield self.values[-1]
        self._step.finish()
        self._image.requires_grad_(False).clamp_(0, 1)
        # What these remember may be more than the last look at the picture has room for.
        del self._step, self._slope
        self._guard.settle(LossValues.of(self._losses_of(self._image)), self._image)
        del self._guard

    def _takes_a_step(self) -> bool:
        """Take steps until one is good, shorter and shorter ones; say whether one was."""
        while True:
            now = LossValues.of(self._step.look())
            share = None
            if self._guard.refuses(now):
                share = self._step.shorten() if is_finite(self._image) else None
            else:
                self._guard.keep(self._image, now)
                self._step.move()
                if is_finite(self._image):
                    self.values.append(now)
                    return True
            if share is not None:
                self._guard.go_back(self._image, share)
            elif self._guard.retreat(self._image, self.values):
                self._step = self._stepper()
            else:
                return False

    def _leads_on(self) -> bool:
        """Say whether another step is worth it; an L-BFGS that stands still hands over to Adam."""
        if not self.values:
            return True
        if has_settled(self.values, self._settings.tolerance):
            return False
        if self._settings.optimizer == "lbfgs" and self._guard.stands_still(self._image):
            if not self._slope()[1].any():
                return False
            self._hand_over()
        return True

    def _hand_over(self) -> None:
        self._settings = self._settings.model_copy(update={"optimizer": "adam", "learning_rate": None})
        self._step = self._stepper()

    def _stepper(self) -> LBFGS | Adam | SparingAdam:
        rate = self._guard.rate(self._settings)
        if self._settings.optimizer == "lbfgs":
            return LBFGS(self._slope, self._image, self._settings, rate)
        if self._sparing:
            return SparingAdam(self._slope, self._image, self._iterations - len(self.values), rate)
        return Adam(self._slope, self._image, self._iterations, rate)

    def state(self) -> PaintingState:
        """Give what the steps after the last one depend on, to be asked and used before the next."""
        facts: dict[str, Json] = {
            "optimizer": self._settings.optimizer,
            "losses": [[*values] for values in self.values],
        }
        step, guard = self._step.state(), self._guard.state()
        return PaintingState.of({"image": self._image}, facts, step=step, guard=guard)

    def _take_up(self, state: PaintingState) -> None:
        self._guard.take_up(state.part("guard"))
        self._image.copy_(state.tensor("image", self._image))
        self.values = state.losses("losses")
        optimizer = state.fact("optimizer", str)
        if (self._settings.optimizer, optimizer) == ("lbfgs", "adam"):
            self._hand_over()
        elif self._settings.optimizer == optimizer:
            self._step = self._stepper()
        else:
            raise ValueError(f"the state of a painting by {optimizer}, where {self._settings.optimizer} paints")
        self._step.take_up(state.part("step"))


def has_settled(values: Sequence[LossValues], tolerance: float) -> bool:
    """Say whether the last steps have lowered the loss by too little to go on."""
    if not tolerance or len(values) <= TOLERANCE_WINDOW:
        return False
    earlier = values[-1 - TOLERANCE_WINDOW].total
    return earlier - values[-1].total < tolerance * earlier
