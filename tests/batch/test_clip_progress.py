"""How far a clip is: frames count by what they cost, and the shots of several painters add up."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import pytest

from stylepipe.batch import clip_progress, events
from stylepipe.batch.clip_job import ClipJob, Turn, look_through
from stylepipe.batch.clip_progress import ClipProgress
from stylepipe.batch.events import Progress
from stylepipe.engine.losses import LossValues
from stylepipe.engine.painting import Step
from stylepipe.engine.pyramid import Scale
from stylepipe.errors import ItemTimeoutError

from .conftest import Job, Walk, carry_out, of_kind

FIRST, LATER = 6, 2
"""Iterations of a shot's first frame and of the others."""
WHOLE = 3 * FIRST + 9 * LATER


@pytest.fixture
def looked(walk: Walk) -> ClipJob:
    """Look through twelve frames in shots of four, six and two, of which the first frames take longer."""
    return look_through(walk({"video.scene_cuts": [4, 10], "iterations": FIRST}).item)


def follow(job: ClipJob, turns: Sequence[Turn], left: Sequence[Turn]) -> tuple[ClipProgress, list[Progress]]:
    told: list[Progress] = []
    return ClipProgress(job, time.monotonic(), told.append, turns, left), told


def step(iteration: int, of: int) -> Step:
    def unasked() -> None:
        raise AssertionError("a look at the time asks for no picture")

    losses = LossValues(0.5, 0.2, 0.3, 0.0)
    return Step(iteration, iteration, Scale(32, 48, of), 1, 1, losses, unasked, unasked)  # type: ignore[arg-type]


def paint(progress: ClipProgress, turns: Sequence[Turn]) -> None:
    for turn in turns:
        progress(step(1, FIRST if turn.number == turn.shot.start else LATER))
        progress.frame_done()


def costs(job: ClipJob) -> list[float]:
    """Give by how much each turn's end moves the share of the work, counted in iterations."""
    progress, told = follow(job, job.turns, job.turns)
    paint(progress, job.turns)
    shares = [0.0, *(one.share for one in told if one.may_stop)]
    return [round((after - before) / shares[1] * FIRST, 6) for before, after in pairwise(shares)]


def test_progress_counts_frames_and_a_run_may_stop_only_between_them(clip_job: Job) -> None:
    _, told = carry_out(clip_job())

    progress = [event.progress for event in of_kind(told, events.ItemProgress)]
    assert {p.frames for p in progress} == {12}
    assert [p.frame for p in progress if p.may_stop] == list(range(1, 13))
    assert [p.share for p in progress] == sorted(p.share for p in progress)
    assert progress[-1].share == pytest.approx(1)


def test_a_shots_first_frame_counts_for_as_much_as_it_takes(looked: ClipJob) -> None:
    progress, told = follow(looked, looked.turns, looked.turns)
    progress(step(3, FIRST))
    assert told[-1].share == pytest.approx(3 / WHOLE)
    assert (told[-1].frame, told[-1].frames, told[-1].iterations, told[-1].may_stop) == (1, 12, FIRST, False)
    progress.frame_done()
    assert told[-1].share == pytest.approx(FIRST / WHOLE)
    progress(step(1, LATER))
    assert told[-1].share == pytest.approx((FIRST + 1) / WHOLE)
    assert (told[-1].frame, told[-1].iterations) == (2, LATER)


def test_a_frame_that_repeats_costs_nothing_and_a_flash_is_painted_as_a_picture(looked: ClipJob) -> None:
    seen = replace(looked.clip.prescan, duplicates=(2,), flashes=(6,))
    job = replace(looked, clip=replace(looked.clip, prescan=seen))
    assert costs(job) == [6, 2, 0, 2, 6, 2, 6, 2, 2, 2, 6, 2]


def test_a_second_pass_repeats_the_frame_behind_and_leaves_flashes_alone(looked: ClipJob) -> None:
    video = looked.item.settings.video.model_copy(update={"passes": 2})
    item = replace(looked.item, settings=looked.item.settings.model_copy(update={"video": video}))
    seen = replace(looked.clip.prescan, duplicates=(2,), flashes=(6,))
    job = replace(looked, item=item, clip=replace(looked.clip, prescan=seen))
    forwards, backwards = [6, 2, 0, 2, 6, 2, 6, 2, 2, 2, 6, 2], {3: 2, 2: 2, 1: 0, 0: 2, 8: 2, 7: 2, 6: 0, 5: 2, 4: 2}
    wished = [forwards[turn.number] if turn.round == 1 else backwards.get(turn.number, 2) for turn in job.turns]
    assert costs(job) == wished


def test_the_shots_of_several_painters_add_up_to_the_whole(looked: ClipJob) -> None:
    last = []
    for shot in looked.shots[:2]:
        turns = [*looked.turns_of(shot)]
        progress, told = follow(looked, turns, turns)
        paint(progress, turns)
        last.append(told[-1])
    progress, told = follow(looked, [*looked.turns_of(looked.shots[2])], [])
    progress.nothing_left()  # an earlier run has painted it
    last.append(told[-1])
    assert sum(one.share for one in last) == pytest.approx(1)
    assert [(one.frame, one.frames) for one in last] == [(4, 12), (6, 12), (2, 12)]


def test_what_an_earlier_run_has_painted_is_behind_it_already(looked: ClipJob) -> None:
    progress, told = follow(looked, looked.turns, looked.turns[5:])
    progress(step(1, LATER))
    assert told[-1].frame == 6
    assert told[-1].share == pytest.approx((FIRST + 3 * LATER + FIRST + 1) / WHOLE)


def test_nothing_is_told_before_the_first_step(looked: ClipJob) -> None:
    progress, told = follow(looked, looked.turns, looked.turns)
    progress.frame_done()  # it repeats what an earlier run has painted
    assert told == []
    progress(step(1, LATER))
    assert told[-1].frame == 2


def test_the_pace_is_that_of_the_last_frames_and_unknown_before_the_first(
    looked: ClipJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock: Iterator[float] = iter([0.0, 100.0, *range(103, 130, 3)])
    monkeypatch.setattr(clip_progress, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    progress, told = follow(looked, looked.turns, looked.turns)
    paint(progress, looked.turns[:1])
    assert [one.frame_seconds for one in told] == [None, 100]  # the first, with all that was loaded for it
    paint(progress, looked.turns[1:9])
    assert told[-1].frame_seconds == 3


def test_a_timeout_names_the_frame_of_the_clip_and_not_of_the_shot(looked: ClipJob) -> None:
    item = replace(looked.item, settings=looked.item.settings.model_copy(update={"timeout": 5.0}))
    job, turns = replace(looked, item=item), [*looked.turns_of(range(4, 10))]
    progress = ClipProgress(job, time.monotonic() - 6, lambda _: None, turns, turns)
    with pytest.raises(ItemTimeoutError, match="walk--night: stopped at frame 5 of 12, after its timeout of 5 s;"):
        progress(step(1, FIRST))
