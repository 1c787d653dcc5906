"""What an earlier run has left of a clip, looked at before it is gone on from: somebody may have changed it since.

The sums in its journal show what a disk has lost. Who knows our code can write others; painting must not fall over
what fits no clip, or another one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stylepipe.batch.clip_job import ClipJob
from stylepipe.engine.losses import LossValues
from stylepipe.errors import ItemError
from stylepipe.media import Segment, picture_size
from stylepipe.store.unfinished import Piece, Unfinished
from stylepipe.video.shot import FrameFacts
from stylepipe.video.shot_state import ShotState
from stylepipe.video.shots import pieces


def can_go_on(job: ClipJob, shot: range, work: Unfinished) -> bool:
    """Tell whether a shot can be painted on from what is there: these frames in this order, of these sizes."""
    turns = list(job.turns_of(shot))
    done, left = turns[: len(work.frames)], turns[len(work.frames) :]
    if not done:
        return True
    again = {turn.number for turn in left if turn.round == 2} & {turn.number for turn in done}
    pieced = [number for piece in work.pieces for number in piece.frames]
    written = set(pieced)
    final = {turn.number for turn in done if job.is_final(turn)}
    try:
        return (
            [(entry.frame, entry.round) for entry in work.frames] == [(turn.number, turn.round) for turn in done]
            and all(_are_facts(entry.facts) for entry in work.frames)
            and _is_state(job, work)
            and {piece.frames for piece in work.pieces} <= set(pieces([shot]))
            and len(pieced) == len(written)
            and written <= final
            and all(_is_piece(job, piece) for piece in work.pieces)
            and all(_is_frame(job, work, number) for number in final - written)
            and all(_is_kept(job, work, number) for number in again)
        )
    except (ItemError, OSError, ValueError, KeyError, TypeError, OverflowError):
        return False


def _are_facts(facts: Mapping[str, Any]) -> bool:
    known = FrameFacts(**facts)
    losses = () if known.losses is None else known.losses
    return (
        facts.keys() >= {"iterations", "losses", "drifted"}  # the record is made of what is written here
        and type(known.iterations) is int
        and len(losses) in (0, len(LossValues._fields))
        and all(map(math.isfinite, losses))
        and (known.warp_error is None or math.isfinite(known.warp_error))
        and type(known.drifted) is bool
    )


def _is_state(job: ClipJob, work: Unfinished) -> bool:
    arrays = work.state
    if arrays is None:
        return False
    state = ShotState.from_arrays(arrays)
    pictures = (state.opening, state.frame, state.underpainting, state.shown)
    return (
        all(_is_of_size(job, picture) for picture in pictures)
        and state.ripeness.shape == (job.height, job.width)
        and state.look.mean.shape == state.look.spread.shape == (3,)
    )


def _is_piece(job: ClipJob, piece: Piece) -> bool:
    segment = Segment.from_record(job.item.output, piece.record)
    begins = tuple(job.ends(number)[0] for number in piece.frames)
    return segment.instants == begins and segment.end == job.ends(piece.frames[-1])[1]


def _is_frame(job: ClipJob, work: Unfinished, number: int) -> bool:
    return picture_size(work.frame_path(number), max_megapixels=math.inf) == (job.width, job.height)


def _is_kept(job: ClipJob, work: Unfinished, number: int) -> bool:
    kept = work.kept(number)
    levels, underpainting = kept["levels"], kept["underpainting"]
    sizes = _is_of_size(job, levels) and _is_of_size(job, underpainting)
    return sizes and levels.dtype == np.uint8 and underpainting.dtype == np.float16


def _is_of_size(job: ClipJob, picture: NDArray[np.generic]) -> bool:
    return picture.shape == (job.height, job.width, 3)
