"""Reading back what stylepipe has written for itself: somebody may have put something else in its place since."""

from __future__ import annotations

import errno
import math
import os
import stat
from pathlib import Path

MOST_BYTES = 64 * 2**20
"""Of a file of JSON; the hashes of 100 000 photographs are a third of it."""


def read_own(path: Path, most_bytes: int = MOST_BYTES) -> bytes:
    """Give a file's content; raises OSError also for one that is no regular file, or larger than it ever gets."""
    with open(path, "rb", opener=_without_waiting) as file:
        status = os.fstat(file.fileno())
        _check(path, status, most_bytes)
        return file.read(status.st_size)


def _without_waiting(path: str, flags: int) -> int:
    """Open a pipe, too, that nobody writes to, instead of waiting until somebody does."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def require_regular(path: Path, most_bytes: float = math.inf) -> None:
    """Raise OSError for what `read_own` would not read, before a library opens it, which would wait, or read it all."""
    _check(path, os.stat(path), most_bytes)


def _check(path: Path, status: os.stat_result, most_bytes: float) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is no regular file", str(path))
    if status.st_size > most_bytes:
        raise OSError(errno.EFBIG, f"it is larger than {most_bytes} bytes", str(path))
