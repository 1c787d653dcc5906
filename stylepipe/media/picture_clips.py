"""Clips that are made of pictures: folders of numbered frames, and animated GIF, PNG, WebP and AVIF.

They need no ffmpeg: the readers of still pictures know their colours, depths and delays.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np

from stylepipe.errors import ClipError, PictureError
from stylepipe.media.animation import read_animation
from stylepipe.media.clip import ClipHeader, Levels
from stylepipe.media.clip_formats import ClipFormat
from stylepipe.media.opening import picture_size
from stylepipe.media.picture import Picture
from stylepipe.media.reading import read_picture
from stylepipe.spec.frames import frames_in

ASSUMED_RATE = Fraction(25)
"""Frames a second of frames that nobody has timed; FFmpeg assumes the same."""

_MILLISECONDS = 1000


def picture_clip_header(path: Path, form: ClipFormat, max_megapixels: float, rate: Fraction | None) -> ClipHeader:
    """Say what a folder of frames or an animation is, from its first frame's header.

    Raises ClipError, one sentence, when there are no frames, one is missing, or one has more megapixels than allowed.
    """
    first = numbered_frames(path)[0] if form.kind == "frames" else path
    try:
        width, height = picture_size(first, max_megapixels=max_megapixels)
    except PictureError as error:
        raise ClipError(str(error)) from error
    chosen = rate or ASSUMED_RATE
    return ClipHeader(
        path=path,
        kind=form.kind,
        demuxer="",
        timed=form.kind == "animation",
        width=width,
        height=height,
        time_base=Fraction(1, _MILLISECONDS) if form.kind == "animation" else 1 / chosen,
        nominal_rate=chosen if form.kind == "frames" else None,
    )


def picture_frames(
    header: ClipHeader, max_megapixels: float, first: int = 0
) -> Generator[tuple[Levels, int, bool], None, None]:
    """Yield each frame from the one of number `first` on: (H, W, 3) uint8 RGB, its ticks, whether it was see-through.

    Transparent parts are laid over white, as pages are. One frame is in memory at a time.
    Raises ClipError for a frame that is damaged, or of another size than the first.
    """
    pictures = _animation(header.path, max_megapixels, first) if header.kind == "animation" else None
    for number, (name, picture, ticks) in enumerate(pictures or _folder(header.path, max_megapixels, first), first):
        if (picture.width, picture.height) != (header.width, header.height):
            raise ClipError(
                f"{name} is {picture.width} x {picture.height}, but the clip's first frame is "
                f"{header.width} x {header.height} (frame {number}): bring all frames to one size"
            )
        yield _over_white(picture), ticks, picture.alpha is not None


def numbered_frames(folder: Path) -> list[Path]:
    """List a folder's frames by their numbers, which may begin anywhere but leave none out.

    Raises ClipError when there are none, two series of them, or a gap.
    """
    try:
        numbered = frames_in(folder)
    except OSError as error:
        raise ClipError(f"{folder} cannot be listed ({error.strerror}): check the path and its permissions") from None
    if not numbered:
        raise ClipError(f"{folder} holds no numbered frames: name them such as frame_00001.png, or name a file")
    series = sorted({(stem, path.suffix) for stem, _, path in numbered})
    if len(series) > 1:
        shown = " and ".join(f"{stem}*{suffix}" for stem, suffix in series[:2])
        raise ClipError(f"{folder} holds more than one series of frames ({shown}): give each a folder of its own")
    for (_, here, path), (_, following, other) in pairwise(numbered):
        if following == here:
            raise ClipError(f"{folder} has the number {here} twice ({path.name}, {other.name}): remove one")
        if following != here + 1:
            missing = f"frame {here + 1} is" if following == here + 2 else f"frames {here + 1} to {following - 1} are"
            raise ClipError(f"{folder}: {missing} missing between {path.name} and {other.name}: add or renumber")
    return [path for _, _, path in numbered]


def _folder(folder: Path, max_megapixels: float, first: int) -> Iterator[tuple[Path, Picture, int]]:
    for path in numbered_frames(folder)[first:]:
        try:
            picture = read_picture(path, max_megapixels=max_megapixels)
        except PictureError as error:
            raise ClipError(str(error)) from error
        yield path, picture, 1


def _animation(path: Path, max_megapixels: float, first: int) -> Iterator[tuple[Path, Picture, int]]:
    frames = enumerate(read_animation(path, max_megapixels=max_megapixels))
    number = -1
    while True:
        try:
            number, (picture, seconds) = next(frames)
        except StopIteration:
            return
        except PictureError as error:
            raise ClipError(f"{error} (frame {number + 1})") from error
        if number >= first:
            yield path, picture, max(1, round(seconds * _MILLISECONDS))


def _over_white(picture: Picture) -> Levels:
    pixels = picture.pixels
    if picture.alpha is not None:
        alpha = picture.alpha[..., np.newaxis]
        pixels = pixels * alpha + (1 - alpha)
    levels: Levels = np.rint(pixels * 255).astype(np.uint8)
    return levels
