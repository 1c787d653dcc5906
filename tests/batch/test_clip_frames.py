"""Frames are painted shot by shot, equal ones once, and a second time from the last to the first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from stylepipe.batch import events
from stylepipe.batch.clip_frames import painted_frames, state_of
from stylepipe.batch.clip_job import look_through
from stylepipe.batch.materials import read_guides
from stylepipe.batch.networks import Networks
from stylepipe.store.unfinished import FrameEntry
from stylepipe.store.unfinished_clip import UnfinishedClip
from stylepipe.video.shot import Easel

from .conftest import CLIPS, FEW, Job, Walk, carry_out, of_kind, stopped_behind


def test_equal_frames_are_painted_once(
    job: Job, tmp_path: Path, encode: Callable[..., Path], moving: np.ndarray
) -> None:
    film = tmp_path / "clips" / "slow.mp4"
    film.parent.mkdir()
    film.write_bytes(encode("slow.mp4", moving.repeat(2, axis=0)[:6]).read_bytes())

    carry_out(job(CLIPS, defaults=FEW), {"output.format": "frames"})

    frames = [path.read_bytes() for path in sorted((tmp_path / "out" / "slow--night").iterdir())]
    assert [frames[k] == frames[k + 1] for k in range(5)] == [True, False, True, False, True]


def test_a_second_pass_goes_back_over_each_shot_and_may_be_stopped_in_it(clip_job: Job, tmp_path: Path) -> None:
    twice = FEW.replace("video: {", "video: {passes: 2, end: 0.24, scene_cuts: [4], ")
    file = clip_job(defaults=twice)
    _, told = carry_out(file)
    output = tmp_path / "out" / "square--night.mp4"
    whole = output.read_bytes()
    progress = [event.progress for event in of_kind(told, events.ItemProgress)]
    # Two shots of four and two frames: the last frame of each is painted once.
    assert progress[-1].frames == 4 + 3 + 2 + 1

    for behind in (2, 5, 7, 9):
        assert stopped_behind(file, behind) == behind
    carry_out(file, force=True)

    assert output.read_bytes() == whole
    carry_out(file, {"video.passes": 1})
    assert output.read_bytes() != whole


def test_what_a_second_pass_needs_of_a_frame_comes_with_it_until_it_is_final(
    walk: Walk, tmp_path: Path, moving: np.ndarray
) -> None:
    planned = walk({"video.passes": 2, "video.scene_cuts": [3]}, moving[:4])
    job, settings = look_through(planned.item), planned.item.settings
    guides = read_guides(planned.item, planned.inputs)
    easel = Easel(guides.styles, settings, settings.video, Networks(torch.device("cpu")).network(settings))
    unfinished = UnfinishedClip(tmp_path / "work", {}, job.shots)
    first = unfinished.works[range(3)]
    assert state_of(first) is None

    seen = []
    for turn, painted, kept in painted_frames(job, job.turns, easel, unfinished):
        seen.append((turn.round, turn.number, None if kept is None else sorted(kept)))
        unfinished.works[turn.shot].commit(
            FrameEntry(turn.number, turn.round, {}), b"a picture", painted.state.arrays(), kept
        )

    both = ["levels", "underpainting"]
    assert seen == [(1, 0, both), (1, 1, both), (1, 2, None), (2, 1, None), (2, 0, None), (1, 3, None)]
    state = state_of(first)
    assert state is not None
    assert np.array_equal(state.frame, state.opening)  # it has gone back to where it began
    assert not [*(tmp_path / "work").rglob("kept/*")]
