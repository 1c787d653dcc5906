import hashlib
import json
import os
import time
from pathlib import Path

import pytest

from stylepipe.errors import OutputError, PictureError
from stylepipe.store.hashing import HashCache, sha256_of

HOUR_AGO = time.time() - 3600


def settled(path: Path, content: bytes, when: float = HOUR_AGO) -> Path:
    """Write a file that was last changed long ago."""
    path.write_bytes(content)
    os.utime(path, (when, when))
    return path


def hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_a_hash_is_the_sha256_of_the_content(tmp_path):
    (tmp_path / "a").write_bytes(b"paint" * 500_000)
    assert sha256_of(tmp_path / "a") == hash_of(b"paint" * 500_000)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(PictureError, match=r"missing\.jpg: cannot be read: No such file"):
        sha256_of(tmp_path / "missing.jpg")
    with pytest.raises(PictureError, match="Is a directory"):
        HashCache().sha256(tmp_path)


def test_a_file_is_hashed_again_only_when_its_size_or_time_changed(tmp_path):
    cache = HashCache()
    path = settled(tmp_path / "a", b"one")
    assert cache.sha256(path) == hash_of(b"one")
    settled(path, b"two")  # same size, same time: what a cache cannot see
    assert cache.sha256(path) == hash_of(b"one")
    settled(path, b"three")
    assert cache.sha256(path) == hash_of(b"three")
    settled(path, b"seven", HOUR_AGO + 1)
    assert cache.sha256(path) == hash_of(b"seven")


def test_a_file_changed_a_moment_ago_is_not_trusted_to_stay(tmp_path):
    cache, path = HashCache(), tmp_path / "a"
    path.write_bytes(b"one")
    moment = path.stat().st_mtime_ns
    assert cache.sha256(path) == hash_of(b"one")
    path.write_bytes(b"two")
    os.utime(path, ns=(moment, moment))  # the disk's clock had not ticked
    assert cache.sha256(path) == hash_of(b"two")


def test_hashes_are_remembered_between_runs(tmp_path):
    file, path = tmp_path / ".stylepipe" / "hashes.json", settled(tmp_path / "a", b"one")
    first = HashCache(file)
    first.sha256(path)
    first.save()
    settled(path, b"two")
    assert HashCache(file).sha256(path) == hash_of(b"one")


def test_a_file_name_that_is_no_utf8_is_remembered_too(tmp_path):
    file, path = tmp_path / "hashes.json", settled(Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9")), b"one")
    first = HashCache(file)
    first.sha256(path)
    first.save()
    settled(path, b"two")
    assert HashCache(file).sha256(path) == hash_of(b"one")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b"null",
        b"[" * 100_000,
        b'{"version": 2, "files": {}}',
        b'{"version": 1, "files": []}',
        b'{"version": 1, "files": {"a": 1}}',
        b'{"version": 1, "files": {"a": [1e999, 1, ""]}}',
    ],
)
def test_a_broken_cache_is_an_empty_one(tmp_path, content):
    (tmp_path / "hashes.json").write_bytes(content)
    cache, path = HashCache(tmp_path / "hashes.json"), settled(tmp_path / "a", b"one")
    assert cache.sha256(path) == hash_of(b"one")
    cache.save()
    assert json.loads((tmp_path / "hashes.json").read_bytes())["files"][str(path)][2] == hash_of(b"one")


def test_nothing_is_written_when_nothing_is_new(tmp_path):
    file, path = tmp_path / "hashes.json", settled(tmp_path / "a", b"one")
    HashCache(file).save()
    assert not file.exists()
    cache = HashCache(file)
    cache.sha256(path)
    cache.save()
    file.unlink()
    cache.sha256(path)
    cache.save()
    assert not file.exists()


def test_a_cache_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "blocked").write_text("")
    cache = HashCache(tmp_path / "blocked" / "hashes.json")
    cache.sha256(settled(tmp_path / "a", b"one"))
    with pytest.raises(OutputError):
        cache.save()
