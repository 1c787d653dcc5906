"""Colour profiles and pictures that no library writes, made by hand, and programs in ffmpeg's place."""

from __future__ import annotations

import itertools
import struct
import zlib
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from stylepipe.media.clip_writer import Clock, Segment, SegmentWriter
from stylepipe.media.codecs import Coding

AsFfmpeg = Callable[..., str]
ADOBE_RGB = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))


def _fixed(*numbers: float) -> bytes:
    return struct.pack(f">{len(numbers)}i", *(round(n * 65536) for n in numbers))


def _gamma(gamma: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256))


def _profile(space: bytes, connection: bytes, tags: dict[bytes, bytes], kind: bytes = b"mntr") -> bytes:
    tags = {
        b"desc": b"desc\0\0\0\0\0\0\0\x05test\0".ljust(96, b"\0"),
        b"wtpt": b"XYZ \0\0\0\0" + _fixed(0.9642, 1, 0.8249),
        **tags,
    }
    table, data, start = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for name, value in tags.items():
        table += name + struct.pack(">II", start + len(data), len(value))
        data += value.ljust(-(-len(value) // 4) * 4, b"\0")
    header = struct.pack(">I4sI4s4s4s", start + len(data), b"\0" * 4, 0x02400000, kind, space, connection)
    header = header.ljust(36, b"\0") + b"acsp".ljust(32, b"\0") + _fixed(0.9642, 1, 0.8249)
    return header.ljust(128, b"\0") + table + data


@pytest.fixture(scope="session")
def rgb_profile() -> Callable[..., bytes]:
    """Make an RGB profile from its primaries and one tone curve, by default Adobe RGB (1998)."""

    def make(curve: bytes = _gamma(563 / 256), primaries: Sequence[Sequence[float]] = ADOBE_RGB) -> bytes:
        columns = {n: b"XYZ \0\0\0\0" + _fixed(*p) for n, p in zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries, strict=True)}
        return _profile(b"RGB ", b"XYZ ", columns | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve))

    return make


@pytest.fixture(scope="session")
def grey_profile() -> bytes:
    return _profile(b"GRAY", b"XYZ ", {b"kTRC": _gamma(1.0)})


@pytest.fixture(scope="session")
def cmyk_profile() -> bytes:
    """A press whose inks are weaker than Pillow's arithmetic has them: a table with two points for each ink."""
    corners = b""
    for c, m, y, k in itertools.product((0, 1), repeat=4):
        light = 100 - 18 * c - 25 * m - 5 * y
        lab = (light * (1 - 0.8 * k), (-30 * c + 60 * m) * (1 - k), (-40 * c + 70 * y) * (1 - k))
        corners += bytes([round(lab[0] * 2.55), round(lab[1] + 128), round(lab[2] + 128)])
    straight = bytes(range(256))
    table = b"mft1\0\0\0\0" + bytes([4, 3, 2, 0]) + _fixed(1, 0, 0, 0, 1, 0, 0, 0, 1)
    return _profile(b"CMYK", b"Lab ", {b"A2B0": table + straight * 4 + corners + straight * 3}, kind=b"prtr")


@pytest.fixture(scope="session")
def png_file() -> Callable[..., bytes]:
    """Write a PNG chunk by chunk; rows: (H, W, C) uint8 or uint16, color: the PNG colour type."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    def make(
        levels: np.ndarray,
        color: int,
        before: Sequence[tuple[bytes, bytes]] = (),
        after: Sequence[tuple[bytes, bytes]] = (),
        size: tuple[int, int] | None = None,
    ) -> bytes:
        width, height = size or (levels.shape[1], levels.shape[0])
        header = struct.pack(">IIBBBBB", width, height, 8 * levels.itemsize, color, 0, 0, 0)
        rows = b"".join(b"\0" + row.astype(row.dtype.newbyteorder(">")).tobytes() for row in levels)
        chunks = [(b"IHDR", header), *before, (b"IDAT", zlib.compress(rows)), *after, (b"IEND", b"")]
        return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*c) for c in chunks)

    return make


@pytest.fixture(scope="session")
def write_pieces() -> Callable[..., list[Segment]]:
    """Write frames as pieces of a clip; instants: a tick for each frame and one more for the end; cuts: as slices."""

    def write(
        folder: Path,
        coding: Coding,
        frames: np.ndarray,
        clock: Clock,
        instants: Sequence[int],
        cuts: Sequence[int] = (),
        sample_aspect: Fraction = Fraction(1),
    ) -> list[Segment]:
        pieces = []
        for number, (first, last) in enumerate(itertools.pairwise([0, *cuts, len(frames)])):
            path = folder / f"piece {number}{coding.segment_suffix}"
            height, width = frames.shape[1:3]
            with SegmentWriter(
                path, coding, width=width, height=height, clock=clock, sample_aspect=sample_aspect
            ) as writer:
                for index in range(first, last):
                    writer.write(frames[index], instants[index], instants[index + 1])
                pieces.append(writer.finish())
        return pieces

    return write


@pytest.fixture
def as_ffmpeg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsFfmpeg:
    """Put a shell script in ffmpeg's place, and give its path."""

    def put(script: str, name: str = "ffmpeg") -> str:
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(program))
        return str(program)

    return put
