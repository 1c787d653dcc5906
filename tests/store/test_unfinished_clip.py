"""Several processes may paint a clip, each a shot of its own, and none another's."""

from __future__ import annotations

from pathlib import Path

import pytest

from stylepipe.errors import LockedError
from stylepipe.store.unfinished import FrameEntry, Piece
from stylepipe.store.unfinished_clip import UnfinishedClip, hold_clip, hold_shot, shot_folder

CLIP = {"content": "ab12"}
SHOTS = (range(2), range(2, 5))


def test_what_each_of_its_shots_has_is_the_clips(tmp_path: Path) -> None:
    for shot in SHOTS:
        unfinished = UnfinishedClip(tmp_path / "work", CLIP, [shot])
        for number in shot:
            unfinished.works[shot].commit(FrameEntry(number, 1, {}), b"frame %d" % number, {})
    (tmp_path / "work" / "piece_2.mp4").write_bytes(b"frames 2 to 4")
    unfinished.works[SHOTS[1]].keep_piece(Piece(SHOTS[1], "piece_2.mp4", {}))

    whole = UnfinishedClip(tmp_path / "work", CLIP, SHOTS)

    assert [entry.frame for entry in whole.frames] == [0, 1, 2, 3, 4]
    assert whole.pieces == [(tmp_path / "work" / "piece_2.mp4", Piece(SHOTS[1], "piece_2.mp4", {}))]
    assert whole.frame_path(1).read_bytes() == b"frame 1"
    whole.remove()
    assert not (tmp_path / "work").exists()


def test_a_shot_that_nobody_has_begun_leaves_nothing(tmp_path: Path) -> None:
    assert UnfinishedClip(tmp_path / "work", CLIP, SHOTS).frames == []
    assert not (tmp_path / "work").exists()


def test_a_shot_of_other_frames_begins_anew(tmp_path: Path) -> None:
    unfinished = UnfinishedClip(tmp_path / "work", CLIP, SHOTS)
    unfinished.works[SHOTS[0]].commit(FrameEntry(0, 1, {}), b"frame 0", {})

    assert UnfinishedClip(tmp_path / "work", CLIP, [range(3)]).frames == []


def test_two_shots_are_painted_at_once_but_neither_twice_nor_with_the_whole(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    with hold_shot(folder, SHOTS[0]), hold_shot(folder, SHOTS[1]):
        with pytest.raises(LockedError, match=r"shot_00000002: another run holds"), hold_shot(folder, SHOTS[1]):
            pass
        with pytest.raises(LockedError, match=r"shot_0000000"), hold_clip(folder):
            pass
    with hold_clip(folder), pytest.raises(LockedError), hold_shot(folder, SHOTS[0]):
        pass
    assert shot_folder(folder, SHOTS[1]) == folder / "shot_00000002"
