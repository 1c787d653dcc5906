"""What is done of an unfinished clip outlives the process that did it, however that ended."""

from __future__ import annotations

import json
import os
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from stylepipe.errors import ClipError
from stylepipe.store import atomic
from stylepipe.store.lock import hold
from stylepipe.store.unfinished import FrameEntry, Piece, Unfinished, clear_away, forget

from .conftest import Start

CLIP = {"content": "ab12", "settings": {"size": 64, "shares": (0.5, 0.5)}}

CLEAR_AGAIN_AND_AGAIN = """
import sys
from pathlib import Path
from stylepipe.store.atomic import make_folder
from stylepipe.store.unfinished import clear_away
print("begun", flush=True)
while True:
    make_folder(Path(sys.argv[1]))
    clear_away(Path(sys.argv[1]))
"""


def paint(unfinished: Unfinished, number: int) -> None:
    state = {"shown": np.full((2, 3), number, np.float32), "unit": np.array(number / 3)}
    unfinished.commit(FrameEntry(number, 1, {"iterations": 30}), b"frame %d" % number, state)


@pytest.fixture
def begun(tmp_path: Path) -> Unfinished:
    unfinished = Unfinished(tmp_path / "work", CLIP)
    for number in range(3):
        paint(unfinished, number)
    return unfinished


def again(unfinished: Unfinished) -> Unfinished:
    return Unfinished(unfinished.folder, CLIP)


def test_a_clip_that_nobody_began_has_no_frames_and_no_state(tmp_path: Path) -> None:
    unfinished = Unfinished(tmp_path / "work", CLIP)

    assert unfinished.frames == []
    assert unfinished.pieces == []
    assert unfinished.state is None


def test_frames_and_the_last_state_are_there_for_the_next_run(begun: Unfinished) -> None:
    taken_up = again(begun)

    assert [entry.frame for entry in taken_up.frames] == [0, 1, 2]
    assert taken_up.frames[1].facts == {"iterations": 30}
    assert taken_up.state is not None
    assert taken_up.state["unit"] == 2 / 3
    assert np.array_equal(taken_up.state["shown"], np.full((2, 3), 2, np.float32))
    assert taken_up.frame_path(1).read_bytes() == b"frame 1"


def test_a_large_file_in_the_place_of_a_state_is_never_in_memory(begun: Unfinished) -> None:
    for path in begun.folder.glob("state_*.npz"):
        os.truncate(path, 2**28)
    tracemalloc.start()
    taken_up = again(begun)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken_up.frames == []
    assert most < 2**24


def test_a_piece_takes_the_place_of_its_frames(begun: Unfinished) -> None:
    (begun.folder / "piece.mp4").write_bytes(b"frames 0 and 1")
    begun.keep_piece(Piece(range(2), "piece.mp4", {"end": 2}))

    taken_up = again(begun)

    assert taken_up.pieces == [Piece(range(2), "piece.mp4", {"end": 2})]
    assert [taken_up.frame_path(number).exists() for number in range(3)] == [False, False, True]


def test_what_a_later_round_needs_is_kept_until_that_round_has_been(begun: Unfinished) -> None:
    kept = {"levels": np.arange(6, dtype=np.uint8)}
    begun.commit(FrameEntry(3, 1, {}), b"frame 3", {}, kept)

    taken_up = again(begun)
    assert np.array_equal(taken_up.kept(3)["levels"], np.arange(6))

    taken_up.commit(FrameEntry(3, 2, {}), b"frame 3, better", {})
    assert not list((begun.folder / "kept").iterdir())
    assert [entry.round for entry in again(begun).frames] == [1, 1, 1, 1, 2]


def test_another_clip_begins_anew(begun: Unfinished) -> None:
    other = Unfinished(begun.folder, CLIP | {"content": "cd34"})

    assert other.frames == []
    assert not other.frame_path(0).exists()


def test_a_line_that_a_power_cut_tore_was_never_said(begun: Unfinished) -> None:
    journal = begun.folder / "journal.jsonl"
    whole = journal.read_bytes()
    paint(begun, 3)
    journal.write_bytes(whole + b'{"frame":3,"rou')

    taken_up = again(begun)
    assert [entry.frame for entry in taken_up.frames] == [0, 1, 2]
    assert taken_up.state is not None
    assert taken_up.state["unit"] == 2 / 3

    paint(taken_up, 3)
    assert [json.loads(line)["frame"] for line in journal.read_text().splitlines()] == [0, 1, 2, 3]


