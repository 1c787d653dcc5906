"""Painted frames into pieces of a clip: each piece is a file that begins anew, so that a stopped run loses one at most.

ffmpeg is fed through our own pipe. imageio-ffmpeg's takes a frame of another size, shifts all rows behind it, and takes
a full disk for success.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from stylepipe.errors import FfmpegError
from stylepipe.media.clip import Levels
from stylepipe.media.codecs import Coding
from stylepipe.media.ffmpeg import start_ffmpeg
from stylepipe.media.ffmpeg_arguments import file_argument
from stylepipe.media.ffmpeg_process import Ffmpeg
from stylepipe.media.ffmpeg_words import write_refusal
from stylepipe.media.timed_frames import NANOSECONDS, frame_header, stream_header

THUMBNAIL = 4
"""Pixels a side of the small pictures by which a decoded frame is known again."""
_FINEST_CLOCK = 10**9  # ticks a second that the containers can count
_LONGEST_HISTORY = 250  # frames between key frames, as x264 has it: how far a player must go back when it seeks


@dataclass(frozen=True, kw_only=True)
class Clock:
    """How a clip counts time.

    time_base: seconds of one tick. rate: frames a second, or None where the distances between frames differ.
    """

    time_base: Fraction
    rate: Fraction | None

    def seconds(self, ticks: int) -> Fraction:
        """Give the exact time of a tick."""
        return ticks * self.time_base

    @property
    def timescale(self) -> int:
        """Ticks a second of a container that can count this clock's ticks without rounding."""
        return min(self.time_base.denominator, _FINEST_CLOCK)


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A written piece of a clip, complete in itself; who renames its file gives it its new path (dataclasses.replace).

    instants: tick at which each frame is first shown; end: tick at which the last is no longer shown.
    thumbnails: (N, 4, 4, 3) uint8, the painted frames' means over 4 x 4 fields, to check by that the file shows them.
    """

    path: Path
    instants: tuple[int, ...]
    end: int
    thumbnails: Levels

    def as_record(self) -> dict[str, Any]:
        """Give what a later run needs to take this piece over, as JSON has it; the path is not in it."""
        text = base64.b64encode(self.thumbnails.tobytes()).decode("ascii")
        return {"instants": list(self.instants), "end": self.end, "thumbnails": text}

    @classmethod
    def from_record(cls, path: Path, record: Mapping[str, Any]) -> Self:
        """Take a piece over that another run has written; raises ValueError or KeyError for what is no such record."""
        levels = np.frombuffer(base64.b64decode(record["thumbnails"], validate=True), dtype=np.uint8)
        instants = tuple(int(tick) for tick in record["instants"])
        thumbnails = levels.reshape(len(instants), THUMBNAIL, THUMBNAIL, 3)
        return cls(path=path, instants=instants, end=int(record["end"]), thumbnails=thumbnails)


class SegmentWriter:
    """Write frames to one piece; a context manager, which leaves no ffmpeg behind when the block fails.

    path: a temporary file, whose suffix should be `coding.segment_suffix`; it is overwritten, and its owner renames it
    after `finish`. width, height: pixels of every frame. sample_aspect: width of a pixel by its height.
    Raises EnvironmentLacksError when ffmpeg cannot be started.
    """

    def __init__(
        self,
        path: Path,
        coding: Coding,
        *,
        width: int,
        height: int,
        clock: Clock,
        sample_aspect: Fraction = Fraction(1),
    ) -> None:
        self._path, self._shape, self._clock = path, (height, width, 3), clock
        self._instants: list[int] = []
        self._end: int | None = None
        self._thumbnails: list[Levels] = []
        self._ffmpeg: Ffmpeg = start_ffmpeg(_arguments(path, coding, clock, sample_aspect), pipe_in=True, writes=path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ffmpeg.kill()

    def write(self, frame: Levels, begin: int, end: int) -> None:
        """Add one frame, (height, width, 3) uint8 RGB, shown from tick `begin` until tick `end`, where the next begins.

        Raises ValueError for a frame of another size or kind, or an instant that does not follow the one before,
        OutputError when the disk is full, ClipError with ffmpeg's own words when it fails.
        """
        if frame.shape != self._shape or frame.dtype != np.uint8:
            raise ValueError(f"a frame of {frame.shape} {frame.dtype} in a clip of {self._shape} uint8")
        if end <= begin or self._end not in (None, begin):
            raise ValueError(f"a frame from {begin} to {end} after one that ends at {self._end}")
        first = self._instants[0] if self._instants else begin
        starts = round(self._clock.seconds(begin - first) * NANOSECONDS)
        lasts = round(self._clock.seconds(end - begin) * NANOSECONDS)
        head = frame_header(starts, lasts, frame.nbytes)
        if not self._instants:
            head = stream_header(self._shape[1], self._shape[0], self._clock.rate) + head
        try:
            self._ffmpeg.write(head)
            self._ffmpeg.write(np.ascontiguousarray(frame).data)
        except FfmpegError as error:
            raise write_refusal(self._path, error) from error
        self._instants.append(begin)
        self._end = end
        self._thumbnails.append(thumbnail(frame))

    def finish(self) -> Segment:
        """Encode what is left and close the file; raises as `write` does, ValueError when there was no frame."""
        if self._end is None:
            raise ValueError("a clip without frames")
        try:
            self._ffmpeg.finish()
        except FfmpegError as error:
            raise write_refusal(self._path, error) from error
        return Segment(
            path=self._path, instants=tuple(self._instants), end=self._end, thumbnails=np.stack(self._thumbnails)
        )


def thumbnail(frame: Levels) -> Levels:
    """Shrink a frame to (4, 4, 3) uint8, each the mean of a sixteenth of it."""
    import cv2

    small: Levels = cv2.resize(frame, (THUMBNAIL, THUMBNAIL), interpolation=cv2.INTER_AREA).astype(np.uint8)
    return small


def _arguments(path: Path, coding: Coding, clock: Clock, sample_aspect: Fraction) -> list[str]:
    tick = f"{clock.time_base.numerator}/{clock.time_base.denominator}"
    # From nanoseconds to ticks: the nearest one is the exact one, as long as a tick is longer than two of them.
    filters = f"settb={tick},{coding.color_filter},setsar={sample_aspect.numerator}/{sample_aspect.denominator}"
    return [
        *("-v", "level+warning", "-f", "matroska", "-i", "pipe:0"),
        *("-vf", filters, "-fps_mode", "passthrough", "-enc_time_base", tick),
        *coding.arguments,
        *_history(coding, clock),
        # Equal frames give equal bytes: no versions, no random numbers.
        *("-video_track_timescale", str(clock.timescale), "-fflags", "+bitexact"),
        *("-f", coding.segment_suffix.lstrip("."), file_argument(path)),
    ]


def _history(coding: Coding, clock: Clock) -> list[str]:
    """Say how frames may refer to others, where the codec has a choice."""
    if coding.family in ("prores", "ffv1"):
        return []
    # A container counts in the order of decoding. Where distances differ, frames decoded out of turn would lend their
    # durations to one another, and pieces would overlap where they are joined.
    in_turn = clock.rate is None and coding.family in ("h264", "hevc")
    return ["-g", str(_LONGEST_HISTORY), *(["-bf", "0"] if in_turn else [])]
