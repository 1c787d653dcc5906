"""The frames of a clip in the order in which they are painted: shot by shot, forwards, and with two passes back again.

Reading and flow go ahead in threads of their own; what a second pass needs of the first lies on the disk meanwhile.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from itertools import dropwhile, groupby, islice

import numpy as np
from numpy.typing import NDArray

from stylepipe.batch.clip_job import ClipJob, Turn
from stylepipe.media.clip import Levels
from stylepipe.media.frame_reader import read_ahead
from stylepipe.store.unfinished import Arrays, Unfinished
from stylepipe.store.unfinished_clip import UnfinishedClip
from stylepipe.video.preparation import PreparedFrame, ShotFrame, prepare_shot
from stylepipe.video.second_pass import repaint_frame
from stylepipe.video.shot import Easel, PaintedFrame, paint_frame
from stylepipe.video.shot_state import ShotState


def painted_frames(
    job: ClipJob, left: Sequence[Turn], easel: Easel, unfinished: UnfinishedClip
) -> Generator[tuple[Turn, PaintedFrame, Arrays | None], None, None]:
    """Paint what is left of some shots: each turn, its painted frame, and what a second pass will need of it.

    Each must be committed before the next is asked for.
    """
    painted: Iterator[tuple[Turn, PaintedFrame, Arrays | None]]
    with closing(_forwards(job, left, unfinished)) as forwards:
        for (_, round), turns in groupby(left, key=lambda turn: (turn.shot.start, turn.round)):
            shot = list(turns)
            work = unfinished.works[shot[0].shot]
            if round == 1:
                painted = _first_pass(job, shot, forwards, easel, state_of(work))
            else:
                painted = _second_pass(job, shot, easel, work)
            yield from painted


def state_of(work: Unfinished) -> ShotState | None:
    """Give what the next frame of a shot depends on; None before the first."""
    arrays = work.state
    return None if arrays is None else ShotState.from_arrays(arrays)


def _first_pass(
    job: ClipJob, shot: list[Turn], forwards: Iterator[PreparedFrame], easel: Easel, state: ShotState | None
) -> Iterator[tuple[Turn, PaintedFrame, Arrays | None]]:
    for turn in shot:
        frame = next(forwards)
        painted = paint_frame(frame, easel, state)
        state = painted.state
        # Half precision is finer than the eight bits of the finished clip.
        kept: Arrays = {"levels": frame.levels, "underpainting": painted.underpainting.astype(np.float16)}
        yield turn, painted, None if job.is_final(turn) else kept


def _forwards(job: ClipJob, left: Sequence[Turn], unfinished: UnfinishedClip) -> Generator[PreparedFrame, None, None]:
    """Prepare all frames that are still to be painted a first time, in a thread, some frames ahead."""
    rest = [list(turns) for _, turns in groupby((turn for turn in left if turn.round == 1), key=lambda turn: turn.shot)]
    if rest:
        with closing(read_ahead(lambda: _prepared(job, rest, unfinished))) as frames:
            yield from frames


def _prepared(
    job: ClipJob, rest: Sequence[Sequence[Turn]], unfinished: UnfinishedClip
) -> Generator[PreparedFrame, None, None]:
    """Prepare what is left of each shot in one reading of the clip."""
    settings = job.item.settings
    with closing(job.clip.frames(rest[0][0].number)) as frames:
        for turns in rest:
            shown = _shown(job, frames, turns[0].number, len(turns))
            yield from prepare_shot(shown, settings, settings.video, state_of(unfinished.works[turns[0].shot]))


def _shown(job: ClipJob, frames: Iterator[tuple[int, int, Levels]], begin: int, count: int) -> Iterator[ShotFrame]:
    """Take so many frames from a number on, and drop those before."""
    for number, _, pixels in islice(dropwhile(lambda frame: frame[0] < begin, frames), count):
        yield ShotFrame(pixels, number in job.repeats, number in job.flashes)


def _second_pass(
    job: ClipJob, shot: list[Turn], easel: Easel, work: Unfinished
) -> Iterator[tuple[Turn, PaintedFrame, None]]:
    """Paint the frames of a shot once more, from its end to its beginning."""
    state = state_of(work)
    assert state is not None, "a second pass goes on from the first's last frame"
    last = state
    with closing(read_ahead(lambda: _backwards(job, shot, work, last))) as frames:
        for turn, (frame, underpainting) in zip(shot, frames, strict=True):
            painted = repaint_frame(frame, underpainting, easel, state)
            state = painted.state
            yield turn, painted, None


def _backwards(
    job: ClipJob, shot: list[Turn], work: Unfinished, state: ShotState
) -> Generator[tuple[PreparedFrame, NDArray[np.float32]], None, None]:
    """Prepare the frames that the first pass kept, the last first, each with its first painting."""
    settings = job.item.settings
    first_paintings: list[NDArray[np.float32]] = []

    def shown() -> Iterator[ShotFrame]:
        for turn in shot:
            kept = work.kept(turn.number)
            first_paintings.append(kept["underpainting"].astype(np.float32))
            # Backwards, a frame repeats the one behind it.
            yield ShotFrame(np.asarray(kept["levels"]), turn.number + 1 in job.repeats, turn.number in job.flashes)

    for prepared in prepare_shot(shown(), settings, settings.video, state):
        yield prepared, first_paintings.pop(0)
