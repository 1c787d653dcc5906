"""Arrays that are costly to compute, kept in the user's cache between runs; what was not used for longest goes first.

Losing any of it costs only time. Several processes may use one folder at once.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_dir
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from stylepipe.errors import OutputError
from stylepipe.store import atomic
from stylepipe.store.own_files import require_regular

Arrays = Mapping[str, NDArray[np.generic]]

_SUFFIX = ".safetensors"
_SUM = "sum"
_SHARE_KEPT = 0.8
"""Of the limit, what is left when it was reached, so that not every file makes others go."""


class FileCache:
    """A folder of files, one for each key, that together take at most so many bytes."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder, self._most_bytes = folder, most_bytes
        self._bytes: int | None = None

    @classmethod
    def of_user(cls, name: str, most_bytes: int) -> FileCache:
        """Open the folder of that name in this user's cache."""
        return cls(Path(user_cache_dir("stylepipe")) / name, most_bytes)

    def get(self, key: str) -> Arrays | None:
        """Give what is kept under a key; None when there is nothing, or what cannot be read."""
        path = self._path(key)
        try:
            require_regular(path, self._most_bytes)
            with safe_open(path, "numpy") as file:
                arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no mapping
                whole = (file.metadata() or {}).get(_SUM) == _sum_of(arrays)
            os.utime(path)
        except (OSError, SafetensorError, ValueError, MemoryError):
            return None
        return arrays if whole else None

    def put(self, key: str, arrays: Arrays) -> None:
        """Keep arrays under a key, as far as the disk lets us."""
        data = save(dict(arrays), {_SUM: _sum_of(arrays)})
        if self._bytes is None:
            self._bytes = sum(size for _, size, _ in self._files())
        with suppress(OutputError):
            atomic.write_bytes(self._path(key), data)
            self._bytes += len(data)
        if self._bytes > self._most_bytes:
            self._make_room()

    def _path(self, key: str) -> Path:
        return self._folder / f"{hashlib.sha256(key.encode()).hexdigest()}{_SUFFIX}"

    def _make_room(self) -> None:
        files = sorted(self._files())
        self._bytes = sum(size for _, size, _ in files)
        for _, size, path in files:
            if self._bytes <= _SHARE_KEPT * self._most_bytes:
                return
            with suppress(OSError):
                path.unlink()
                self._bytes -= size

    def _files(self) -> list[tuple[float, int, Path]]:
        """List when each file was used last, its bytes, and its path."""
        found = []
        for path in self._folder.glob(f"*{_SUFFIX}"):
            with suppress(OSError):  # another process has just made room
                status = path.stat()
                found.append((status.st_mtime, status.st_size, path))
        return found


def _sum_of(arrays: Arrays) -> str:
    """Sum up names, kinds and numbers: a disk that has lost a bit would otherwise change pictures without a word."""
    digest = hashlib.sha256()
    for name, array in sorted(arrays.items()):
        digest.update(f"{name} {array.dtype} {array.shape} ".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()
