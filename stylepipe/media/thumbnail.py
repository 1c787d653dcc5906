"""Small pictures of pictures and clips, for looking at many of them at once."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stylepipe.errors import ClipError
from stylepipe.media.clip import Levels
from stylepipe.media.ffmpeg_reader import ffmpeg_frames
from stylepipe.media.opening import opened, orientation_of
from stylepipe.media.picture import Float32, Picture
from stylepipe.media.picture_clips import picture_frames
from stylepipe.media.probe import probe_clip
from stylepipe.media.reading import decode, picture_of

_AT_LEAST = 2
"""Times the wanted size that a JPEG is decoded at: what is halved after decoding shows no steps."""


def small_picture(path: Path, longest: int) -> Picture:
    """Read a still picture, upright and in sRGB, with at most `longest` pixels a side; it is never enlarged.

    Raises PictureError as `read_picture` does.
    """
    path = Path(path)
    with opened(path) as image:
        orientation = orientation_of(image)
        image.draft(None, (_AT_LEAST * longest, _AT_LEAST * longest))  # JPEGs can be decoded at a part of their size
        picture = picture_of(decode(path, image), orientation, {})
    alpha = None if picture.alpha is None else _shrunk(picture.alpha, longest)
    return Picture(_shrunk(picture.pixels, longest), alpha)


def small_frame(path: Path, longest: int) -> Picture:
    """Read a clip's first frame as `small_picture` reads a picture, without looking through the clip.

    Raises ClipError for what is no clip or whose first frame is damaged, EnvironmentLacksError without ffmpeg.
    """
    return Picture(_shrunk(np.divide(_first_frame(path), 255, dtype=np.float32), longest))


def _first_frame(path: Path) -> Levels:
    header = probe_clip(path)
    if header.kind == "video":
        with closing(ffmpeg_frames(header, first=0, behind=1)) as frames:
            return next(frames)
    with closing(picture_frames(header, np.inf)) as pictures:
        try:
            levels, _, _ = next(pictures)
        except StopIteration:
            raise ClipError(f"{path} has no frames: copy it again from its source") from None
    return levels


def _shrunk(values: NDArray[np.float32], longest: int) -> Float32:
    """Bring (H, W) or (H, W, 3) in [0, 1] to a longest side, by the mean of what falls on each pixel."""
    import cv2  # a fifth of a second, which who only lists pictures need not pay

    height, width = values.shape[:2]
    share = longest / max(height, width)
    if share >= 1:
        return values
    size = (max(1, round(width * share)), max(1, round(height * share)))
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA), np.float32)
