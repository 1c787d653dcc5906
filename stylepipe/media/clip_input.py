"""The way into a clip: what it is, how many frames it has, and its frames as they look."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from pathlib import Path

from stylepipe.errors import ClipError
from stylepipe.media.clip import ClipHeader, ClipInfo, Levels, Prescan
from stylepipe.media.ffmpeg_reader import Fields, ffmpeg_frames
from stylepipe.media.frame_reader import OutOfStepError, opencv_frames
from stylepipe.media.picture_clips import picture_frames
from stylepipe.media.prescan import prescan
from stylepipe.media.probe import probe_clip
from stylepipe.media.reader_choice import ReaderInUse, choose_reader
from stylepipe.media.timing import steady_rate
from stylepipe.media.video_colors import hdr_kind, matrix_is_guessed
from stylepipe.spec.settings import MAX_FRAMES, MAX_MEGAPIXELS
from stylepipe.spec.video import Deinterlace, Reader


@dataclass(frozen=True, kw_only=True)
class Clip:
    """A clip that has been looked through; it holds no file open, and may be sent to another process.

    info: its size, clock and frames' times. prescan: cuts, duplicates, damage. reader: what decodes it: opencv,
    ffmpeg, or pictures for what is made of pictures. reason: why that one, for the log. deinterlacing: which frames'
    fields are brought together.
    """

    info: ClipInfo
    prescan: Prescan
    reader: ReaderInUse
    reason: str
    deinterlacing: Fields | None
    max_megapixels: float

    def __len__(self) -> int:
        """Count its frames."""
        return len(self.info.instants)

    def __iter__(self) -> Iterator[tuple[int, int, Levels]]:
        """Yield as `frames` does, from the first."""
        return self.frames()

    def frames(
        self, start: int = 0, *, on_note: Callable[[str], None] | None = None
    ) -> Generator[tuple[int, int, Levels], None, None]:
        """Yield each frame from number `start` on: its number, its tick, its pixels (H, W, 3) uint8 RGB, upright.

        Decoding begins at the file's first frame wherever `start` is; a few frames are held at a time. on_note: is
        told when OpenCV leaves what the prescan has seen, and ffmpeg goes on in its place.
        Raises ClipError when the file has changed or cannot be read on, ValueError when there is no such frame.
        """
        if not 0 <= start <= len(self):
            raise ValueError(f"there is no frame {start} in a clip of {len(self)}")
        number = start
        try:
            with closing(self._decoded(start)) as frames:
                for frame in frames:
                    yield number, self.info.instants[number], frame
                    number += 1
            return
        except OutOfStepError as error:
            if on_note is not None:
                on_note(f"{self.info.path}: {error}, so ffmpeg reads on")
        with closing(self._by_ffmpeg(number)) as frames:
            for frame in frames:
                yield number, self.info.instants[number], frame
                number += 1

    def _decoded(self, start: int) -> Generator[Levels, None, None]:
        if self.reader == "opencv":
            return opencv_frames(self.info, self.info.instants, skipped=self.prescan.skipped, first=start)
        return self._by_ffmpeg(start) if self.reader == "ffmpeg" else self._pictures(start)

    def _by_ffmpeg(self, start: int) -> Generator[Levels, None, None]:
        skipped = self.prescan.skipped
        return ffmpeg_frames(
            self.info,
            first=skipped + start,
            behind=skipped + len(self),
            deinterlacing=self.deinterlacing,
            max_megapixels=self.max_megapixels,
        )

    def _pictures(self, start: int) -> Generator[Levels, None, None]:
        with closing(picture_frames(self.info, self.max_megapixels, self.prescan.skipped + start)) as frames:
            for number in range(start, len(self)):
                try:
                    levels, _, _ = next(frames)
                except StopIteration:
                    raise ClipError(f"{self.info.path} has changed: frame {number} is gone, run again") from None
                yield levels


def open_clip(
    path: Path,
    *,
    start: Fraction | float | None = None,
    end: Fraction | float | None = None,
    rate: Fraction | None = None,
    deinterlace: Deinterlace = "auto",
    reader: Reader = "auto",
    allow_damaged: bool = False,
    max_megapixels: float = MAX_MEGAPIXELS,
    max_frames: int = MAX_FRAMES,
) -> Clip:
    """Look a clip through: a video file, an animated GIF, PNG, WebP or AVIF, or a folder of numbered frames.

    start, end: seconds from its beginning; frames shown from `start` on and before `end` are the clip. rate: frames a
    second of what has no clock, numbered frames and raw streams. deinterlace: "auto" brings together the fields of
    frames that say to have them, "on" those of all. allow_damaged: take of a damaged clip what can be decoded.
    Decodes the whole range once. Files only: nothing that the file names is opened, nothing is fetched.
    Raises ClipError, one sentence that begins with the path: no clip, damaged (it names the first bad frame), too
    large, too long, no frame in the range. Raises EnvironmentLacksError where there is no ffmpeg.
    """
    header = probe_clip(path, max_megapixels=max_megapixels, rate=rate)
    # The float 0.4 is a little more than 2/5, at which a frame may begin.
    first, behind = (None if at is None else Fraction(at).limit_denominator(10**6) for at in (start, end))
    seen = prescan(header, start=first, end=behind, max_megapixels=max_megapixels, max_frames=max_frames)
    if seen.faults or seen.cut_short:
        if not allow_damaged:
            raise _damage(header, seen)
        seen = _good_part(header, seen)
    deinterlacing = _deinterlacing(header, seen, deinterlace)
    chosen, reason = choose_reader(header, seen, reader, deinterlacing is not None)
    info = ClipInfo(
        **{field.name: getattr(header, field.name) for field in fields(ClipHeader)},
        instants=seen.instants,
        end=seen.end,
        rate=_rate(header, seen),
        notes=(*_notes(header, seen, rate), *_field_notes(header, seen, deinterlacing)),
    )
    return Clip(
        info=info,
        prescan=replace(seen, witnesses={}),  # they have done their work, and would be sent along
        reader=chosen,
        reason=reason,
        deinterlacing=deinterlacing,
        max_megapixels=max_megapixels,
    )


def _damage(header: ClipHeader, seen: Prescan) -> ClipError:
    """Say at which frame a clip is damaged first."""
    frame, what = len(seen.instants), seen.cut_short or ""
    if seen.faults:
        frame, what = seen.faults[0].frame, seen.faults[0].what
    tick = seen.instants[frame] if frame < len(seen.instants) else seen.end
    seconds = float(header.seconds(tick))
    state = "cut short" if seen.cut_short else "damaged"
    return ClipError(
        f"{header.path} is {state}: frame {frame}, at {seconds:.2f} s, is the first bad one ({what}): copy it again "
        "from its source, or end the clip before it"
    )


def _good_part(header: ClipHeader, seen: Prescan) -> Prescan:
    """Leave out the frames at a damaged clip's end that are spoilt; those between good ones stay."""
    spoilt = {fault.frame for fault in seen.faults}
    count = len(seen.instants)
    while count - 1 in spoilt:
        count -= 1
    if count == 0:
        raise _damage(header, seen)
    if count == len(seen.instants):
        return seen
    return replace(
        seen,
        instants=seen.instants[:count],
        end=seen.instants[count],
        hashes=seen.hashes[:count],
        duplicates=tuple(frame for frame in seen.duplicates if frame < count),
        cuts=tuple(frame for frame in seen.cuts if frame < count),
        flashes=tuple(frame for frame in seen.flashes if frame < count),
    )


