"""Several steps downhill between two looks, by one picture or by several of one size in lockstep.

A look waits for the device: it is idle until the next step's kernels come. So on a GPU L-BFGS takes a stride of steps
unseen, and then all their losses are read at once. Where one of them is beyond use, or the picture stands still, which
is rare, it goes back to where the stride began and is watched from there on (stage.py); the others are not concerned,
since each row of numbers on the device is one picture's own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from stylepipe.engine.descent import has_settled
from stylepipe.engine.guard import Guard
from stylepipe.engine.lbfgs import Course
from stylepipe.engine.losses import LossFunction, LossValues, as_table
from stylepipe.engine.painting_state import Json, PaintingState
from stylepipe.engine.slope import LARGEST, slope_of
from stylepipe.engine.stage import Stage, descend_watched
from stylepipe.engine.steppers import LBFGS, state_of

STRIDE = 10
"""Steps between two looks."""

DEVICES = ("cuda",)
"""Kinds of devices that work on while nobody waits for them. On a CPU each step is looked at, which costs nothing."""


def descend(stage: Stage) -> None:
    """Paint a scale of one picture, in strides where that is quicker."""
    if not strides(stage):
        descend_watched(stage)
        return
    (error,) = Lockstep([stage], stage.losses_of).run()
    if error is not None:
        raise error


def strides(stage: Stage) -> bool:
    """Say whether a scale is painted in strides: where steps are short and L-BFGS has room, and from its beginning."""
    small = stage.canvas.shape[2] * stage.canvas.shape[3] <= LARGEST
    usual = stage.settings.optimizer == "lbfgs" and not stage.sparing and stage.begun is None
    return small and usual and works_on(stage.canvas.device)


def works_on(device: torch.device) -> bool:
    """Say whether a device works on while nobody waits for it."""
    return device.type in DEVICES


class Lockstep:
    """Paints a scale of several pictures of one size, step by step together, each by an L-BFGS of its own.

    losses_of: gives the losses of all stages' pictures side by side.
    """

    def __init__(self, stages: Sequence[Stage], losses_of: LossFunction) -> None:
        first = stages[0]
        self._losses_of, self._iterations = losses_of, first.iterations
        self._pictures = torch.cat([stage.canvas for stage in stages]) if len(stages) > 1 else first.canvas
        self._walkers = [_Walker(stage) for stage in stages]
        rate = self._walkers[0].guard.rate(first.settings)
        self._step = LBFGS(slope_of(losses_of, self._pictures), self._pictures, first.settings, rate)
        self._shown = {number for stage in stages for number in stage.shown}

    @torch.no_grad()
    def run(self) -> list[Exception | None]:
        """Paint; give for each stage what its `tell` or its own descent raised, if anything: the others go on."""
        done = 0
        while done < self._iterations and any(walker.walks for walker in self._walkers):
            count = self._stride_after(done)
            self._take(count)
            done += count
        del self._step
        for walker in self._walkers:
            walker.go_on_watched()
        self._settle()
        return [walker.error for walker in self._walkers]

    def _stride_after(self, done: int) -> int:
        """Give the steps of the next stride: fewer where one of them is to be shown, or the last."""
        ends = [number for number in self._shown if number > done]
        return min([done + STRIDE, self._iterations, *ends]) - done

    def _take(self, count: int) -> None:
        """Take a stride, and see where it has led."""
        start, course = self._pictures.detach().clone(), self._step.course
        before, tables = start, list[Tensor]()
        for k in range(count):
            losses = self._step.look()
            if k == count - 1:
                before = self._pictures.detach().clone()
            self._step.move()
            sums = self._pictures.detach().sum((1, 2, 3))
            tables.append(torch.cat([as_table(losses), sums[None]]))
        stands = (self._pictures.detach() == before).flatten(1).all(1)
        found = torch.stack(tables).permute(2, 0, 1).tolist()  # here it waits
        for row, walker in enumerate(self._walkers):
            if walker.walks:
                values = [LossValues(*parts) for *parts, _ in found[row]]
                finite = all(math.isfinite(total) for *_, total in found[row])
                if finite and not stands[row] and walker.accepts(values):
                    walker.arrive(values, before[row : row + 1], self._pictures[row : row + 1], self._course(row))
                else:
                    walker.turn_back(start[row : row + 1], self._row(course, row))

    def _course(self, row: int) -> Course | None:
        return self._row(self._step.course, row)

    def _row(self, course: Course | None, row: int) -> Course | None:
        return course if course is None or len(self._walkers) == 1 else course.row(row)

    def _settle(self) -> None:
        """Put the finished pictures in [0, 1], or a better one in the place of one that went astray in the end."""
        self._pictures.requires_grad_(False)
        arrived = [(row, walker) for row, walker in enumerate(self._walkers) if walker.arrived]
        if not arrived:
            return
        for row, walker in arrived:
            self._pictures[row : row + 1] = walker.stage.canvas.detach().clamp_(0, 1)
        last = as_table(self._losses_of(self._pictures)).T.tolist()
        for row, walker in arrived:
            walker.guard.settle(LossValues(*last[row]), walker.stage.canvas)


class _Walker:
    """One of the pictures in lockstep.

    walks: whether it still does. state: after its last good stride, where it is to go on watched. error: why it ended.
    """

    def __init__(self, stage: Stage) -> None:
        self.stage, self.guard = stage, Guard(stage.canvas)
        self.walks = True
        self.error: Exception | None = None
        self._watched = False
        self._values: list[LossValues] = []
        self._course: Course | None = None

    @property
    def arrived(self) -> bool:
        """Whether its canvas is painted, but for the last look."""
        return self.error is None and not self._watched

    def accepts(self, values: Sequence[LossValues]) -> bool:
        """Say whether all losses of a stride are of use."""
        return not any(self.guard.refuses(now) for now in values)

    def arrive(self, values: Sequence[LossValues], before: Tensor, picture: Tensor, course: Course | None) -> None:
        """Take note of a good stride. before: the picture before its last step, which the last losses are of."""
        self.guard.keep(before, values[-1])
        self._values += values
        self.stage.values, self._course = self._values, course
        if picture.data_ptr() != self.stage.canvas.data_ptr():
            self.stage.canvas.copy_(picture)
        try:
            self.stage.tell(self._values, self._state)
        except Exception as error:
            self.error, self.walks = error, False
            return
        self.walks = not has_settled(self._values, self.stage.settings.tolerance)

    def turn_back(self, start: Tensor, course: Course | None) -> None:
        """Go back to where a bad stride began. course: the step that had led there."""
        self.stage.canvas.copy_(start)
        self._course, self.walks, self._watched = course, False, True

    def go_on_watched(self) -> None:
        """Paint the rest of the scale on its own, if that is to be."""
        if not self._watched:
            return
        begun = self._state() if self._values else None
        alone = replace(self.stage, canvas=self.stage.canvas.detach().requires_grad_(False), begun=begun)
        self._course = None
        try:
            descend_watched(alone)
        except Exception as error:
            self.error = error
        self.stage.values = alone.values

    def _state(self) -> PaintingState:
        """Give what the steps after the last good stride depend on, as a watched descent does."""
        facts: dict[str, Json] = {"optimizer": "lbfgs", "losses": [[*values] for values in self._values]}
        return PaintingState.of(
            {"image": self.stage.canvas}, facts, step=state_of(self._course), guard=self.guard.state()
        )
