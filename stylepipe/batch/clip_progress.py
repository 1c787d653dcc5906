"""How far a clip is: frames differ in what they cost, so the share of the work counts pixels times iterations."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Sequence

from stylepipe.batch.clip_job import ClipJob, Turn
from stylepipe.batch.events import Progress
from stylepipe.batch.watching import OnProgress, mind_timeout, pyramid, work_until
from stylepipe.engine.painting import Step

_LATELY = 8
"""Frames whose time says how long a frame takes."""


class ClipProgress:
    """Follows the painting of a clip; called after every step, and `frame_done` after every frame.

    A frame that is painted twice counts twice. started: when the item began, by the monotonic clock. turns: those of
    the shots that are to be painted here; left: those of them that no earlier run has painted. The shares of several
    that paint a clip add up to 1, and their frames to all of it.
    """

    def __init__(
        self, job: ClipJob, started: float, on_progress: OnProgress, turns: Sequence[Turn], left: Sequence[Turn]
    ) -> None:
        self._job, self._started, self._on_progress = job, started, on_progress
        self._pyramid = pyramid(job.item.settings, job.clip.info.height, job.clip.info.width)
        self._left = deque((turn.number, self._cost(turn)) for turn in left)
        self._frames, self._total = len(job.turns), max(1, sum(map(self._cost, job.turns)))
        self._spent = sum(map(self._cost, turns)) - sum(cost for _, cost in self._left)
        self._done = len(turns) - len(left)
        self._times: deque[float] = deque([time.monotonic()], maxlen=_LATELY + 1)
        self._last: Progress | None = None

    def __call__(self, step: Step) -> None:
        """Tell a step of the frame that is being painted, and mind the timeout."""
        anew = step.scale_count > 1 or self._job.item.settings.video.warm_start == "none"
        spent = work_until(step, self._pyramid) if anew else step.scale.height * step.scale.width * step.iteration
        iterations = sum(scale.iterations for scale in self._pyramid) if anew else step.scale.iterations
        number, cost = self._left[0]
        self._last = Progress(
            step.scale_number,
            step.scale_count,
            step.scale.width,
            step.scale.height,
            step.iteration,
            iterations,
            step.losses.total,
            (self._spent + min(spent, cost)) / self._total,
            self._done + 1,
            self._frames,
            self._frame_seconds(),
            may_stop=False,
        )
        self._on_progress(self._last)
        mind_timeout(self._job.item, self._started, f"frame {number + 1} of {len(self._job.clip)}")

    def nothing_left(self) -> None:
        """Tell of a shot that an earlier run has painted, so that it counts with those of others."""
        share = self._spent / self._total
        size = self._job.width, self._job.height
        self._on_progress(Progress(1, 1, *size, 0, 0, math.nan, share, self._done, self._frames))

    def frame_done(self) -> None:
        """Tell that a frame is painted and kept: a run may stop here."""
        self._spent += self._left.popleft()[1]
        self._done += 1
        self._times.append(time.monotonic())
        if self._last is not None:  # not before the first step of this run: nothing has been painted until then
            share = self._spent / self._total
            self._on_progress(
                self._last._replace(share=share, frame=self._done, frame_seconds=self._frame_seconds(), may_stop=True)
            )

    def _cost(self, turn: Turn) -> int:
        """Estimate the pixels times iterations of a frame."""
        video, repeats = self._job.item.settings.video, self._job.repeats
        if turn.number + (turn.round == 2) in repeats:
            return 0
        full = sum(scale.work for scale in self._pyramid)
        if turn.number in self._job.flashes:
            return full if turn.round == 1 else 0
        if turn.round == 1 and (turn.number == turn.shot.start or video.warm_start == "none"):
            return full
        return self._job.height * self._job.width * video.frame_iterations

    def _frame_seconds(self) -> float | None:
        if len(self._times) < 2:
            return None
        return (self._times[-1] - self._times[0]) / (len(self._times) - 1)
