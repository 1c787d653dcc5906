"""What an input holds, as a SHA-256: the only thing about it that decides whether an item is due."""

from __future__ import annotations

import hashlib
import json
import math
import os
import stat
import time
from pathlib import Path
from typing import NamedTuple

from stylepipe.errors import PictureError
from stylepipe.spec.frames import frames_in
from stylepipe.store import atomic
from stylepipe.store.own_files import read_own

_VERSION = 2
"""Of the cache's file; one of another version counts as empty."""

_RECENT_NS = 2 * 10**9
"""A file changed twice within the clock tick of its disk has the same size and time; FAT's tick of 2 s is longest."""


class _State(NamedTuple):
    """What tells a changed file without reading it.

    A program can put the time of the last change back, as `cp -p`, rsync and editors of tags do; the time of that act
    (st_ctime) it cannot. A file moved over another has another inode.
    """

    size: int
    modified_ns: int
    status_ns: int
    inode: int


def sha256_of(path: Path, most_bytes: float = math.inf) -> str:
    """Hash a file's content piece by piece, so that files of any size fit.

    Raises PictureError if unreadable or larger than allowed.
    """
    try:
        status = path.stat()
        if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):  # opening a pipe waits for ever
            raise PictureError(f"{path}: cannot be read: it is no regular file but a pipe or a device")
        _check_size(path, status.st_size, most_bytes)
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        if isinstance(error, FileNotFoundError) and path.is_symlink():
            raise PictureError(f"{path}: cannot be read: it is a link to nothing") from error
        raise PictureError(f"{path}: cannot be read: {error.strerror or error}") from error


def sha256_of_output(output: Path, *, frames: bool = False) -> str:
    """Hash an output as its record remembers it; raises PictureError if unreadable.

    frames: it is a folder of frames, whose hash is that of its frames' hashes, in their order.
    """
    if not frames:
        return sha256_of(output)
    try:
        numbered = frames_in(output)
    except OSError as error:
        raise PictureError(f"{output}: cannot be read: {error.strerror or error}") from error
    digest = hashlib.sha256()
    for frame in numbered:
        digest.update(bytes.fromhex(sha256_of(frame.path)))
    return digest.hexdigest()


class HashCache:
    """Remembers the hashes of files that have not changed since, by path, size, times and inode.

    With a `file`, it starts with what is there and `save` writes it back. A cache that is missing or broken is an
    empty one: it only saves time.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._known: dict[str, tuple[_State, str]] = _read(file) if file else {}
        self._changed = False

    def sha256(self, path: Path, most_bytes: float = math.inf) -> str:
        """Give a file's SHA-256, hashing it only when it is new or changed.

        Raises PictureError if it is unreadable, or larger than allowed.
        """
        key = os.path.abspath(path)
        before = _state(path)
        if before:
            _check_size(path, before.size, most_bytes)
        known = self._known.get(key)
        if known and known[0] == before:
            return known[1]
        digest = sha256_of(path, most_bytes)
        if before and before == _state(path) and _is_settled(before):
            self._known[key] = (before, digest)
            self._changed = True
        return digest

    def sha256_of_frames(self, folder: Path, most_bytes: float = math.inf) -> str:
        """Give the SHA-256 of a folder of numbered frames: of their names and contents, in their order.

        Whatever else lies in the folder does not count. Raises PictureError when there are no frames, or one of them
        cannot be read or is larger than allowed.
        """
        try:
            frames = frames_in(folder)
        except OSError as error:
            raise PictureError(f"{folder}: cannot be read: {error.strerror or error}") from error
        if not frames:
            raise PictureError(f"{folder}: cannot be read: it holds no images whose names end in a number")
        listing = json.dumps([[frame.path.name, self.sha256(frame.path, most_bytes)] for frame in frames])
        return hashlib.sha256(listing.encode()).hexdigest()

    def save(self) -> None:
        """Write the hashes back if any is new; raises OutputError when the disk refuses."""
        if self._file and self._changed:
            atomic.write_text(self._file, json.dumps({"version": _VERSION, "files": self._known}))
            self._changed = False


def _check_size(path: Path, size: int, most: float) -> None:
    if size > most:
        raise PictureError(
            f"{path} has {size / 2**30:.4g} GiB, more than the {most / 2**30:.4g} GiB allowed: make it smaller, or "
            "raise max_file_size"
        )


def _state(path: Path) -> _State | None:
    try:
        status = path.stat()
    except OSError:
        return None  # hashing it will say why
    return _State(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def _is_settled(state: _State) -> bool:
    return time.time_ns() - max(state.modified_ns, state.status_ns) > _RECENT_NS


def _read(file: Path) -> dict[str, tuple[_State, str]]:
    try:
        content = json.loads(read_own(file))
        files = content["files"] if content["version"] == _VERSION else {}
        return {str(path): (_State(*map(int, state)), str(digest)) for path, (state, digest) in files.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError):
        return {}
