"""Painted frames become pieces while others are painted, and no run writes what another has written."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from stylepipe.batch.clip_job import ClipJob, Turn, look_through
from stylepipe.batch.clip_pieces import PieceWriter
from stylepipe.errors import PictureError
from stylepipe.media import Coding, encode_frame
from stylepipe.store.unfinished import FrameEntry
from stylepipe.store.unfinished_clip import UnfinishedClip

from .conftest import Walk

QUICK = {"output.format": "mkv", "video.codec": "ffv1"}


@pytest.fixture
def frames(moving: np.ndarray) -> np.ndarray:
    """Six frames as if they were painted: (6, 32, 48, 3) uint8."""
    return moving[:6, ::2, ::2]


def coding_of(job: ClipJob) -> Coding:
    assert job.coding is not None
    return job.coding


def taken_up(job: ClipJob, tmp_path: Path) -> UnfinishedClip:
    return UnfinishedClip(tmp_path / "work", {"content": "ab12"}, job.shots)


def commit(job: ClipJob, unfinished: UnfinishedClip, frames: np.ndarray, turns: Iterable[Turn]) -> None:
    """Keep frames as they are kept when they are painted."""
    for turn in turns:
        picture = encode_frame(frames[turn.number], width=job.width, height=job.height)
        unfinished.works[turn.shot].commit(FrameEntry(turn.number, turn.round, {}), picture, {})


def pieces_in(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "work").glob("piece_*"))


def test_pieces_are_in_the_clips_order_whichever_shot_is_painted_first(
    walk: Walk, tmp_path: Path, frames: np.ndarray
) -> None:
    job = look_through(walk(QUICK | {"video.scene_cuts": [2]}, frames).item)
    unfinished = taken_up(job, tmp_path)
    with PieceWriter(job, coding_of(job), unfinished) as writer:
        for turn in [*job.turns_of(range(2, 6)), *job.turns_of(range(2))]:
            commit(job, unfinished, frames, [turn])
            writer.painted(turn.number)
        segments = writer.finish()

    assert [segment.instants for segment in segments] == [(0, 1), (2, 3, 4, 5)]
    assert [segment.path.name for segment in segments] == pieces_in(tmp_path)
    assert not [*(tmp_path / "work").rglob("*.png")]  # they are in the pieces


def test_what_a_run_could_not_write_any_more_the_next_one_does_and_only_once(
    walk: Walk, tmp_path: Path, frames: np.ndarray
) -> None:
    job = look_through(walk(QUICK | {"video.scene_cuts": [2, 5]}, frames).item)
    commit(job, taken_up(job, tmp_path), frames, job.turns[:4])  # the first shot, and two frames of the second

    written = []
    for left in ([], [4], [5], []):
        unfinished = taken_up(job, tmp_path)
        with PieceWriter(job, coding_of(job), unfinished) as writer:
            writer.take_up()
            for number in left:
                commit(job, unfinished, frames, [job.turns[number]])
                writer.painted(number)
            segments = writer.finish()
        written.append([(segment.instants, segment.path.stat().st_mtime_ns) for segment in segments])

    assert [[instants for instants, _ in found] for found in written] == [
        [(0, 1)],
        [(0, 1), (2, 3, 4)],
        [(0, 1), (2, 3, 4), (5,)],
        [(0, 1), (2, 3, 4), (5,)],
    ]
    assert all(before == after[: len(before)] for before, after in pairwise(written))


def test_after_a_first_pass_only_what_a_second_leaves_alone_is_written(
    walk: Walk, tmp_path: Path, frames: np.ndarray
) -> None:
    job = look_through(walk(QUICK | {"video.scene_cuts": [1], "video.passes": 2}, frames[:3]).item)
    unfinished = taken_up(job, tmp_path)
    commit(job, unfinished, frames, [turn for turn in job.turns if turn.round == 1])
    with PieceWriter(job, coding_of(job), unfinished) as writer:
        writer.take_up()
        assert [segment.instants for segment in writer.finish()] == [(0,)]
        commit(job, unfinished, frames, [turn for turn in job.turns if turn.round == 2])
        writer.painted(1)
        assert [segment.instants for segment in writer.finish()] == [(0,), (1, 2)]


def test_what_goes_wrong_while_a_piece_is_written_is_said_by_the_next_call(
    walk: Walk, tmp_path: Path, frames: np.ndarray
) -> None:
    job = look_through(walk(QUICK, frames[:2]).item)
    unfinished = taken_up(job, tmp_path)
    commit(job, unfinished, frames, job.turns)
    unfinished.frame_path(1).write_bytes(b"no picture")
    with PieceWriter(job, coding_of(job), unfinished) as writer:
        writer.take_up()
        with pytest.raises(PictureError, match=r"00000001\.png"):
            writer.finish()
    assert pieces_in(tmp_path) == []


def test_a_run_that_ends_in_the_middle_of_a_piece_keeps_its_frames(
    walk: Walk, tmp_path: Path, frames: np.ndarray
) -> None:
    job = look_through(walk(QUICK, frames[:2]).item)
    unfinished = taken_up(job, tmp_path)
    commit(job, unfinished, frames, job.turns)

    def leave(writer: PieceWriter) -> None:
        with writer:
            writer.take_up()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        leave(PieceWriter(job, coding_of(job), unfinished))
    again = taken_up(job, tmp_path)
    assert (len(again.frames), again.pieces) == (2, [])
    assert all(again.frame_path(number).is_file() for number in range(2))
