"""ffmpeg takes frames with the instants that they are given, to the nanosecond, whatever their distances."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np

from stylepipe.media.ffmpeg import run_ffmpeg
from stylepipe.media.timed_frames import NANOSECONDS, frame_header, stream_header


def read(stream: bytes) -> str:
    """Give what ffmpeg says of a stream and of each of its frames."""
    showing = ["-vf", "showinfo", "-fps_mode", "passthrough", "-f", "null", "-"]
    return run_ffmpeg(["-v", "level+info", "-f", "matroska", "-i", "pipe:0", *showing], data=stream)


def stream_of(frames: np.ndarray, instants: list[int], rate: Fraction | None = None) -> bytes:
    """Give a stream of frames; instants: in nanoseconds, and one more for the end."""
    stream = stream_header(frames.shape[2], frames.shape[1], rate)
    for frame, (begin, end) in zip(frames, pairwise(instants), strict=True):
        stream += frame_header(begin, end - begin, frame.nbytes) + frame.tobytes()
    return stream


def test_each_frame_is_shown_at_its_own_nanosecond(moving: np.ndarray) -> None:
    instants = [0, 1, 33366667, 10**9, 7200 * 10**9, 7200 * 10**9 + 5]
    said = read(stream_of(moving[:5], instants))
    assert [int(tick) for tick in re.findall(r" pts: *(\d+) pts_time", said)] == instants[:5]
    lasts = [int(ticks) for ticks in re.findall(r" duration: *(\d+) ", said)]
    assert lasts == [end - begin for begin, end in pairwise(instants)]
    assert "config in time_base: 1/1000000000" in said
    sums = re.findall(r"checksum:([0-9A-F]{8})", said)
    assert len({*sums}) == 5


def test_its_pixels_come_as_they_are(moving: np.ndarray, tmp_path: Path) -> None:
    frames = moving[:2, 30:37, :13]
    written = ["-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgb24", f"file:{tmp_path / 'pixels'}"]
    run_ffmpeg(["-f", "matroska", "-i", "pipe:0", *written], data=stream_of(frames, [0, 1, 40_000_000]))
    assert (tmp_path / "pixels").read_bytes() == frames.tobytes()


def test_a_steady_rate_is_told_to_whoever_reads(moving: np.ndarray) -> None:
    lasts = NANOSECONDS // 25
    assert "frame_rate: 25/1" in read(stream_of(moving[:2], [0, lasts, 2 * lasts], Fraction(25)))
