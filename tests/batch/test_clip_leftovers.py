"""What an earlier run has left of a clip is gone on from only where it is this clip's."""

from __future__ import annotations

import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stylepipe.batch.clip_job import ClipJob, Turn, look_through
from stylepipe.batch.clip_leftovers import can_go_on
from stylepipe.engine.losses import LossValues
from stylepipe.media import Segment, encode_frame
from stylepipe.store.unfinished import FrameEntry, Piece, Unfinished
from stylepipe.video.drift import Look
from stylepipe.video.shot import FrameFacts
from stylepipe.video.shot_state import ShotState

from .conftest import Walk

SHOT = range(2, 6)
"""The second of two shots."""
FACTS = FrameFacts("flow", 2, LossValues(9.0, 1.0, 2.0, 3.0, 4.0), 0.5, warp_error=0.01)
Arrays = dict[str, np.ndarray]


@pytest.fixture
def clip(walk: Walk, moving: np.ndarray) -> ClipJob:
    """A clip of six small frames, each shot of which is painted twice."""
    asked = {"output.format": "mkv", "video.codec": "ffv1", "video.scene_cuts": [2], "video.passes": 2}
    return look_through(walk(asked, moving[:6, ::2, ::2]).item)


@pytest.fixture
def work(tmp_path: Path) -> Unfinished:
    return Unfinished(tmp_path / "work", {"content": "ab12"})


def state(job: ClipJob, **changed: Any) -> Arrays:
    pixels = np.zeros((job.height, job.width, 3), np.float32)
    look = Look(np.zeros(3, np.float32), np.ones(3, np.float32), 1.0)
    levels = pixels.astype(np.uint8)
    return {**ShotState(levels, look, levels, pixels, pixels, pixels[..., 0]).arrays(), **changed}


def kept_of(job: ClipJob, **changed: Any) -> Arrays:
    pixels = np.zeros((job.height, job.width, 3))
    return {"levels": pixels.astype(np.uint8), "underpainting": pixels.astype(np.float16), **changed}


def facts_of(**changed: Any) -> dict[str, Any]:
    return {**asdict(FACTS), "losses": [*(FACTS.losses or ())], **changed}


def commit(
    job: ClipJob,
    work: Unfinished,
    turn: Turn,
    facts: Any = None,
    arrays: Arrays | None = None,
    kept: Arrays | None = None,
    size: tuple[int, int] = (48, 32),
) -> None:
    """Keep a frame as it is kept when it is painted, or something else in the place of a part of it."""
    width, height = size
    picture = encode_frame(np.zeros((height, width, 3), np.uint8), width=width, height=height)
    first_of_two = not job.is_final(turn)
    work.commit(
        FrameEntry(turn.number, turn.round, facts_of() if facts is None else facts),
        picture,
        state(job) if arrays is None else arrays,
        (kept_of(job) if kept is None else kept) if first_of_two else None,
    )


def paint(job: ClipJob, work: Unfinished, count: int, **last: Any) -> list[Turn]:
    """Keep the first frames of the shot in turn; `last` is said of the last of them."""
    turns = [*job.turns_of(SHOT)][:count]
    for turn in turns:
        commit(job, work, turn, **(last if turn == turns[-1] else {}))
    return turns


def write(job: ClipJob, work: Unfinished, frames: range, **changed: Any) -> None:
    """Keep that a piece is written."""
    begins = tuple(job.ends(number)[0] for number in frames)
    thumbnails = np.zeros((len(frames), 4, 4, 3), np.uint8)
    segment = Segment(path=Path(), instants=begins, end=job.ends(frames[-1])[1], thumbnails=thumbnails)
    (work.folder / "piece.mkv").write_bytes(b"piece")
    work.keep_piece(Piece(frames, "piece.mkv", {**segment.as_record(), **changed}))


def test_a_shot_that_nobody_has_begun_can_be_painted(clip: ClipJob, work: Unfinished) -> None:
    assert can_go_on(clip, SHOT, work)


@pytest.mark.parametrize("count", range(1, 8))
def test_it_goes_on_behind_any_turn(clip: ClipJob, work: Unfinished, count: int) -> None:
    paint(clip, work, count)
    assert can_go_on(clip, SHOT, work)
    assert not can_go_on(clip, range(2), work)


def test_a_written_shot_needs_its_pictures_no_more(clip: ClipJob, work: Unfinished) -> None:
    paint(clip, work, 7)
    write(clip, work, SHOT)
    assert not work.frame_path(3).exists()
    assert can_go_on(clip, SHOT, work)


def test_what_an_older_stylepipe_has_left_without_steadiness_is_gone_on_from(clip: ClipJob, work: Unfinished) -> None:
    older = {key: value for key, value in facts_of().items() if key != "warp_error"}
    repeated = facts_of(start="repeated", losses=None, warp_error=None)
    for turn, facts in zip(clip.turns_of(SHOT), (older, repeated), strict=False):
        commit(clip, work, turn, facts)
    assert can_go_on(clip, SHOT, work)


