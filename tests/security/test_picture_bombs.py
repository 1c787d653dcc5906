"""A small file that claims, or unpacks to, a picture which fills the memory."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from .conftest import READ, Bounded, gif, png

SIDE = 40_000


def bmp(side: int) -> bytes:
    return b"BM" + struct.pack("<IIIIiiHHIIIIII", 58, 0, 54, 40, side, side, 1, 24, 0, 0, 0, 0, 0, 0) + bytes(4)


def tiff(side: int) -> bytes:
    values = {256: side, 257: side, 258: 8, 259: 8, 262: 1, 273: 134, 277: 1, 278: side, 279: 20}
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in values.items())
    return b"II*\0" + struct.pack("<IH", 8, len(values)) + entries + bytes(4) + zlib.compress(bytes(10**6))


def webp(side: int) -> bytes:
    size = (min(side, 2**24) - 1).to_bytes(3, "little")
    data = b"VP8X" + struct.pack("<I", 10) + bytes(4) + size * 2
    return b"RIFF" + struct.pack("<I", len(data) + 4) + b"WEBP" + data


def jpeg(side: int) -> bytes:
    frame = struct.pack(">BHHB", 8, min(side, 65535), min(side, 65535), 3) + b"\1\x11\0\2\x11\0\3\x11\0"
    return b"\xff\xd8\xff\xc0" + struct.pack(">H", len(frame) + 2) + frame + b"\xff\xd9"


def test_a_picture_that_claims_too_many_pixels_is_refused_in_little_memory(tmp_path: Path, bounded: Bounded) -> None:
    bombs = {
        "a.png": png((SIDE, SIDE), zlib.compress(bytes(10**8))),
        "a.gif": gif(3, SIDE, SIDE),
        "a.bmp": bmp(SIDE),
        "a.tif": tiff(SIDE),
        "a.jpg": jpeg(SIDE),
        "a.webp": webp(SIDE),
    }
    for name, content in bombs.items():
        (tmp_path / name).write_bytes(content)
    said = bounded(READ, *(tmp_path / name for name in bombs), megabytes=600).splitlines()
    assert len(said) == 4 * len(bombs)
    assert not [line for line in said if line.startswith(("read_picture reads", "open_clip reads"))]
    refused = [line for line in said if "megapixels" in line]
    assert len(refused) >= 2 * (len(bombs) - 1)
    assert all("raise max_megapixels" in line for line in refused)


def test_a_frame_that_outgrows_its_animation_is_refused_in_little_memory(tmp_path: Path, bounded: Bounded) -> None:
    content = bytearray(gif(3))
    second = content.index(b"\x2c", content.index(b"\x2c") + 1)
    content[second + 5 : second + 9] = struct.pack("<HH", 60_000, 60_000)
    (tmp_path / "a.gif").write_bytes(content)
    assert "open_clip reads it" not in bounded(READ, tmp_path / "a.gif", megabytes=900)
