"""The kinds of file that can be written, each of which is also the suffix of its files; said once, for all rooms."""

from __future__ import annotations

from typing import Literal, TypeGuard, get_args

PictureFormat = Literal["png", "jpg", "webp", "tiff"]
"""The kinds of picture."""
Container = Literal["mp4", "mkv", "mov", "webm", "gif"]
"""The kinds of file that hold a clip."""
FRAMES: Literal["frames"] = "frames"
"""The kind of clip that is no file: a folder of numbered PNGs, which has no suffix."""
Format = Literal[PictureFormat, Container, "frames"]
"""All of them."""

DEFAULT_PICTURE_FORMAT: PictureFormat = "png"
DEFAULT_CLIP_FORMAT: Container = "mp4"
SUFFIXES: tuple[str, ...] = (*get_args(PictureFormat), *get_args(Container))
"""The suffixes of outputs, without their dot."""

Bits = Literal[8, 16]
"""Bits for each colour of a picture."""
DEFAULT_BITS: Bits = 8
DEFAULT_QUALITY = 95


def is_picture_format(format: Format) -> TypeGuard[PictureFormat]:
    """Say whether a kind of file is one of pictures; the others are of clips."""
    return format in get_args(PictureFormat)