@pytest.mark.parametrize(
    ("number", "round"), [(4, 1), (2, 2), (6, 1), (2, 3)], ids=["another frame", "pass", "shot", "no pass at all"]
)
def test_frames_in_another_order_are_not(clip: ClipJob, work: Unfinished, number: int, round: int) -> None:
    commit(clip, work, Turn(SHOT, round, number))
    assert not can_go_on(clip, SHOT, work)


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"more": 1},
        {"iterations": 2.0},
        {"iterations": True},
        {"losses": [1.0, 2.0, 3.0, 4.0]},
        {"losses": [1.0, 2.0, 3.0, 4.0, "x"]},
        {"losses": 5},
        {"losses": [10**400, 1.0, 2.0, 3.0, 4.0]},
        {"warp_error": "0.1"},
        {"warp_error": 10**400},
        {"drifted": 1},
    ],
)
def test_facts_that_are_none_are_not(clip: ClipJob, work: Unfinished, facts: dict[str, Any]) -> None:
    paint(clip, work, 2, facts=facts_of(**facts) if facts else {})
    assert not can_go_on(clip, SHOT, work)


@pytest.mark.parametrize("name", ["iterations", "losses", "drifted"])
def test_facts_that_the_record_will_need_may_not_be_missing(clip: ClipJob, work: Unfinished, name: str) -> None:
    paint(clip, work, 2, facts={key: value for key, value in facts_of().items() if key != name})
    assert not can_go_on(clip, SHOT, work)


@pytest.mark.parametrize("name", ["opening", "frame", "underpainting", "shown", "ripeness", "look_mean", "look_spread"])
def test_a_state_of_another_size_or_without_a_part_is_not(clip: ClipJob, work: Unfinished, name: str) -> None:
    paint(clip, work, 1, arrays=state(clip, **{name: np.zeros((2, 2, 3), np.uint8)}))
    assert not can_go_on(clip, SHOT, work)
    work.begin_anew()
    paint(clip, work, 1, arrays={key: array for key, array in state(clip).items() if key != name})
    assert not can_go_on(clip, SHOT, work)
    work.begin_anew()
    paint(clip, work, 1)
    assert can_go_on(clip, SHOT, work)


def test_a_final_frame_that_is_gone_or_of_another_size_is_not(clip: ClipJob, work: Unfinished) -> None:
    paint(clip, work, 4)
    work.frame_path(3).unlink()  # a second pass paints it again
    assert can_go_on(clip, SHOT, work)
    commit(clip, work, [*clip.turns_of(SHOT)][4], size=(24, 16))
    assert not can_go_on(clip, SHOT, work)
    work.frame_path(4).unlink()
    assert not can_go_on(clip, SHOT, work)


@pytest.mark.parametrize(
    "changed",
    [
        {"levels": np.zeros((32, 48, 3), np.float32)},
        {"underpainting": np.zeros((32, 48, 3), np.float32)},
        {"levels": np.zeros((16, 24, 3), np.uint8)},
        {"underpainting": np.zeros((16, 24, 3), np.float16)},
    ],
)
def test_what_was_kept_of_a_first_pass_has_to_fit_the_second(clip: ClipJob, work: Unfinished, changed: Arrays) -> None:
    paint(clip, work, 3, kept=kept_of(clip, **changed))
    assert not can_go_on(clip, SHOT, work)


def test_what_was_kept_of_a_first_pass_and_is_gone_is_missed_until_the_second_has_been(
    clip: ClipJob, work: Unfinished
) -> None:
    paint(clip, work, 4)
    kept = work.folder / "kept" / "00000004.npz"
    whole = kept.read_bytes()
    kept.unlink()
    assert not can_go_on(clip, SHOT, work)
    kept.write_bytes(whole)
    assert can_go_on(clip, SHOT, work)
    commit(clip, work, [*clip.turns_of(SHOT)][4])
    assert not kept.exists()
    assert can_go_on(clip, SHOT, work)


@pytest.mark.parametrize(
    ("frames", "changed"),
    [
        (range(2, 5), {}),
        (range(4), {}),
        (SHOT, {"end": 10**6}),
        (SHOT, {"end": math.inf}),
        (SHOT, {"instants": [0, 1, 2, 3]}),
        (SHOT, {"instants": [2, 3, 4]}),
        (SHOT, {"instants": None}),
        (SHOT, {"instants": [math.inf] * 4}),
        (SHOT, {"thumbnails": "AAAA"}),
    ],
)
def test_a_piece_of_other_frames_or_at_other_times_is_not(
    clip: ClipJob, work: Unfinished, frames: range, changed: dict[str, Any]
) -> None:
    paint(clip, work, 7)
    write(clip, work, frames, **changed)
    assert not can_go_on(clip, SHOT, work)


def test_a_piece_that_was_written_twice_or_before_all_of_its_frames_were_painted_is_not(
    clip: ClipJob, work: Unfinished
) -> None:
    paint(clip, work, 6)
    write(clip, work, SHOT)
    assert not can_go_on(clip, SHOT, work)
    commit(clip, work, [*clip.turns_of(SHOT)][6])
    assert can_go_on(clip, SHOT, work)
    write(clip, work, SHOT)
    assert not can_go_on(clip, SHOT, work)
