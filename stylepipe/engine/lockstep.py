"""Several steps downhill between two looks, by one picture or by several of one size in lockstep.

A look waits for the device: it is idle until the next step's kernels come. So on a GPU L-BFGS takes a stride of steps
unseen, and then all their losses are read at once. Where one of them is beyond use, or the picture stands still, which
is rare, it goes back to where the stride began and takes as many steps watched, one by one (descent.py); the others are
not concerned, since each row of numbers on the device is one picture's own.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from itertools import islice

import torch
from torch import Tensor

from stylepipe.engine.descent import Descent, has_settled
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
        for row, (walker, stood) in enumerate(zip(self._walkers, stands.tolist(), strict=True)):
            here = slice(row, row + 1)
            if not walker.walks:
                continue
            values = [LossValues(*parts) for *parts, _ in found[row]]
            finite = all(math.isfinite(total) for *_, total in found[row])
            if finite and not stood and walker.accepts(values):
                walker.arrive(values, before[here], self._pictures[here], self._of(row, self._step.course))
            else:
                walker.go_back(start[here], self._of(row, course))
                self._take_back(row, walker.watched(count))

    def _of(self, row: int, course: Course | None) -> Course | None:
        return course if course is None or len(self._walkers) == 1 else course.row(row)

    def _take_back(self, row: int, course: Course | None) -> None:
        """Have a picture, which was watched for a stride, step on with the others. course: its last step, if it can."""
        self._pictures.requires_grad_(True)  # which its own descent may have ended
        walker, ours = self._walkers[row], self._step.course
        if course is None:
            walker.go_on_watched()
        elif len(self._walkers) == 1:
            self._step.course = course
        else:
            assert ours is not None
            self._pictures[row] = walker.stage.canvas.detach()[0]
            self._step.course = ours.with_row(row, course)

    def _settle(self) -> None:
        """Put the finished pictures in [0, 1], or a better one in the place of one that went astray in the end."""
        self._pictures.requires_grad_(False)
        arrived = [(row, walker) for row, walker in enumerate(self._walkers) if walker.is_to_settle]
        if not arrived:
            return
        for row, walker in arrived:
            self._pictures[row : row + 1] = walker.stage.canvas.detach().clamp_(0, 1)
        last = as_table(self._losses_of(self._pictures)).T.tolist()
        for row, walker in arrived:
            walker.guard.settle(LossValues(*last[row]), walker.stage.canvas)


class _Walker:
    """One of the pictures in lockstep. walks: whether it still does. error: why it does not, if that went wrong."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.guard = stage, Guard(stage.canvas)
        self.walks = True
        self.error: Exception | None = None
        self._descent: Descent | None = None
        self._watching: Generator[LossValues] | None = None
        self._course: Course | None = None

    @property
    def is_to_settle(self) -> bool:
        """Whether its canvas is painted, but for the last look; a descent of its own has had that."""
        return self.error is None and self._descent is None

    def accepts(self, values: Sequence[LossValues]) -> bool:
        """Say whether all losses of a stride are of use."""
        return not any(self.guard.refuses(now) for now in values)

    def arrive(self, values: Sequence[LossValues], before: Tensor, picture: Tensor, course: Course | None) -> None:
        """Take note of a good stride. before: the picture before its last step, which the last losses are of."""
        self.guard.keep(before, values[-1])
        self.stage.values += values
        self._course = course
        if picture.data_ptr() != self.stage.canvas.data_ptr():
            self.stage.canvas.copy_(picture)
        try:
            self.stage.tell(self.stage.values, self._state)
            self.walks = not has_settled(self.stage.values, self.stage.settings.tolerance)
        except Exception as error:
            self.error, self.walks = error, False
        if not self.walks:
            self._course = None  # which is a part of all pictures'

    def go_back(self, start: Tensor, course: Course | None) -> None:
        """Go back to where a bad stride began. course: the step that had led there."""
        self.stage.canvas.copy_(start)
        self._course = course

    def watched(self, count: int) -> Course | None:
        """Take so many steps watched; give the last one's course where it can step on with the others."""
        stage = self.stage
        begun = self._state() if stage.values else None
        self._course = None
        self._descent = Descent(stage.losses_of, stage.canvas, stage.settings, stage.iterations, begun)
        self._watching = iter(self._descent)
        if not self._go_on(count):
            self.walks = False
            return None
        plain = self._descent.plain
        if plain is None:
            return None
        self._watching.close()
        self._descent = self._watching = None
        self._course, self.guard = plain
        stage.canvas.requires_grad_(False)
        return self._course

    def go_on_watched(self) -> None:
        """Paint the rest of the scale watched, if there is any."""
        if self.walks:
            self.walks = False
            self._go_on(self.stage.iterations)

    def _go_on(self, count: int) -> bool:
        """Take so many steps watched; say whether there are more to come."""
        assert self._descent is not None
        assert self._watching is not None
        try:
            for _ in islice(self._watching, count):
                self.stage.values = self._descent.values
                self.stage.tell(self.stage.values, self._descent.state)
                count -= 1
            values, stage = self.stage.values, self.stage
            if count == 0 and len(values) < stage.iterations and not has_settled(values, stage.settings.tolerance):
                return True
            next(self._watching, None)  # which ends it
        except Exception as error:
            self.error = error
        return False

    def _state(self) -> PaintingState:
        """Give what the steps after the last good stride depend on, as a watched descent does."""
        facts: dict[str, Json] = {"optimizer": "lbfgs", "losses": [[*values] for values in self.stage.values]}
        return PaintingState.of(
            {"image": self.stage.canvas}, facts, step=state_of(self._course), guard=self.guard.state()
        )
