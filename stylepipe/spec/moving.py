"""Whether a picture file moves: told from the blocks it is made of, without decoding any of them.

A job file is read without an imaging library, and a thousand photographs are looked at in a moment. What is damaged or
odd counts as still: painting it says what is wrong with it.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

_MOST_CHUNKS = 4096
_MOST_BLOCKS = 1_000_000  # of at most 255 bytes: the first frame of a GIF of some hundred megapixels
_GIF_IMAGE, _GIF_EXTENSION = b"\x2c", b"\x21"


def moves(path: Path) -> bool:
    """Say whether a file is a GIF, PNG, WebP or AVIF of more than one frame; False when it cannot be read."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # opening a pipe waits for ever
            return False
        with open(path, "rb") as file:
            return _moves(file)
    except (OSError, ValueError):
        return False


def _moves(file: BinaryIO) -> bool:
    head = file.read(13)
    if head[:6] in (b"GIF87a", b"GIF89a") and len(head) == 13:
        return _gif_moves(file, head[10])
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        file.seek(8)
        return _png_moves(file)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        file.seek(12)
        return _webp_moves(file)
    return head[4:12] == b"ftypavis"


def _gif_moves(file: BinaryIO, flags: int) -> bool:
    """Look for a second image descriptor."""
    file.seek(_color_table(flags), os.SEEK_CUR)
    images = blocks = 0
    while blocks < _MOST_BLOCKS:
        kind = file.read(1)
        if kind == _GIF_IMAGE:
            images += 1
            descriptor = file.read(9)
            if len(descriptor) < 9:
                return False
            if images == 2:
                return True
            file.seek(_color_table(descriptor[8]) + 1, os.SEEK_CUR)  # and the byte before the compressed data
        elif kind == _GIF_EXTENSION:
            file.seek(1, os.SEEK_CUR)  # its label
        else:
            return False
        while (length := file.read(1)) > b"\0" and blocks < _MOST_BLOCKS:
            file.seek(length[0], os.SEEK_CUR)
            blocks += 1
        blocks += 1
    return False


def _color_table(flags: int) -> int:
    """Give the bytes of the table of colours that a descriptor's flags announce."""
    return 3 * 2 ** ((flags & 0x07) + 1) if flags & 0x80 else 0


def _png_moves(file: BinaryIO) -> bool:
    """Look for the chunk of an APNG, which comes before the picture, and for more than one frame in it."""
    for _ in range(_MOST_CHUNKS):
        head = file.read(8)
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        if kind == b"acTL":
            return int.from_bytes(file.read(4), "big") > 1
        if len(head) < 8 or kind in (b"IDAT", b"IEND"):
            return False
        file.seek(length + 4, os.SEEK_CUR)
    return False


def _webp_moves(file: BinaryIO) -> bool:
    """Look for the flag of animation, and for a second frame after it."""
    frames = 0
    for number in range(_MOST_CHUNKS):
        head = file.read(8)
        length, kind = int.from_bytes(head[4:], "little"), head[:4]
        if number == 0:
            flags = file.read(1)
            if kind != b"VP8X" or not flags or not flags[0] & 0x02:
                return False
            file.seek(-1, os.SEEK_CUR)
        frames += kind == b"ANMF"
        if frames == 2:
            return True
        if len(head) < 8:
            return False
        file.seek(length + length % 2, os.SEEK_CUR)
    return False