@pytest.mark.parametrize("lost", ["frames/00000001.png", "state_b.npz", "kept/00000003.npz"])
def test_what_the_disk_has_lost_is_painted_again(begun: Unfinished, lost: str) -> None:
    begun.commit(FrameEntry(3, 1, {}), b"frame 3", {"unit": np.array(1.0)}, {"levels": np.arange(6)})
    (begun.folder / lost).unlink()

    assert again(begun).frames == []
    assert again(begun).state is None


@pytest.mark.parametrize("changed", ["frames/00000001.png", "kept/00000003.npz", "piece.mp4"])
def test_what_is_not_as_it_was_written_is_painted_again(begun: Unfinished, changed: str) -> None:
    begun.commit(FrameEntry(3, 1, {}), b"frame 3", {}, {"levels": np.arange(6)})
    (begun.folder / "piece.mp4").write_bytes(b"frame 0")
    begun.keep_piece(Piece(range(1), "piece.mp4", {}))
    assert len(again(begun).frames) == 4
    (begun.folder / changed).write_bytes(b"something else")

    assert again(begun).frames == []


def test_what_was_kept_and_changes_meanwhile_is_an_error(begun: Unfinished) -> None:
    begun.commit(FrameEntry(3, 1, {}), b"frame 3", {}, {"levels": np.arange(6)})
    (begun.folder / "kept" / "00000003.npz").write_bytes(b"something else")

    with pytest.raises(ClipError, match="has changed: run again"):
        begun.kept(3)


def test_a_run_that_is_killed_while_a_frame_is_painted_again_loses_that_frame_only(begun: Unfinished) -> None:
    begun.commit(FrameEntry(3, 1, {}), b"frame 3", {}, {"levels": np.arange(6)})
    begun.frame_path(3).write_bytes(b"frame 3, better")

    assert len(again(begun).frames) == 4


def test_a_state_that_was_written_but_not_yet_said_does_no_harm(begun: Unfinished) -> None:
    (begun.folder / "state_b.npz").write_bytes(b"of frame 3, which the journal does not know")

    state = again(begun).state

    assert state is not None
    assert state["unit"] == 2 / 3


def test_a_damaged_state_begins_anew(begun: Unfinished) -> None:
    path = begun.folder / "state_a.npz"
    path.write_bytes(path.read_bytes()[:100])

    assert again(begun).frames == []


def test_nothing_is_left_once_the_clip_is_there(tmp_path: Path) -> None:
    unfinished = Unfinished(tmp_path / "out" / ".stylepipe" / "unfinished" / "cats" / "cat.parts", CLIP)
    paint(unfinished, 0)

    unfinished.remove()

    assert list((tmp_path / "out").iterdir()) == []


def test_removing_it_spares_what_others_keep_there(tmp_path: Path) -> None:
    private = tmp_path / ".stylepipe"
    (private / "records").mkdir(parents=True)
    unfinished = Unfinished(private / "unfinished" / "cat.parts", CLIP)

    unfinished.remove()

    assert [path.name for path in private.iterdir()] == ["records"]


def test_clearing_away_costs_no_other_process_what_it_keeps(tmp_path: Path, python: Start) -> None:
    unfinished = tmp_path / ".stylepipe" / "unfinished" / "cats"
    other = python(CLEAR_AGAIN_AND_AGAIN, unfinished / "cat.parts")
    assert other.stdout is not None
    other.stdout.readline()
    for _ in range(500):
        atomic.make_folder(unfinished / "dog.parts")
        assert (unfinished / "dog.parts").is_dir()
        clear_away(unfinished / "dog.parts")
    assert other.poll() is None


def test_what_a_finished_clip_has_left_is_forgotten_unless_somebody_paints_there(begun: Unfinished) -> None:
    with hold(begun.folder):
        forget(begun.folder)
        assert again(begun).frames

    forget(begun.folder)
    assert not begun.folder.exists()
    forget(begun.folder)
    assert not begun.folder.exists()