def _deinterlacing(header: ClipHeader, seen: Prescan, asked: Deinterlace) -> Fields | None:
    if header.kind != "video" or asked == "off":
        return None
    if asked == "on":
        return "all"
    return "interlaced" if seen.interlaced else None


def _rate(header: ClipHeader, seen: Prescan) -> Fraction | None:
    # Only pictures say for certain how long the last of them is shown.
    ticks = (*seen.instants, seen.end) if header.kind == "animation" else seen.instants
    return steady_rate(ticks, header.time_base, header.nominal_rate)


def _notes(header: ClipHeader, seen: Prescan, rate: Fraction | None) -> Iterator[str]:
    """Say what was guessed about a clip, and what of it cannot be kept."""
    if kind := hdr_kind(header):
        yield f"it is {kind}: its range is brought down to a standard screen's (Hable's tone curve)"
    elif header.color.primaries == "bt2020":
        yield "its colours are BT.2020's, taken as they stand: saturated ones come out paler"
    if matrix_is_guessed(header):
        yield "it does not say its colour matrix: BT.709 is taken, as for any HD"
    if header.alpha:
        yield "its transparency is left out"
    if not header.timed and rate is None and header.nominal_rate is not None:
        yield f"it does not say when its frames are shown: {header.nominal_rate} frames a second are taken"
    if sum(stream.kind == "video" for stream in header.streams) > 1:
        yield "it has more than one video stream: the first is painted"
    if seen.cut_short:
        yield f"it is cut short: only {len(seen.instants)} frames are there"
    if seen.faults:
        shown = ", ".join(str(fault.frame) for fault in seen.faults[:5])
        frames = "1 frame" if len(seen.faults) == 1 else f"{len(seen.faults)} frames"
        yield f"it is damaged at {frames} ({shown}{', ...' if len(seen.faults) > 5 else ''})"
    yield from seen.notes


def _field_notes(header: ClipHeader, seen: Prescan, deinterlacing: Fields | None) -> Iterator[str]:
    if deinterlacing:
        yield "it is interlaced: its fields are brought together (bwdif)"
    elif seen.interlaced:
        yield "it is interlaced, and left so: moving edges are combs"
