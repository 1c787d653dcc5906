"""A finished clip decoded once more, and held against what was painted: containers, encoders and disks fail in silence.

Each check has a name, which its error begins with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stylepipe.errors import ClipCheckError, FfmpegError
from stylepipe.media.clip import ClipHeader, Levels
from stylepipe.media.clip_writer import THUMBNAIL, Clock, Segment
from stylepipe.media.codecs import Coding
from stylepipe.media.ffmpeg import start_ffmpeg
from stylepipe.media.probe import CLOCK, FRAME, decoder_arguments, probe_clip

_NEAREST = Fraction(2, 100)  # seconds: ffmpeg says a container's length in hundredths
_DEMUXERS = {"mp4": "mov", "mov": "mov", "mkv": "matroska", "webm": "matroska", "gif": "gif"}
_ROUNDING = Fraction(1, 10**6)  # seconds: joining counts in microseconds
_CLIP_MEAN = 1.5  # levels of 255 by which the whole clip may be darker or lighter than it was painted
_FRAME_MEAN = 12.0  # levels, for the mean of one frame: another picture, or grey blocks, is further away
_FLAT, _NOT_FLAT = 2, 24  # levels between the darkest and the lightest sixteenth of a frame
_REC_709 = np.array([[1.0, 1.0, 1.0], [0.0, -0.18733, 1.85563], [1.57480, -0.46813, 0.0]], np.float32)
"""What one of Y, Cb and Cr adds to red, green and blue, for samples of one range."""
_BLACK = np.array([16.0, 128.0, 128.0], np.float32)
_RANGE = np.array([219.0, 224.0, 224.0], np.float32)

Means = NDArray[np.float32]
"""Small pictures of decoded frames, in levels of 255; saturated colours may lie a little outside."""


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What a written file should show.

    segments: the pieces it was made of, or the one piece that it is. offset: seconds from the file's beginning to its
    first frame. alone: whether it holds only pictures, so that its length is theirs.
    """

    segments: Sequence[Segment]
    coding: Coding
    clock: Clock
    width: int
    height: int
    sample_aspect: Fraction = Fraction(1)
    offset: Fraction = Fraction(0)
    alone: bool = True

    @property
    def begins(self) -> list[Fraction]:
        """Seconds at which each frame begins, from the file's beginning."""
        first = self.segments[0].instants[0]
        return [
            self.offset + self.clock.seconds(tick - first) for segment in self.segments for tick in segment.instants
        ]

    @property
    def end(self) -> Fraction:
        """Seconds at which the last frame ends."""
        return self.offset + self.clock.seconds(self.segments[-1].end - self.segments[0].instants[0])

    @property
    def thumbnails(self) -> Levels:
        """The painted frames, small: (N, 4, 4, 3)."""
        return np.concatenate([segment.thumbnails for segment in self.segments])


@dataclass(frozen=True)
class _Decoded:
    """What decoding has shown: seconds of a tick, frames a second as guessed, each frame's tick and small picture."""

    time_base: Fraction
    rate: Fraction
    ticks: tuple[int, ...]
    size: str
    sample_aspect: Fraction
    thumbnails: Means


def check_frames(path: Path, expected: Expected) -> None:
    """Decode a piece or a finished clip, and compare number, instants, size, colours and contents of its frames.

    It costs as much as decoding does. A piece is told from a clip by its suffix.
    Raises ClipCheckError, which names the check that failed, EnvironmentLacksError without ffmpeg.
    """
    decoded = _decode(path, expected)
    if decoded.size != f"{expected.width}x{expected.height}":
        raise _failed(path, "size", f"{decoded.size} instead of {expected.width}x{expected.height}")
    _check_instants(path, decoded, expected)
    _check_pictures(path, decoded.thumbnails, expected.thumbnails)
    if _demuxer(path, expected) != "gif":  # which has one shape of pixels, one way of colours, and no rate
        _check_header(path, decoded, expected)


def _demuxer(path: Path, expected: Expected) -> str:
    return _DEMUXERS.get(path.suffix.lower().lstrip("."), _DEMUXERS[expected.coding.container])


def _decode(path: Path, expected: Expected) -> _Decoded:
    width, height, is_rgb = expected.width, expected.height, expected.coding.matrix == "gbr"
    shown: list[str] = []
    arguments = [
        *("-xerror", "-v", "level+info"),
        *decoder_arguments(path, _demuxer(path, expected)),
        *("-vf", "showinfo,scale=flags=bicubic+accurate_rnd+full_chroma_int"),
        *("-pix_fmt", "rgb24" if is_rgb else "yuv444p"),
        # Microseconds, because on a guessed rate's clock two frames may have one instant, which ffmpeg calls an error.
        *("-fps_mode", "passthrough", "-enc_time_base", "1/1000000", "-f", "rawvideo", "pipe:1"),
    ]
    thumbnails = []
    try:
        with start_ffmpeg(arguments, pipe_out=True, on_line=shown.append) as process:
            while data := process.read(width * height * 3):
                if len(data) < width * height * 3:
                    break
                frame = np.frombuffer(data, dtype=np.uint8)
                planes = np.moveaxis(frame.reshape(height, width, 3), -1, 0) if is_rgb else frame
                means = _means(planes.reshape(3, height, width))
                thumbnails.append(means if is_rgb else _rgb_of(means))
            process.finish()
    except FfmpegError as error:
        raise _failed(path, "decoding", str(error)) from error
    errors = [line for line in shown if "[error]" in line or "[fatal]" in line]
    frames = [match for line in shown if (match := FRAME.search(line))]
    clock = next((match for line in shown if (match := CLOCK.search(line))), None)
    if errors or not frames or clock is None or frames[0]["pts"] == "NOPTS":
        raise _failed(path, "decoding", errors[0] if errors else "it holds no frame with a time")
    aspect = Fraction(*(int(part) or 1 for part in frames[0]["sar"].split("/")))
    return _Decoded(
        time_base=Fraction(clock[1]),
        rate=Fraction(clock[2]) if not clock[2].endswith("/0") else Fraction(0),
        ticks=tuple(int(frame["pts"]) for frame in frames),
        size=frames[0]["size"],
        sample_aspect=aspect,
        thumbnails=np.stack(thumbnails) if thumbnails else np.empty((0, 4, 4, 3), np.float32),
    )


