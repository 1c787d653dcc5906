"""From the pieces of a clip to the finished file: joined, given its sound, and checked."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from stylepipe.media.clip_check import Expected, check_frames
from stylepipe.media.clip_gif import join_gif
from stylepipe.media.clip_mux import Joined, Original, join_segments
from stylepipe.media.clip_writer import Clock, Segment
from stylepipe.media.codecs import Coding
from stylepipe.media.sound_check import check_sound


def finish_clip(
    segments: Sequence[Segment],
    output: Path,
    coding: Coding,
    *,
    width: int,
    height: int,
    clock: Clock,
    sample_aspect: Fraction = Fraction(1),
    original: Original | None = None,
) -> Joined:
    """Write the clip that all pieces make, with what its source has beside pictures, and check it by decoding it.

    output: a temporary file of the container's suffix, which is overwritten; its owner renames it when this returns,
    and should keep it, under another name, after a ClipCheckError. width, height, sample_aspect, clock: as
    `SegmentWriter` had them. original: None when there is nothing beside pictures, such as for a GIF or a folder.
    Raises ClipCheckError, and as `join_segments` and `join_gif` do.
    """
    if coding.container == "gif":
        joined = join_gif(segments, output, clock=clock)
    else:
        joined = join_segments(segments, output, coding, clock=clock, original=original)
    expected = Expected(
        segments=segments,
        coding=coding,
        clock=clock,
        width=width,
        height=height,
        sample_aspect=sample_aspect,
        offset=joined.offset,
        alone=not joined.sounds and not joined.subtitles,
    )
    check_frames(output, expected)
    if coding.container != "gif":
        check_sound(output, joined, original)
    return joined
