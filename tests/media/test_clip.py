"""What is known about a clip, before and after it is turned upright."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from stylepipe.media.clip import ClipHeader, ClipInfo

HEADER = ClipHeader(
    path=Path("a.mp4"), kind="video", demuxer="mov", timed=True, width=8, height=6, time_base=Fraction(1, 600)
)


def test_a_clip_that_lies_on_its_side_is_stored_across() -> None:
    sizes = {turn: replace(HEADER, rotation=turn).coded_size for turn in (0, 90, 180, 270)}
    assert sizes == {0: (8, 6), 90: (6, 8), 180: (8, 6), 270: (6, 8)}


def test_a_time_is_counted_from_the_earliest_stream_and_exact() -> None:
    late = replace(HEADER, start=Fraction(1, 3), time_base=Fraction(1001, 30000))
    assert late.seconds(30) == Fraction(1001, 1000) - Fraction(1, 3)


def test_frames_are_counted_by_their_times() -> None:
    assert ClipInfo(**vars(HEADER), instants=(0, 20, 70), end=90, rate=None).frame_count == 3
