"""How far a clip is: frames differ in what they cost, so the share of the work counts pixels times iterations."""

from __future__ import annotations

import time
from collections import deque

from stylepipe.batch.clip_job import ClipJob, Turn
from stylepipe.batch.events import Progress
from stylepipe.batch.watching import OnProgress, mind_timeout, pyramid, work_until
from stylepipe.engine.stylize import Step

_LATELY = 8
"""Frames whose time says how long a frame takes."""


class ClipProgress:
    """Follows the painting of a clip; called after every step, and `frame_done` after every frame.

    A frame that is painted twice counts twice. started: when the item began, by the monotonic clock. done: frames
    painted by an earlier run.
    """

    def __init__(self, job: ClipJob, started: float, on_progress: OnProgress, *, done: int) -> None:
        self._job, self._started, self._on_progress = job, started, on_progress
        self._pyramid = pyramid(job.item.settings, job.clip.info.height, job.clip.info.width)
        self._costs = [self._cost(turn) for turn in job.turns]
        self._total = max(1, sum(self._costs))
        self._spent = sum(self._costs[:done])
        self._done = done
        self._times: deque[float] = deque([time.monotonic()], maxlen=_LATELY + 1)
        self._last: Progress | None = None

    def __call__(self, step: Step) -> None:
        """Tell a step of the frame that is being painted, and mind the timeout."""
        anew = step.scale_count > 1 or self._job.item.settings.video.warm_start == "none"
        spent = work_until(step, self._pyramid) if anew else step.scale.height * step.scale.width * step.iteration
        iterations = sum(scale.iterations for scale in self._pyramid) if anew else step.scale.iterations
        cost = self._costs[self._done]
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
            len(self._costs),
            self._frame_seconds(),
            may_stop=False,
        )
        self._on_progress(self._last)
        mind_timeout(self._job.item, self._started, f"frame {self._done + 1} of {len(self._costs)}")

    def frame_done(self) -> None:
        """Tell that a frame is painted and kept: a run may stop here."""
        self._spent += self._costs[self._done]
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
