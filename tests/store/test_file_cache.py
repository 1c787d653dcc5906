"""What is kept comes back as it was, stays under its limit, and never costs more than the time it saves."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from stylepipe.store.file_cache import FileCache

ARRAYS = {"mean": np.arange(7, dtype=np.float32), "energy": np.array(0.1, np.float32)}


def test_arrays_come_back_bit_for_bit(tmp_path: Path) -> None:
    FileCache(tmp_path / "cache", 10_000).put("a key of any signs: /\n%", ARRAYS)
    found = FileCache(tmp_path / "cache", 10_000).get("a key of any signs: /\n%")
    assert found is not None
    assert {name: (array.shape, array.tobytes()) for name, array in found.items()} == {
        name: (array.shape, array.tobytes()) for name, array in ARRAYS.items()
    }


def test_what_was_never_kept_or_is_torn_is_none(tmp_path: Path) -> None:
    cache = FileCache(tmp_path, 10_000)
    assert cache.get("a") is None
    cache.put("a", ARRAYS)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:50])
    assert cache.get("a") is None


def test_a_file_that_is_larger_than_all_may_be_together_is_none(tmp_path: Path) -> None:
    FileCache(tmp_path, 10_000).put("a", {"x": np.zeros(500)})
    assert FileCache(tmp_path, 10_000).get("a") is not None
    assert FileCache(tmp_path, 1_000).get("a") is None


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    cache = FileCache(tmp_path, 10_000)
    for number in range(4):
        cache.put(str(number), {"x": np.zeros(500, np.float32)})
    for age, path in enumerate(sorted(tmp_path.iterdir(), key=lambda path: path.stat().st_mtime)):
        os.utime(path, (age, age))
    assert cache.get("0") is not None  # which makes it the newest
    cache.put("4", {"x": np.zeros(500, np.float32)})
    kept = [number for number in range(5) if FileCache(tmp_path, 10_000).get(str(number)) is not None]
    assert {0, 4} <= set(kept)
    assert len(kept) == 3
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 8_000


def test_a_folder_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    cache = FileCache(tmp_path / "file" / "cache", 10_000)
    cache.put("a", ARRAYS)
    assert cache.get("a") is None


def test_it_lies_in_the_users_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    FileCache.of_user("artworks", 10_000).put("a", ARRAYS)
    assert len([*(tmp_path / "stylepipe" / "artworks").iterdir()]) == 1
