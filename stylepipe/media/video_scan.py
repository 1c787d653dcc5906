"""ffmpeg's one pass over a video: a small picture of each frame, and beside it what it says about that frame."""

from __future__ import annotations

import queue
import re
from bisect import bisect_left
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np

from stylepipe.errors import ClipError, FfmpegError
from stylepipe.media.clip import ClipHeader, Fault, Levels
from stylepipe.media.ffmpeg import start_ffmpeg
from stylepipe.media.probe import FRAME, decoder_arguments
from stylepipe.media.video_colors import thumbnail_filters

_THUMBNAIL = 320  # pixels of the longer side, as PySceneDetect measures
_CHECKSUM = re.compile(r"\bchecksum:([0-9A-F]{8}) ")
_BAD = re.compile(r"corrupt decoded frame|Error submitting packet to decoder|Decoding error:")
_LOST = re.compile(r"Error submitting packet to decoder|Decoding error:")
_CUT_SHORT = re.compile(r"partial file|File ended prematurely|Error during demuxing|[Tt]runcat\w+")
# Recordings of what is sent begin anywhere, and no player shows what comes before their first whole frame.
_JOINED = frozenset({"mpegts", "mpeg", "mpegvideo", "h264", "hevc"})
_DECODED = re.compile(r"\bdecoder -> .*?\bpts:(-?\d+|NOPTS)")
_COMPLAINT = re.compile(r"\[error\] (.+)")
_PATIENCE = 120.0  # seconds for a line that ffmpeg has written before the picture that it belongs to


@dataclass(frozen=True)
class Shown:
    """What is known of a decoded frame: tick and ticks it is shown (None: not said), its form, a sum of its samples."""

    instant: int | None
    duration: int | None
    size: tuple[int, int]
    interlaced: bool
    checksum: str


class VideoScan:
    """One pass of decoding; afterwards it says whether anything was damaged.

    damaged: whether frames may be spoilt or lost, on which `find_faults` has the last word. cut_short: what the
    container said about ending too early, or None.
    """

    def __init__(self, header: ClipHeader, max_megapixels: float) -> None:
        self.damaged = False
        self.cut_short: str | None = None
        self._header = header
        self._max_megapixels = max_megapixels
        self._lines: queue.SimpleQueue[Shown] = queue.SimpleQueue()
        self._begun: re.Match[str] | None = None

    def frames(self) -> Generator[tuple[Shown, Levels], None, None]:
        """Yield every frame's description with its small picture, (h, w, 3) uint8 RGB, not turned upright.

        Raises ClipError when ffmpeg gives up.
        """
        header = self._header
        width, height = thumbnail_size(*header.coded_size)
        filters = ",".join(["showinfo", *thumbnail_filters(header, width, height)])
        with start_ffmpeg(
            [
                *_decoding(header, self._max_megapixels, "-v", "repeat+level+info"),
                *("-vf", filters, "-fps_mode", "passthrough", "-f", "rawvideo", "pipe:1"),
            ],
            pipe_out=True,
            on_line=self._hear,
        ) as process:
            while len(data := process.read(width * height * 3)) == width * height * 3:
                yield self._next(), np.frombuffer(data, np.uint8).reshape(height, width, 3)
            try:
                process.finish()
            except FfmpegError as error:
                raise ClipError(f"{header.path}: {error}") from error

    def _next(self) -> Shown:
        try:
            return self._lines.get(timeout=_PATIENCE)
        except queue.Empty:
            raise ClipError(f"{self._header.path}: ffmpeg gave a frame without saying when it is shown") from None

    def _hear(self, line: str) -> None:
        """Take a line of ffmpeg's; showinfo writes its own in pieces, between or behind which others may come."""
        if begun := FRAME.search(line):
            self._begun = begun
        if self._begun and (checksum := _CHECKSUM.search(line)):
            self._lines.put(_shown(self._begun, checksum[1]))
            self._begun = None
        if not line.startswith("[info]"):  # titles are told so, and may say anything
            # Which frame an error spoils, if any, differs from run to run of a decoder with many threads.
            self.damaged |= "[error]" in line or bool(_BAD.search(line))
            if self.cut_short is None and (short := _CUT_SHORT.search(line)):
                self.cut_short = short[0]


def thumbnail_size(width: int, height: int) -> tuple[int, int]:
    """Give the size of a frame's small picture, at most 320 pixels on its longer side."""
    scale = min(1.0, _THUMBNAIL / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def find_faults(header: ClipHeader, instants: Sequence[int], max_megapixels: float) -> tuple[Fault, ...]:
    """Decode a damaged video again, in one thread and step by step, and say which frames the damage spoils.

    instants: the ticks of the frames of interest. A frame that is lost spoils the one behind it, of which it is said;
    that may be the number of frames, where the last is lost. Damage outside of them is left out.
    """
    finder = _FaultFinder(instants, by_tick=header.timed, joined=header.demuxer in _JOINED)
    arguments = _decoding(header, max_megapixels, "-v", "repeat+level+info", "-threads", "1", "-debug_ts")
    with start_ffmpeg([*arguments, "-f", "null", "-"], on_line=finder.hear) as process:
        try:
            process.finish()
        except FfmpegError as error:
            raise ClipError(f"{header.path}: {error}") from error
    return finder.faults()


class _FaultFinder:
    """Reads the steps of ffmpeg's decoder, which says that a frame is bad just before it says when it is shown."""

    def __init__(self, instants: Sequence[int], *, by_tick: bool, joined: bool) -> None:
        self._instants = instants if by_tick else range(len(instants))
        self._by_tick = by_tick
        self._joined = joined
        self._decoded = 0
        self._passed = False  # the last frame of interest
        self._complaint = "it cannot be decoded"
        self._bad: str | None = None
        self._faults: dict[int, str] = {}

    def hear(self, line: str) -> None:
        """Take the next line."""
        if _BAD.search(line):
            if self._decoded or not (self._joined and _LOST.search(line)):
                self._bad = self._complaint
        elif complaint := _COMPLAINT.search(line):
            self._complaint = complaint[1]
        elif decoded := _DECODED.search(line):
            tick = self._decoded if not self._by_tick else None if decoded[1] == "NOPTS" else int(decoded[1])
            self._decoded += 1
            if tick is None:  # which frame this is shows when the next one has a time
                return
            self._passed |= tick > self._instants[-1]
            if self._bad and self._instants[0] <= tick and not self._passed:
                self._faults.setdefault(bisect_left(self._instants, tick), self._bad)
            self._bad = None

    def faults(self) -> tuple[Fault, ...]:
        """Give what was found, when the last line has come."""
        if self._bad and not self._passed:
            self._faults.setdefault(len(self._instants), self._bad)
        return tuple(Fault(frame, what) for frame, what in sorted(self._faults.items()))


def _decoding(header: ClipHeader, max_megapixels: float, *options: str) -> list[str]:
    # Without its own limit on bad frames: what is bad is for us to say.
    options = (*options, "-max_error_rate", "1")
    return decoder_arguments(header.path, header.demuxer, *options, max_megapixels=max_megapixels)


def _shown(begun: re.Match[str], checksum: str) -> Shown:
    width, height = (int(side) for side in begun["size"].split("x"))
    duration = int(begun["duration"] or 0)
    return Shown(
        instant=None if begun["pts"] == "NOPTS" else int(begun["pts"]),
        duration=duration if duration > 0 else None,
        size=(width, height),
        interlaced=begun["fields"] in "TB",
        checksum=f"{begun['format']} {begun['size']} {checksum}",
    )
