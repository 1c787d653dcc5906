"""One pass over a clip before it is painted: how many frames there really are, when, which are new, which are spoilt.

Containers' own counts and durations are often wrong, and damage shows only in decoding. A frame of 720p takes about
5 ms here, and minutes to paint.
"""

from __future__ import annotations

import hashlib
import math
import os
from array import array
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from stylepipe.errors import ClipError
from stylepipe.media.clip import ClipHeader, Fault, Levels, Prescan
from stylepipe.media.cuts import CutFinder
from stylepipe.media.picture_clips import picture_frames
from stylepipe.media.video_scan import VideoScan, find_faults, thumbnail_size
from stylepipe.spec.moving import frames_up_to
from stylepipe.spec.settings import MAX_FRAMES, MAX_MEGAPIXELS

_MICROSECOND = Fraction(1, 10**6)
_LAST_WITNESS = 512  # another decoder is checked no further in than this frame of the range


def prescan(
    header: ClipHeader,
    *,
    start: Fraction | None = None,
    end: Fraction | None = None,
    max_megapixels: float = MAX_MEGAPIXELS,
    max_frames: int = MAX_FRAMES,
) -> Prescan:
    """Decode a clip once, from its beginning to the end of the range, and note what its frames are.

    start, end: seconds from the clip's beginning; frames shown from `start` on and before `end` are in the range.
    Memory stays the same but for some fifty bytes a frame.
    Raises ClipError when nothing or too much is in the range, or when the frames change their size.
    """
    if (
        header.kind == "animation" and start is None and end is None
    ):  # a GIF's frame may be twenty bytes, and takes 1 ms
        _check_count(header, frames_up_to(header.path, max_frames + 1), max_frames)
    # A container's clock need not begin at 0: an MPEG-TS's begins anywhere.
    first = -math.inf if start is None else _first_tick(header, start)
    behind = math.inf if end is None else _first_tick(header, end)
    tally = _Tally(_usual_duration(header), first, behind, max_frames)
    scan = _scan_video if header.kind == "video" else _scan_pictures
    result = scan(header, tally, max_megapixels)
    _check_count(header, len(result.instants), max_frames)
    if not result.instants:
        until = "its end" if end is None else f"{float(end):g} s"
        lasts = float(header.seconds(tally.now))
        raise ClipError(
            f"{header.path} has no frame from {float(start or 0):g} s to {until}: its frames last {lasts:.2f} s"
        )
    return result


@dataclass
class _Tally:
    """What is noted of each frame while a clip goes by: some numbers, and a dozen small pictures."""

    usual_duration: int
    first: float
    behind: float
    most: int
    instants: array[int] = field(default_factory=lambda: array("q"))
    hashes: array[int] = field(default_factory=lambda: array("Q"))
    duplicates: list[int] = field(default_factory=list)
    witnesses: dict[int, Levels] = field(default_factory=dict)
    cuts: CutFinder = field(default_factory=CutFinder)
    file_begins: int | None = None
    now: int = 0  # tick at which the next frame begins, if nobody says otherwise
    skipped: int = 0
    retimed: int = 0
    over: bool = False  # whether the range has been passed
    last: Levels | None = None

    def arrives(self, instant: int | None, duration: int | None) -> bool:
        """Place the next frame in time, and say whether it is in the range.

        A time that is missing, or does not rise, becomes the end of the frame before.
        """
        before = self.instants[-1] if self.instants else None
        if instant is None or (before is not None and instant <= before):
            instant, self.retimed = self.now, self.retimed + 1
        if before is not None and duration is None:
            duration = instant - before
        self.now = instant + (duration or self.usual_duration)
        if self.file_begins is None:
            self.file_begins = instant
        if self.first <= instant < self.behind:
            self.instants.append(instant)
            return True
        self.skipped += instant < self.first
        self.over = instant >= self.behind
        return False

    @property
    def full(self) -> bool:
        """Whether more frames are in the range than may be."""
        return len(self.instants) > self.most

    def notes(self, content: bytes, thumbnail: Levels) -> None:
        """Note what the frame that has arrived shows."""
        number = len(self.hashes)
        self.hashes.append(int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), "big"))
        if number and self.hashes[-2] == self.hashes[-1] and np.array_equal(self.last, thumbnail):  # type: ignore[arg-type]
            self.duplicates.append(number)
        if number & (number - 1) == 0 and number <= _LAST_WITNESS:
            self.witnesses[number] = thumbnail
        self.cuts.add(thumbnail)
        self.last = thumbnail


def _check_count(header: ClipHeader, count: int, most: int) -> None:
    if count > most:
        raise ClipError(
            f"{header.path} has more than the {most} frames allowed: choose a part with video.start and video.end, or "
            "raise max_frames"
        )


