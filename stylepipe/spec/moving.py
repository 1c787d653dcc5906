"""Whether a picture file moves, and in how many frames: told from its blocks, without decoding any of them.

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
    return frames_up_to(path, 2) == 2


def frames_up_to(path: Path, most: int) -> int:
    """Count the frames of a GIF, PNG, WebP or AVIF, and stop at so many; 1 for anything else or what cannot be read.

    An AVIF's are not counted: it has 2 when it moves.
    """
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # opening a pipe waits for ever
            return 1
        with open(path, "rb") as file:
            return max(1, min(_frames(file, most), most))
    except (OSError, ValueError):
        return 1


def _frames(file: BinaryIO, most: int) -> int:
    head = file.read(13)
    if head[:6] in (b"GIF87a", b"GIF89a") and len(head) == 13:
        return _gif_frames(file, head[10], most)
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        file.seek(8)
        return _png_frames(file)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        file.seek(12)
        return _webp_frames(file, most)
    return 2 if head[4:12] == b"ftypavis" else 1


def _gif_frames(file: BinaryIO, flags: int, most: int) -> int:
    """Count the image descriptors."""
    file.seek(_color_table(flags), os.SEEK_CUR)
    images = blocks = 0
    while blocks < _MOST_BLOCKS:
        kind = file.read(1)
        if kind == _GIF_IMAGE:
            descriptor = file.read(9)
            if len(descriptor) < 9:
                return images
            images += 1
            if images == most:
                return images
            file.seek(_color_table(descriptor[8]) + 1, os.SEEK_CUR)  # and the byte before the compressed data
        elif kind == _GIF_EXTENSION:
            file.seek(1, os.SEEK_CUR)  # its label
        else:
            return images
        while (length := file.read(1)) > b"\0" and blocks < _MOST_BLOCKS:
            file.seek(length[0], os.SEEK_CUR)
            blocks += 1
        blocks += 1
    return images


def _color_table(flags: int) -> int:
    """Give the bytes of the table of colours that a descriptor's flags announce."""
    return 3 * 2 ** ((flags & 0x07) + 1) if flags & 0x80 else 0


def _png_frames(file: BinaryIO) -> int:
    """Read the chunk of an APNG, which comes before the picture, and says how many frames there are."""
    for _ in range(_MOST_CHUNKS):
        head = file.read(8)
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        if kind == b"acTL":
            return int.from_bytes(file.read(4), "big")
        if len(head) < 8 or kind in (b"IDAT", b"IEND"):
            return 1
        file.seek(length + 4, os.SEEK_CUR)
    return 1


def _webp_frames(file: BinaryIO, most: int) -> int:
    """Look for the flag of animation, and count the frames after it."""
    frames = 0
    for number in range(_MOST_CHUNKS + most):
        head = file.read(8)
        length, kind = int.from_bytes(head[4:], "little"), head[:4]
        if number == 0:
            flags = file.read(1)
            if kind != b"VP8X" or not flags or not flags[0] & 0x02:
                return 1
            file.seek(-1, os.SEEK_CUR)
        frames += kind == b"ANMF"
        if frames == most or len(head) < 8:
            break
        file.seek(length + length % 2, os.SEEK_CUR)
    return frames
