"""How large a picture is, told from its first bytes, and from no more of it than that.

The process of a run, which must outlive every decoder, asks this before workers open the files. Pillow hands a whole
WebP or AVIF to libraries in C, and of a JPEG or TIFF it takes everything apart that stands before the pixels: hundreds
of megabytes of tags, of which each number becomes an object, keep it busy for hours.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from stylepipe.errors import PictureError
from stylepipe.media.opening import check_size, open_file
from stylepipe.spec.settings import MAX_MEGAPIXELS

_HEAD = 1 << 20
"""Bytes that are looked at: all but JPEG and TIFF describe themselves at the beginning."""
_MOST_SEGMENTS = 100_000
"""Segments of a JPEG before its frame header that are passed over."""
_FRAME_HEADERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of a JPEG behind which its extent stands (ITU-T T.81, table B.1)."""
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers of a JPEG behind which no length stands."""
_MOST_TAGS = 4096
"""Tags of a TIFF that are looked at; they are sorted, and its extent is among the first."""
_WIDTH, _HEIGHT = 256, 257
_FOLDERS = {b"meta": 4, b"iprp": 0, b"ipco": 0}
"""The boxes that lead to a picture's extent, each with the bytes before those that it holds."""


def stored_size(path: Path, *, max_megapixels: float = MAX_MEGAPIXELS) -> tuple[int, int]:
    """Give an image's (width, height) before it is turned upright.

    Raises PictureError for what is no file, does not say, or has more megapixels than allowed.
    """
    with open_file(path) as file:
        try:
            size = _size(file.read(_HEAD), file)
        except (struct.error, OSError):
            size = None
    if size is None:
        raise PictureError(f"{path} does not say how large it is: copy it again from its source")
    check_size(path, size, max_megapixels)
    return size


def _size(head: bytes, file: BinaryIO) -> tuple[int, int] | None:
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return _pair(">II", head, 16)
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return _pair("<HH", head, 6)
    if head[:2] == b"BM":
        return _pair("<HH" if head[14:15] == b"\x0c" else "<ii", head, 18)
    if head[:3] == b"\xff\xd8\xff":
        return _jpeg_size(file)
    if head[:2] in (b"II", b"MM") and (42 in head[2:4] or 43 in head[2:4]):
        return _tiff_size(head, file)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return _webp_size(head)
    return _avif_size(head) if head[4:8] == b"ftyp" else None


def _pair(form: str, data: bytes, at: int = 0) -> tuple[int, int]:
    width, height = struct.unpack_from(form, data, at)
    return width, abs(height)  # below 0 in a BMP whose rows begin at the top


def _jpeg_size(file: BinaryIO) -> tuple[int, int] | None:
    file.seek(2)
    for _ in range(_MOST_SEGMENTS):
        first, kind = struct.unpack("BB", file.read(2))
        if first != 0xFF:
            return None
        if kind == 0xFF:  # as many as one likes may stand before a marker
            file.seek(-1, 1)
        elif kind in _FRAME_HEADERS:
            height, width = _pair(">HH", file.read(7), 3)
            return width, height
        elif kind not in _ALONE:
            (length,) = struct.unpack(">H", file.read(2))
            file.seek(max(length - 2, 0), 1)
    return None


def _tiff_size(head: bytes, file: BinaryIO) -> tuple[int, int] | None:
    order, big = "<" if head[:2] == b"II" else ">", 43 in head[2:4]
    (offset,) = struct.unpack_from(f"{order}{'Q' if big else 'L'}", head, 8 if big else 4)
    if offset >= 2**63:
        return None
    file.seek(offset)
    count_form, entry_form, length = ("Q", "HHQ", 20) if big else ("H", "HHL", 12)
    (count,) = struct.unpack(order + count_form, file.read(struct.calcsize(order + count_form)))
    tags = file.read(length * min(count, _MOST_TAGS))
    found: dict[int, int] = {}
    for at in range(0, len(tags) - length + 1, length):
        tag, kind, values = struct.unpack_from(order + entry_form, tags, at)
        if tag in (_WIDTH, _HEIGHT) and values == 1 and kind in (3, 4):
            (found[tag],) = struct.unpack_from(order + "HL"[kind - 3], tags, at + struct.calcsize(order + entry_form))
    return (found[_WIDTH], found[_HEIGHT]) if len(found) == 2 else None


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
