"""A clip in shots, from one cut to the next, and shots in pieces that are written once they are painted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

LONGEST_PIECE = 120
"""Frames of a piece at most: what lies on the disk without loss until it is written, and is lost with a torn piece."""


def shots(frame_count: int, cuts: Iterable[int]) -> list[range]:
    """Give the shots of a clip: the frames between its cuts, which are the first frames of new shots.

    What is no frame behind the first is no cut.
    """
    starts = sorted({0, *(cut for cut in cuts if 0 < cut < frame_count)})
    return [range(first, behind) for first, behind in pairwise([*starts, frame_count])]


def pieces(shots_of_it: Iterable[range], longest: int = LONGEST_PIECE) -> Iterator[range]:
    """Give the pieces of some shots: none has frames of two shots, none is longer than so many frames.

    They depend on nothing but the clip, so that a run which was stopped writes the same pieces.
    """
    for shot in shots_of_it:
        for first in range(shot.start, shot.stop, longest):
            yield range(first, min(first + longest, shot.stop))
