"""Playlists and addresses that are called clips: nobody is called, no other file is opened, and the rest is painted."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ..batch.conftest import Job
from ..cli.conftest import Stylepipe
from ..clips.test_addresses import playlists
from ..conftest import Canary

CONTAINERS = {"": b"", "mp4": b"\0\0\0\x08ftyp", "mkv": b"\x1aE\xdf\xa3"}


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """Make a file that whoever opens it waits at for ever: a pipe that nobody writes to."""
    os.mkfifo(tmp_path / "secret.mp4")
    return tmp_path / "secret.mp4"


def test_a_folder_of_them_fails_item_by_item_and_nothing_is_called_or_opened(
    job: Job, end: Stylepipe, tmp_path: Path, canary: Canary, secret: Path
) -> None:
    file = job("jobs:\n  - contents: photos\n    styles: art/night.png\n    set: {video: {allow_damaged: true}}\n")
    texts = playlists(canary.address, secret)
    for number, (container, head) in enumerate(CONTAINERS.items()):
        for name, text in texts.items():
            (tmp_path / "photos" / f"{name} {number}.{container or 'mp4'}").write_bytes(head + text.encode())
    answer = end("run", file, "--quiet", "--workers", "0")
    assert answer.code == 1
    assert answer.err.count("\nfailed ") == len(CONTAINERS) * len(texts) - 1
    assert sorted(path.name for path in (tmp_path / "out").glob("*.png")) == ["cat--night.png", "dog--night.png"]
    assert canary.asked == []


def test_a_clip_whose_name_is_an_address_is_a_file(
    job: Job, end: Stylepipe, tmp_path: Path, canary: Canary, encode, moving
) -> None:  # type: ignore[no-untyped-def]
    host = canary.address.removeprefix("http://")
    file = job("jobs:\n  - contents: clips\n    styles: art/night.png\n    set: {video: {frame_iterations: 1}}\n")
    for name in (f"http:{host}.mp4", "concat:a|b.mp4", "subfile,,:a.mp4", "data:text.mp4", "pipe:0.mp4", "-i.mp4"):
        (tmp_path / "clips").mkdir(exist_ok=True)
        (tmp_path / "clips" / name).write_bytes(encode("a.mp4", moving[:1]).read_bytes())
    answer = end("run", file, "--quiet", "--workers", "0")
    assert (answer.code, answer.err) == (0, "")
    assert canary.asked == []
