"""A clip that says it is a thousand million pixels wide."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from stylepipe.errors import ClipError
from stylepipe.media import open_clip


def y4m(width: int, height: int) -> bytes:
    return f"YUV4MPEG2 W{width} H{height} F25:1 Ip A1:1 C420jpeg\nFRAME\n".encode() + bytes(1000)


def ivf(width: int, height: int) -> bytes:
    head = b"DKIF" + struct.pack("<HH4sHHIIII", 0, 32, b"VP80", width, height, 25, 1, 1, 0)
    frame = b"\x10\0\0\x9d\x01\x2a" + struct.pack("<HH", width & 0x3FFF, height & 0x3FFF) + bytes(100)
    return head + struct.pack("<IQ", len(frame), 0) + frame


WIDE = {
    "both.y4m": y4m(10**9, 10**9),
    "flat.y4m": y4m(10**9, 2),
    "large.y4m": y4m(30_000, 30_000),
    "a.ivf": ivf(65535, 65535),
}


@pytest.mark.parametrize("name", WIDE)
def test_it_is_refused_before_a_frame_has_room(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(WIDE[name])
    with pytest.raises(ClipError) as caught:
        open_clip(tmp_path / name)
    if name.endswith("y4m"):
        assert "more than the 200 allowed: make it smaller, or raise max_megapixels" in str(caught.value)
