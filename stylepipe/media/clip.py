"""What is known about a clip before it is painted: what it says about itself, and what decoding it has shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from stylepipe.media.clip_formats import ClipKind

Levels = NDArray[np.uint8]

FieldOrder = Literal["progressive", "top", "bottom"]
StreamKind = Literal["video", "audio", "subtitle", "data", "attachment", "cover"]


@dataclass(frozen=True)
class Stream:
    """One stream of a container: its number in the file, what it is, its codec, its language if it has one."""

    index: int
    kind: StreamKind
    codec: str
    language: str | None = None


@dataclass(frozen=True)
class ColorTags:
    """What a video says about its colours, in FFmpeg's names; None where it says nothing.

    range: tv (16 to 235) or pc (0 to 255). matrix: such as bt709, smpte170m, bt2020nc, gbr.
    primaries, transfer: such as bt709, bt2020; transfer smpte2084 (HDR10) and arib-std-b67 (HLG) are HDR.
    """

    range: str | None = None
    matrix: str | None = None
    primaries: str | None = None
    transfer: str | None = None


@dataclass(frozen=True, kw_only=True)
class ClipHeader:
    """What a clip says about itself, which costs no more than its first frames.

    width, height: pixels of a frame as it is looked at, upright.
    time_base: seconds of one tick. nominal_rate: frames a second that it claims; the truth is ClipInfo's.
    start: seconds at which the container's clock begins, the earliest of its streams; instants are on that clock.
    duration: seconds that it claims for its longest stream, or None.
    sample_aspect: width of a pixel by its height. pixel_format: FFmpeg's name of how it stores samples.
    rotation: degrees clockwise that a player turns it by; `mirrored_or_turned` says whether it does anything to it.
    """

    path: Path
    kind: ClipKind
    demuxer: str
    timed: bool
    width: int
    height: int
    time_base: Fraction
    nominal_rate: Fraction | None = None
    start: Fraction = Fraction(0)
    duration: Fraction | None = None
    sample_aspect: Fraction = Fraction(1)
    codec: str = ""
    pixel_format: str = "rgb24"
    color: ColorTags = ColorTags()
    rotation: int = 0
    mirrored_or_turned: bool = False
    field_order: FieldOrder = "progressive"
    alpha: bool = False
    streams: tuple[Stream, ...] = ()

    @property
    def coded_size(self) -> tuple[int, int]:
        """Width and height as stored, before a player turns it."""
        return (self.height, self.width) if self.rotation in (90, 270) else (self.width, self.height)

    def seconds(self, tick: int) -> Fraction:
        """Give the time of a tick from the clip's beginning, which is that of its earliest stream."""
        return tick * self.time_base - self.start


@dataclass(frozen=True, kw_only=True)
class ClipInfo(ClipHeader):
    """A clip's header and its frames' times, counted by decoding it.

    instants: tick at which each frame is first shown, strictly rising; times `time_base` they are seconds.
    end: tick at which the last frame is no longer shown.
    rate: frames a second, or None where the distances differ by more than a tick's rounding.
    notes: sentences that its painter should read: guesses made, what cannot be kept.
    """

    instants: tuple[int, ...]
    end: int
    rate: Fraction | None
    notes: tuple[str, ...] = ()

    @property
    def frame_count(self) -> int:
        """Frames there are; containers' own numbers are often wrong."""
        return len(self.instants)


@dataclass(frozen=True)
class Fault:
    """A place where a clip is damaged: the first frame that it spoils, and what the decoder said."""

    frame: int
    what: str


@dataclass(frozen=True, kw_only=True)
class Prescan:
    """What one pass of decoding has shown; frames are counted from 0 in the range that was asked for.

    hashes: 64 bits for each decoded frame, equal for equal frames.
    duplicates: frames equal to the one before. cuts: first frames of new shots. flashes: frames of at most three that
    interrupt a shot, which goes on behind them. faults: damage, by frame. cut_short: why the file ends too early.
    interlaced: how many frames are said to be two fields.
    retimed: how many frames had no time, or none that rises. skipped: frames of the file before the range.
    file_begins: tick of the file's first frame. witnesses: small pictures of some frames, to check a decoder by.
    """

    instants: tuple[int, ...]
    end: int
    hashes: tuple[int, ...]
    duplicates: tuple[int, ...] = ()
    cuts: tuple[int, ...] = ()
    flashes: tuple[int, ...] = ()
    faults: tuple[Fault, ...] = ()
    cut_short: str | None = None
    interlaced: int = 0
    retimed: int = 0
    skipped: int = 0
    file_begins: int = 0
    notes: tuple[str, ...] = ()
    witnesses: Mapping[int, Levels] = field(default_factory=dict, repr=False, compare=False)
