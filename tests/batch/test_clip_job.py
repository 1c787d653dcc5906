"""What is settled about a clip before its first frame is painted: its shots, its frames' turns, how it is written."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from stylepipe.batch.clip_job import look_through
from stylepipe.errors import ClipError, UnpaintableError

from .conftest import Walk


def test_every_frame_has_one_turn_shot_by_shot_and_is_final_then(walk: Walk) -> None:
    job = look_through(walk({"video.scene_cuts": [4, 10]}).item)
    assert job.shots == (range(4), range(4, 10), range(10, 12))
    assert [(turn.round, turn.number) for turn in job.turns] == [(1, number) for number in range(12)]
    assert [turn.shot for turn in job.turns] == [range(4)] * 4 + [range(4, 10)] * 6 + [range(10, 12)] * 2
    assert all(map(job.is_final, job.turns))


def test_a_second_pass_goes_back_from_the_frame_before_the_last_within_each_shot(walk: Walk) -> None:
    job = look_through(walk({"video.scene_cuts": [3, 4], "video.passes": 2}).item)
    turns = [(turn.round, turn.number) for turn in job.turns]
    assert turns[:6] == [(1, 0), (1, 1), (1, 2), (2, 1), (2, 0), (1, 3)]  # a shot of one frame has no second pass
    assert [turn.number for turn in job.turns if job.is_final(turn)] == [2, 1, 0, 3, 11, *range(10, 3, -1)]


@pytest.mark.parametrize(
    ("asked", "starts", "notes"),
    [
        ("auto", [0, 6], ()),
        ("none", [0], ()),
        ([4, 400, 4000], [0, 4], ("scene_cuts 400, 4000: only 12 frames are painted",)),
    ],
)
def test_shots_begin_where_cuts_are_seen_or_asked_for(
    walk: Walk, moving: np.ndarray, asked: object, starts: list[int], notes: tuple[str, ...]
) -> None:
    frames = np.concatenate([moving[:6], moving[:6, ..., ::-1] // 2])
    job = look_through(walk({"video.scene_cuts": asked}, frames).item)
    assert [shot.start for shot in job.shots] == starts
    assert job.notes == notes


def test_frames_follow_each_other_and_the_last_ends_with_the_clip(walk: Walk, moving: np.ndarray) -> None:
    job = look_through(walk(frames=moving[:3]).item)
    uneven = replace(job, clip=replace(job.clip, info=replace(job.clip.info, instants=(0, 3, 4), end=9)))
    assert [uneven.ends(number) for number in range(3)] == [(0, 3), (3, 4), (4, 9)]


def test_frames_that_stay_pictures_need_no_coding_and_a_file_has_one_of_the_paintings_size(walk: Walk) -> None:
    planned = walk()
    job = look_through(planned.item)
    assert (job.width, job.height, job.coding) == (48, 32, None)
    file = look_through(replace(planned.item, format="mkv"))
    assert file.coding is not None
    assert file.coding.container == "mkv"


@pytest.mark.parametrize(
    ("overrides", "error", "said"),
    [
        ({"output.format": "gif", "video.frame_rate": 100}, ClipError, "a GIF shows at most 50 frames a second"),
        (
            {"output.format": "mp4", "size": 45, "video.pix_fmt": "yuv420p"},
            UnpaintableError,
            "cannot hold 45 x 30",
        ),
    ],
)
def test_what_cannot_be_written_is_refused_before_hours_go_into_painting_it(
    walk: Walk, overrides: dict[str, object], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        look_through(walk(overrides).item)
