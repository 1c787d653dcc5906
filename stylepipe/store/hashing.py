"""What a file holds, as a SHA-256: the only thing about an input that decides whether an item is due."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import time
from pathlib import Path

from stylepipe.errors import PictureError
from stylepipe.store import atomic

_RECENT_NS = 2 * 10**9
"""A file changed twice within the clock tick of its disk has the same size and time; FAT's tick of 2 s is longest."""

_Known = tuple[int, int, str]
"""Size in bytes, time of the last change in ns, SHA-256."""


def sha256_of(path: Path) -> str:
    """Hash a file's content piece by piece, so that clips of any length fit; raises PictureError if unreadable."""
    try:
        mode = path.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):  # opening a pipe waits for ever, a device has no end
            raise PictureError(f"{path}: cannot be read: it is no regular file but a pipe or a device")
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise PictureError(f"{path}: cannot be read: {error.strerror or error}") from error


class HashCache:
    """Remembers the hashes of files that have not changed since, by path, size and time of the last change.

    With a `file`, it starts with what is there and `save` writes it back. A cache that is missing or broken is an
    empty one: it only saves time.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._known: dict[str, _Known] = _read(file) if file else {}
        self._changed = False

    def sha256(self, path: Path) -> str:
        """Give a file's SHA-256, hashing it only when it is new or changed; raises PictureError if unreadable."""
        key = os.path.abspath(path)
        before = _size_and_time(path)
        known = self._known.get(key)
        if known and known[:2] == before:
            return known[2]
        digest = sha256_of(path)
        settled = before and before == _size_and_time(path) and time.time_ns() - before[1] > _RECENT_NS
        if before and settled:
            self._known[key] = (*before, digest)
            self._changed = True
        return digest

    def save(self) -> None:
        """Write the hashes back if any is new; raises OutputError when the disk refuses."""
        if self._file and self._changed:
            atomic.write_text(self._file, json.dumps({"version": 1, "files": self._known}))
            self._changed = False


def _size_and_time(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None  # hashing it will say why
    return status.st_size, status.st_mtime_ns


def _read(file: Path) -> dict[str, _Known]:
    try:
        content = json.loads(file.read_bytes())
        files = content["files"] if content["version"] == 1 else {}
        return {str(path): (int(size), int(changed), str(digest)) for path, (size, changed, digest) in files.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError):
        return {}
