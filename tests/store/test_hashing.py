import hashlib
import json
import os
import time
from pathlib import Path

import pytest

from stylepipe.errors import OutputError, PictureError
from stylepipe.store import hashing
from stylepipe.store.hashing import HashCache, sha256_of


@pytest.fixture
def short_tick(monkeypatch):
    """Count a file as settled after 20 ms, longer than this disk's clock ticks, so that no test waits 2 seconds."""
    monkeypatch.setattr(hashing, "_RECENT_NS", 20 * 10**6)


def settled(path: Path, content: bytes) -> Path:
    """Write a file and wait until the disk's clock has ticked."""
    path.write_bytes(content)
    time.sleep(0.03)
    return path


def remember_something_else(file: Path, path: Path) -> None:
    """Remember for a file another hash than it has, by which the use of what is remembered shows."""
    cache = HashCache(file)
    cache.sha256(path)
    cache.save()
    content = json.loads(file.read_bytes())
    content["files"][str(path)][1] = "remembered"
    file.write_text(json.dumps(content))


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


@pytest.mark.usefixtures("short_tick")
def test_a_changed_file_is_hashed_again(tmp_path):
    cache = HashCache()
    for content in (b"one", b"two", b"three"):
        assert cache.sha256(settled(tmp_path / "a", content)) == hash_of(content)


@pytest.mark.usefixtures("short_tick")
def test_a_file_rewritten_at_the_same_size_with_its_time_put_back_is_hashed_again(tmp_path):
    cache, path = HashCache(), settled(tmp_path / "a", b"one")
    before = path.stat()
    assert cache.sha256(path) == hash_of(b"one")
    settled(path, b"two")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert cache.sha256(path) == hash_of(b"two")


@pytest.mark.usefixtures("short_tick")
def test_another_file_moved_to_the_same_place_is_hashed_again(tmp_path):
    cache, path, other = HashCache(), tmp_path / "a", tmp_path / "b"
    path.write_bytes(b"one")
    settled(other, b"two")
    before = path.stat()
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert cache.sha256(path) == hash_of(b"one")
    other.replace(path)
    assert cache.sha256(path) == hash_of(b"two")


def test_a_file_changed_a_moment_ago_is_not_trusted_to_stay(tmp_path):
    cache, path = HashCache(tmp_path / "hashes.json"), tmp_path / "a"
    path.write_bytes(b"one")
    os.utime(path, (time.time() - 3600,) * 2)  # which was a moment ago too
    assert cache.sha256(path) == hash_of(b"one")
    cache.save()
    assert not (tmp_path / "hashes.json").exists()


@pytest.mark.usefixtures("short_tick")
@pytest.mark.parametrize("name", [b"a", b"caf\xe9"], ids=["utf8", "no utf8"])
def test_hashes_are_remembered_between_runs(tmp_path, name):
    file, path = tmp_path / ".stylepipe" / "hashes.json", settled(tmp_path / os.fsdecode(name), b"one")
    remember_something_else(file, path)
    assert HashCache(file).sha256(path) == "remembered"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b"null",
        b"[" * 100_000,
        b'{"version": 1, "files": {"a": [1, 1, ""]}}',
        b'{"version": 3, "files": {}}',
        b'{"version": 2, "files": []}',
        b'{"version": 2, "files": {"a": 1}}',
        b'{"version": 2, "files": {"a": [[1, 1, 1], ""]}}',
        b'{"version": 2, "files": {"a": [[1e999, 1, 1, 1], ""]}}',
    ],
)
@pytest.mark.usefixtures("short_tick")
def test_a_broken_cache_is_an_empty_one(tmp_path, content):
    (tmp_path / "hashes.json").write_bytes(content)
    cache, path = HashCache(tmp_path / "hashes.json"), settled(tmp_path / "a", b"one")
    assert cache.sha256(path) == hash_of(b"one")
    cache.save()
    assert json.loads((tmp_path / "hashes.json").read_bytes())["files"][str(path)][1] == hash_of(b"one")


def test_a_folder_of_frames_is_its_frames_names_and_contents_in_their_order(tmp_path):
    for name in ("f_9.png", "f_10.png"):
        (tmp_path / name).write_bytes(name.encode())
    before = HashCache().sha256_of_frames(tmp_path)
    for name in ("cover.png", "notes1.txt", ".f_8.png"):  # which are no frames
        (tmp_path / name).touch()
    assert HashCache().sha256_of_frames(tmp_path) == before
    (tmp_path / "f_11.png").touch()
    longer = HashCache().sha256_of_frames(tmp_path)
    (tmp_path / "f_11.png").rename(tmp_path / "f_12.png")
    renamed = HashCache().sha256_of_frames(tmp_path)
    (tmp_path / "f_12.png").unlink()
    (tmp_path / "f_9.png").write_bytes(b"f_10.png")
    (tmp_path / "f_10.png").write_bytes(b"f_9.png")
    assert len({before, longer, renamed, HashCache().sha256_of_frames(tmp_path)}) == 4


@pytest.mark.usefixtures("short_tick")
def test_frames_are_hashed_once_as_long_as_they_do_not_change(tmp_path):
    file, frames = tmp_path / "hashes.json", tmp_path / "walk"
    frames.mkdir()
    frame = settled(frames / "f_1.png", b"one")
    honest = HashCache().sha256_of_frames(frames)
    remember_something_else(file, frame)
    assert HashCache(file).sha256_of_frames(frames) != honest


def test_a_folder_without_frames_is_named(tmp_path):
    (tmp_path / "cover.png").touch()
    with pytest.raises(PictureError, match="holds no images whose names end in a number"):
        HashCache().sha256_of_frames(tmp_path)
    with pytest.raises(PictureError, match=r"gone: cannot be read: No such file"):
        HashCache().sha256_of_frames(tmp_path / "gone")


@pytest.mark.usefixtures("short_tick")
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


@pytest.mark.usefixtures("short_tick")
def test_a_cache_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "blocked").write_text("")
    cache = HashCache(tmp_path / "blocked" / "hashes.json")
    cache.sha256(settled(tmp_path / "a", b"one"))
    with pytest.raises(OutputError):
        cache.save()