def _scan_video(header: ClipHeader, tally: _Tally, max_megapixels: float) -> Prescan:
    scan = VideoScan(header, max_megapixels)
    interlaced, end, size = 0, 0, header.coded_size
    with closing(scan.frames()) as frames:
        for number, (shown, thumbnail) in enumerate(frames):
            if shown.size != size:
                change = f"{size[0]} x {size[1]} to {shown.size[0]} x {shown.size[1]}"
                raise ClipError(f"{header.path} changes its size from {change} at frame {number}: convert it to one")
            if tally.arrives(*((shown.instant, shown.duration) if header.timed else (tally.now, 1))):
                end = tally.now
                interlaced += shown.interlaced
                tally.notes(shown.checksum.encode() + thumbnail.tobytes(), thumbnail)
            if tally.over or tally.full:
                break
    faults: tuple[Fault, ...] = ()
    if scan.damaged and tally.instants and not tally.full:
        faults = find_faults(header, tally.instants, max_megapixels)
    cut_short = None if tally.over else scan.cut_short or _missing_bytes(header) or _missing_time(header, tally)
    return _result(tally, end, faults, cut_short, interlaced=interlaced, notes=_doubts(header, tally))


def _scan_pictures(header: ClipHeader, tally: _Tally, max_megapixels: float) -> Prescan:
    import cv2

    see_through, end, cut_short = False, 0, None
    size = thumbnail_size(header.width, header.height)
    with closing(picture_frames(header, max_megapixels)) as frames:
        while not (tally.over or tally.full):
            try:
                levels, ticks, clear = next(frames)
            except StopIteration:
                break
            except ClipError as error:
                # A folder's frames are files of their own, and the message names the bad one.
                if header.kind == "frames" or not tally.instants:
                    raise
                cut_short = str(error)
                break
            if tally.arrives(tally.now, ticks):
                end = tally.now
                see_through |= clear
                small = cv2.resize(levels, size, interpolation=cv2.INTER_AREA)
                tally.notes(levels.tobytes(), small.astype(np.uint8, copy=False))
    faults = (Fault(len(tally.instants), cut_short),) if cut_short else ()
    return _result(tally, end, faults, cut_short, notes=_seen_through(see_through))


def _result(
    tally: _Tally,
    end: int,
    faults: tuple[Fault, ...],
    cut_short: str | None,
    *,
    interlaced: int = 0,
    notes: Iterable[str] = (),
) -> Prescan:
    return Prescan(
        instants=tuple(tally.instants),
        end=end,
        hashes=tuple(tally.hashes),
        duplicates=tuple(tally.duplicates),
        cuts=tally.cuts.cuts(),
        flashes=tally.cuts.flashes(),
        faults=faults,
        cut_short=cut_short,
        interlaced=interlaced,
        retimed=tally.retimed,
        skipped=tally.skipped,
        file_begins=tally.file_begins or 0,
        notes=tuple(notes),
        witnesses=tally.witnesses,
    )


def _first_tick(header: ClipHeader, seconds: Fraction) -> int:
    """Give the first tick at or behind a time from the clip's beginning, of which ffmpeg tells only microseconds."""
    return math.ceil((header.start + seconds - _MICROSECOND) / header.time_base)


def _usual_duration(header: ClipHeader) -> int:
    rate = header.nominal_rate or Fraction(25)
    return max(1, round(1 / (rate * header.time_base)))


def _seen_through(see_through: bool) -> Iterator[str]:
    if see_through:
        yield "its transparent parts are laid over white"


def _doubts(header: ClipHeader, tally: _Tally) -> Iterator[str]:
    """Say what about a video's times does not fit together."""
    if tally.retimed:
        yield f"{tally.retimed} of its frames have no time of their own, or an earlier one: each follows the one before"


def _missing_bytes(header: ClipHeader) -> str | None:
    """Say by how much an AVI is shorter than its first bytes claim; ffmpeg does not."""
    if header.demuxer != "avi":
        return None
    with header.path.open("rb") as file:
        claimed = 8 + int.from_bytes(file.read(8)[4:], "little")
        size = file.seek(0, os.SEEK_END)
    return f"it has {size} bytes of {claimed}" if size < claimed else None


def _missing_time(header: ClipHeader, tally: _Tally) -> str | None:
    """Say by how much a clip ends before its own header's time; of several streams another may be the longer one.

    Only for containers of which ffmpeg does not say that they are cut, and whose headers are written at the end.
    """
    if header.duration is None or len(header.streams) > 1 or header.demuxer not in ("flv", "asf"):
        return None
    lasts = header.seconds(tally.now)
    if header.duration - lasts <= max(Fraction(1, 10), 3 * tally.usual_duration * header.time_base):
        return None
    return f"its header says {float(header.duration):.2f} s, its frames last {float(lasts):.2f} s"
