"""How large a picture is, told without the libraries in C that decode WebP and AVIF.

The process of a run, which must outlive every decoder, asks this before workers open the files. Of the other formats
Pillow reads the header in Python; of these two it hands the whole file to libwebp and libavif.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from stylepipe.errors import PictureError
from stylepipe.media.opening import open_file, picture_size
from stylepipe.spec.settings import MAX_MEGAPIXELS

_HEAD = 1 << 20
"""Bytes that are looked at: both formats describe themselves at the beginning."""
_FOLDERS = {b"meta": 4, b"iprp": 0, b"ipco": 0}
"""The boxes that lead to a picture's extent, each with the bytes before those that it holds."""


def stored_size(path: Path, *, max_megapixels: float = MAX_MEGAPIXELS) -> tuple[int, int]:
    """Give an image's (width, height), of WebP and AVIF before they are turned upright.

    Raises PictureError as `picture_size` does, and for a WebP or AVIF that does not say.
    """
    with open_file(path) as file:
        head = file.read(_HEAD)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        size = _webp_size(head)
    elif head[4:8] == b"ftyp":
        size = _avif_size(head)
    else:
        return picture_size(path, max_megapixels=max_megapixels)
    if size is None:
        raise PictureError(f"{path} does not say how large it is: copy it again from its source")
    return size


def _webp_size(head: bytes) -> tuple[int, int] | None:
    kind, data = head[12:16], head[20:30]
    if len(data) < 10:
        return None
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[4:7], "little"), 1 + int.from_bytes(data[7:10], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(data[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        return int.from_bytes(data[6:8], "little") & 0x3FFF, int.from_bytes(data[8:10], "little") & 0x3FFF
    return None


def _avif_size(head: bytes) -> tuple[int, int] | None:
    """Give the largest extent (ispe) that is named: that of the whole, where the picture is made of tiles."""
    sizes = [
        (int.from_bytes(data[4:8], "big"), int.from_bytes(data[8:12], "big"))
        for kind, data in _boxes(head)
        if kind == b"ispe" and len(data) >= 12
    ]
    return max(sizes, key=lambda size: size[0] * size[1], default=None)


def _boxes(data: bytes, folders: int = len(_FOLDERS)) -> Iterator[tuple[bytes, bytes]]:
    """Give the boxes of an ISO base media file, and those in the ones that lead to pictures' properties.

    folders: how many boxes may still lie in each other.
    """
    at = 0
    while at + 8 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        inner = data[at + 8 : at + length] if length >= 8 else data[at + 8 :]
        yield kind, inner
        if kind in _FOLDERS and folders:
            yield from _boxes(inner[_FOLDERS[kind] :], folders - 1)
        if length < 8:
            return
        at += length
