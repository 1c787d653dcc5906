"""The journal of an unfinished clip that somebody has changed: the clip is begun anew, and nothing else is touched."""

from __future__ import annotations

import json
import os
import zipfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stylepipe.errors import ClipError
from stylepipe.media import Clock, SegmentWriter, choose_coding
from stylepipe.media.clip_mux import join_segments
from stylepipe.store import unfinished as store
from stylepipe.store.unfinished import FrameEntry, Piece, Unfinished

from .conftest import outside

CLIP = {"content": "ab12"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Leave a clip of three frames unfinished, the first of them written as a piece, and a file beside the folder."""
    folder = tmp_path / "out" / ".stylepipe" / "unfinished" / "walk.mp4.parts"
    unfinished = Unfinished(folder, CLIP)
    for number in range(3):
        unfinished.commit(FrameEntry(number, 1, {"iterations": 30}), b"frame", {"shown": np.zeros(3)})
    (folder / "piece.mp4").write_bytes(b"piece")
    unfinished.keep_piece(Piece(range(1), "piece.mp4", {"end": 1}))
    (tmp_path / "victim.mp4").write_text("treasure")
    return folder


def edit(folder: Path, number: int, **changes: Any) -> None:
    """Change keys of one of the journal's lines, and its sum with them, as one who knows our code can."""
    lines = [json.loads(line) for line in (folder / "journal.jsonl").read_text().splitlines()]
    changed = {key: value for key, value in {**lines[number], **changes}.items() if key != "sum"}
    lines[number] = {**changed, "sum": store._sum_of(changed)}
    (folder / "journal.jsonl").write_text("".join(store._json(line) + "\n" for line in lines))


def test_what_nobody_has_changed_is_taken_up(folder: Path) -> None:
    assert len(Unfinished(folder, CLIP).frames) == 3


@pytest.mark.parametrize(
    ("number", "changes"),
    [
        (0, {"frame": "../../../../victim"}),
        (0, {"frame": -1}),
        (0, {"frame": 10**30}),
        (0, {"frame": True}),
        (1, {"frame": 1.5}),
        (1, {"state": 5}),
        (3, {"piece": "../../../../../victim.mp4"}),
        (3, {"piece": "/etc/passwd"}),
        (3, {"piece": ""}),
        (3, {"piece": 5}),
        (3, {"behind": 2**31 - 1}),
        (3, {"behind": 10**15}),
        (3, {"first": -1}),
        (2, {"kept": True}),
    ],
)
def test_what_somebody_has_changed_is_not_believed(
    folder: Path, tmp_path: Path, number: int, changes: dict[str, Any]
) -> None:
    edit(folder, number, **changes)
    before = outside(tmp_path, tmp_path / "out")
    taken_up = Unfinished(folder, CLIP)
    assert len(taken_up.frames) in (0, 3)
    assert all(piece.file == "piece.mp4" for piece in taken_up.pieces)
    taken_up.remove()
    assert outside(tmp_path, tmp_path / "out") == before


def test_a_line_whose_sum_is_wrong_begins_anew(folder: Path) -> None:
    text = (folder / "journal.jsonl").read_text()
    (folder / "journal.jsonl").write_text(text.replace('"iterations":30', '"iterations":31', 1))
    assert Unfinished(folder, CLIP).frames == []


@pytest.mark.parametrize("name", ["state_a.npz", "journal.jsonl", "job.json"])
def test_a_pipe_or_a_file_without_end_is_not_read(folder: Path, name: str) -> None:
    (folder / name).unlink()
    os.mkfifo(folder / name)
    assert Unfinished(folder, CLIP).frames == []


def test_a_state_that_unpacks_to_gigabytes_is_not_unpacked(folder: Path) -> None:
    with zipfile.ZipFile(folder / "state_a.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("shown.npy", bytes(10**8))
    edit(folder, 2, state=store.sha256((folder / "state_a.npz").read_bytes()).hexdigest())
    assert Unfinished(folder, CLIP).frames == []


def test_a_link_in_the_folder_is_removed_and_not_followed(folder: Path, tmp_path: Path) -> None:
    treasure = tmp_path / "elsewhere"
    treasure.mkdir()
    (treasure / "a.png").write_text("treasure")
    (folder / "more").symlink_to(treasure)
    Unfinished(folder, {"content": "another"})
    assert not (folder / "more").is_symlink()
    assert (treasure / "a.png").exists()


@pytest.mark.parametrize(
    "playlist",
    ["ffconcat version 1.0\nfile secret.mp4\n", "#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:1,\nsecret.mp4\n#EXT-X-ENDLIST\n"],
)
def test_a_playlist_in_a_pieces_place_is_not_followed(tmp_path: Path, moving: np.ndarray, playlist: str) -> None:
    coding = choose_coding("mp4", 96, 64)
    clock = Clock(time_base=Fraction(1, 25), rate=Fraction(25))
    with SegmentWriter(tmp_path / "piece.mp4", coding, width=96, height=64, clock=clock) as writer:
        for number, frame in enumerate(moving):
            writer.write(frame, number, number + 1)
        piece = writer.finish()
    join_segments([piece], tmp_path / "out.mp4", coding, clock=clock)
    piece.path.rename(tmp_path / "secret.mp4")
    piece.path.write_text(playlist)
    with pytest.raises(ClipError):
        join_segments([piece], tmp_path / "out.mp4", coding, clock=clock)