def _means(planes: Levels) -> Means:
    """Give the mean of each sixteenth of a frame, (4, 4, 3), from its planes (3, H, W)."""
    import cv2

    small = [cv2.resize(p.astype(np.float32), (THUMBNAIL, THUMBNAIL), interpolation=cv2.INTER_AREA) for p in planes]
    return np.stack(small, axis=-1)


def _rgb_of(samples: Means) -> Means:
    """Give means of Y, Cb and Cr as means of red, green and blue.

    Halved chroma keeps its mean, and the matrix keeps means. Pixel by pixel it would not: where saturated colours meet,
    halved chroma gives pixels outside of RGB, and clipping those makes fine patterns lighter.
    """
    return (255 * ((samples - _BLACK) / _RANGE) @ _REC_709).astype(np.float32)


def _check_instants(path: Path, decoded: _Decoded, expected: Expected) -> None:
    begins = expected.begins
    if len(decoded.ticks) != len(begins):
        raise _failed(path, "frame count", f"{len(decoded.ticks)} instead of {len(begins)}")
    allowed = decoded.time_base / 2 + _ROUNDING
    for number, (tick, begin) in enumerate(zip(decoded.ticks, begins, strict=True)):
        shown = tick * decoded.time_base
        if abs(shown - begin) > allowed:
            raise _failed(path, "instants", f"frame {number} at {float(shown):.6f} s instead of {float(begin):.6f} s")


def _check_pictures(path: Path, shown: Means, painted: Levels) -> None:
    if len(shown) != len(painted):  # the last frames' bytes did not come
        raise _failed(path, "decoding", f"{len(shown)} frames instead of {len(painted)} could be read")
    difference = shown.mean(axis=(1, 2, 3)) - painted.mean(axis=(1, 2, 3))
    worst = int(np.abs(difference).argmax())
    if abs(difference[worst]) > _FRAME_MEAN:
        raise _failed(path, "pictures", f"frame {worst} is {difference[worst]:+.1f} levels away from what was painted")
    if abs(difference.mean()) > _CLIP_MEAN:
        raise _failed(path, "mean level", f"{difference.mean():+.1f} of 255 away from what was painted")
    spread, wished = (np.ptp(levels.reshape(len(levels), -1, 3), axis=1).max(axis=1) for levels in (shown, painted))
    empty = np.flatnonzero((spread <= _FLAT) & (wished >= _NOT_FLAT))
    if len(empty):
        raise _failed(path, "pictures", f"frame {empty[0]} shows nothing, and what was painted did")


def _check_header(path: Path, decoded: _Decoded, expected: Expected) -> None:
    header = probe_clip(path)
    rate, wished = decoded.rate, expected.clock.rate
    if wished is not None and len(decoded.ticks) > 2 and abs(rate / wished - 1) > Fraction(1, 10**5):
        raise _failed(path, "rate", f"{rate} frames a second instead of {wished}")
    if decoded.sample_aspect != expected.sample_aspect:
        raise _failed(path, "shape of a pixel", f"{decoded.sample_aspect} instead of {expected.sample_aspect}")
    if header.mirrored_or_turned:
        raise _failed(path, "rotation", "players are told to turn it, and it is upright already")
    _check_colours(path, header, expected.coding)
    one_frame = (expected.end - expected.offset) / len(decoded.ticks)
    allowed = max(one_frame, _NEAREST)
    if expected.alone and header.duration is not None and abs(header.duration - expected.end) > allowed:
        raise _failed(path, "length", f"{float(header.duration):.2f} s instead of {float(expected.end):.2f} s")


def _check_colours(path: Path, header: ClipHeader, coding: Coding) -> None:
    tags = header.color
    if coding.matrix == "gbr":  # RGB needs no tags to be right
        return
    if (tags.matrix, tags.primaries, tags.transfer, tags.range) != ("bt709", "bt709", "bt709", "tv"):
        raise _failed(path, "colour tags", f"{tags} instead of bt709 and tv")


def _failed(path: Path, check: str, detail: str) -> ClipCheckError:
    return ClipCheckError(f"{check}: {path} is not what was painted: {detail}")
