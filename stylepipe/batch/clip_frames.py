"""The frames of a clip in the order in which they are painted: shot by shot, forwards, and with two passes back again.

Reading and flow go ahead in threads of their own; what a second pass needs of the first lies on the disk meanwhile.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from itertools import groupby, islice

import numpy as np
from numpy.typing import NDArray

from stylepipe.batch.clip_job import ClipJob, Turn
from stylepipe.media.frame_reader import read_ahead
from stylepipe.store.unfinished import Arrays, Unfinished
from stylepipe.video.preparation import PreparedFrame, ShotFrame, prepare_shot
from stylepipe.video.second_pass import repaint_frame
from stylepipe.video.shot import Easel, PaintedFrame, paint_frame
from stylepipe.video.shot_state import ShotState


def painted_frames(
    job: ClipJob, easel: Easel, unfinished: Unfinished
) -> Generator[tuple[Turn, PaintedFrame, Arrays | None], None, None]:
    """Paint what is left of a clip: each turn, its painted frame, and what a second pass will need of it.

    Each must be committed before the next is asked for.
    """
    painted: Iterator[tuple[Turn, PaintedFrame, Arrays | None]]
    left = job.turns[len(unfinished.frames) :]
    state = None if unfinished.state is None else ShotState.from_arrays(unfinished.state)
    with closing(_forwards(job, left, state)) as forwards:
        for _, turns in groupby(left, key=lambda turn: (turn.shot.start, turn.round)):
            shot = list(turns)
            if shot[0].round == 1:
                painted = _first_pass(job, shot, forwards, easel, state)
            else:
                painted = _second_pass(job, shot, easel, unfinished, state)
            for turn, frame, kept in painted:
                state = frame.state
                yield turn, frame, kept


def _first_pass(
    job: ClipJob, shot: list[Turn], forwards: Iterator[PreparedFrame], easel: Easel, state: ShotState | None
) -> Iterator[tuple[Turn, PaintedFrame, Arrays | None]]:
    for turn in shot:
        frame = next(forwards)
        painted = paint_frame(frame, easel, None if turn.number == turn.shot.start else state)
        state = painted.state
        # Half precision is finer than the eight bits of the finished clip.
        kept: Arrays = {"levels": frame.levels, "underpainting": painted.underpainting.astype(np.float16)}
        yield turn, painted, None if job.is_final(turn) else kept


def _forwards(job: ClipJob, left: list[Turn], state: ShotState | None) -> Generator[PreparedFrame, None, None]:
    """Prepare all frames that are still to be painted a first time, in a thread, some frames ahead."""
    begin = next((turn.number for turn in left if turn.round == 1), None)
    if begin is not None:
        with closing(read_ahead(lambda: _prepared(job, begin, state))) as frames:
            yield from frames


def _prepared(job: ClipJob, begin: int, state: ShotState | None) -> Generator[PreparedFrame, None, None]:
    """Prepare the frames from a number on, shot by shot; state: of the frame before it, if in the same shot."""
    settings = job.item.settings
    with closing(job.clip.frames(begin)) as frames:
        shown = (ShotFrame(pixels, number in job.repeats, number in job.flashes) for number, _, pixels in frames)
        for shot in job.shots:
            left = len(range(max(begin, shot.start), shot.stop))
            if left:
                yield from prepare_shot(
                    islice(shown, left), settings, settings.video, state if begin > shot.start else None
                )


def _second_pass(
    job: ClipJob, shot: list[Turn], easel: Easel, unfinished: Unfinished, state: ShotState | None
) -> Iterator[tuple[Turn, PaintedFrame, None]]:
    """Paint the frames of a shot once more, from its end to its beginning."""
    assert state is not None, "a second pass goes on from the first's last frame"
    last = state
    with closing(read_ahead(lambda: _backwards(job, shot, unfinished, last))) as frames:
        for turn, (frame, underpainting) in zip(shot, frames, strict=True):
            painted = repaint_frame(frame, underpainting, easel, state)
            state = painted.state
            yield turn, painted, None


def _backwards(
    job: ClipJob, shot: list[Turn], unfinished: Unfinished, state: ShotState
) -> Generator[tuple[PreparedFrame, NDArray[np.float32]], None, None]:
    """Prepare the frames that the first pass kept, the last first, each with its first painting."""
    settings = job.item.settings
    first_paintings: list[NDArray[np.float32]] = []

    def shown() -> Iterator[ShotFrame]:
        for turn in shot:
            kept = unfinished.kept(turn.number)
            first_paintings.append(kept["underpainting"].astype(np.float32))
            # Backwards, a frame repeats the one behind it.
            yield ShotFrame(np.asarray(kept["levels"]), turn.number + 1 in job.repeats, turn.number in job.flashes)

    for prepared in prepare_shot(shown(), settings, settings.video, state):
        yield prepared, first_paintings.pop(0)
