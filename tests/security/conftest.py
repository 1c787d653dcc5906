"""What the attacks share: the program, a child process of little memory and time, and files that no program writes."""

from __future__ import annotations

import hashlib
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from ..cli.conftest import end, start, stylepipe, surroundings

__all__ = ["end", "start", "stylepipe", "surroundings"]

Bounded = Callable[..., str]

_BOUNDS = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({megabytes} << 20,) * 2)
resource.setrlimit(resource.RLIMIT_CPU, ({seconds},) * 2)
from pathlib import Path
from stylepipe.errors import StylepipeError
"""


@pytest.fixture
def bounded() -> Bounded:
    """Run Python code in a process of little memory and time, and give what it prints; `arguments` are its sys.argv."""

    def run(code: str, *arguments: object, megabytes: int = 1500, seconds: int = 20) -> str:
        program = _BOUNDS.format(megabytes=megabytes, seconds=seconds) + code
        command = [sys.executable, "-c", program, *map(str, arguments)]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        answer = subprocess.run(command, capture_output=True, text=True, timeout=10 * seconds, env=environment)
        assert answer.returncode == 0, answer.stderr[-2000:]
        return answer.stdout

    return run


READ = """
from stylepipe.media import open_clip, picture_size, read_picture, read_provenance
for path in map(Path, sys.argv[1:]):
    for reader in (picture_size, read_picture, read_provenance, open_clip):
        try:
            reader(path)
        except StylepipeError as error:
            print(f"{reader.__name__} {str(error).removeprefix(str(path)).strip()}")
        else:
            print(f"{reader.__name__} reads it")
"""
"""Reads files with each reader, and prints a line for each: what it refuses, or that it reads it."""


def png(size: tuple[int, int], pixels: bytes, before: Sequence[tuple[bytes, bytes]] = (), after: bytes = b"") -> bytes:
    """Write a PNG of 8-bit RGB that claims a size and has these compressed pixels."""
    header = struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), *before, (b"IDAT", pixels)]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*one) for one in chunks) + after + chunk(b"IEND", b"")


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def gif(frames: int, width: int = 2, height: int = 2) -> bytes:
    """Write a GIF of so many frames of 23 bytes each, that claims a size."""
    head = b"GIF89a" + struct.pack("<HH", width, height) + b"\x80\0\0\0\0\0\xff\xff\xff"
    picture = b"\x2c" + struct.pack("<HHHH", 0, 0, width, height) + b"\0\x02\x02\x84\x51\0"
    return head + (b"\x21\xf9\x04\0\x05\0\0\0" + picture) * frames + b";"


def outside(folder: Path, output_dir: Path) -> dict[str, str]:
    """Give every file, link and folder below a folder but outside of an output directory, with what it holds."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if output_dir not in (path, *path.parents):
            held = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else "folder"
            found[str(path)] = hashlib.sha256(held if isinstance(held, bytes) else held.encode()).hexdigest()
    return found
