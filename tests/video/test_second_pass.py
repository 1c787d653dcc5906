"""Going through a painted shot once more, backwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from stylepipe.engine.network import FeatureNetwork
from stylepipe.spec.video import VideoSettings
from stylepipe.video.flow import Frame
from stylepipe.video.measures import warp_error
from stylepipe.video.preparation import ShotFrame, prepare_shot
from stylepipe.video.second_pass import repaint_shot
from stylepipe.video.shot import Easel, PaintedFrame
from stylepipe.video.shot_state import ShotState
from tests.video.moving import HEIGHT, WIDTH, frame, true_flow
from tests.video.test_shot import NOTHING_LIKE_IT, easel, paint

WHITE = np.full_like(frame(0), 250)


def backwards(frames: Sequence[ShotFrame]) -> list[ShotFrame]:
    """The frames from the last but one to the first; each repeats where the one behind it repeats it."""
    return [replace(one, repeats=behind.repeats) for one, behind in zip(frames[-2::-1], frames[:0:-1], strict=True)]


def repaint(
    on: Easel, frames: Sequence[ShotFrame], painted: Sequence[PaintedFrame], state: ShotState | None = None
) -> list[PaintedFrame]:
    """Go on behind the state, or behind the last frame; the frames and paintings are of the first pass, in order."""
    state = state or painted[-1].state
    prepared = prepare_shot(backwards(frames), on.settings, on.video, state)
    underpaintings = [one.underpainting for one in painted[-2::-1]]
    return list(repaint_shot(zip(prepared, underpaintings, strict=True), on, state))


def twice(on: Easel, *frames: ShotFrame | Frame) -> tuple[list[PaintedFrame], list[PaintedFrame]]:
    """Both passes, in the order of the clip; the last frame has only one."""
    given = [one if isinstance(one, ShotFrame) else ShotFrame(one) for one in frames]
    first = paint(on, *given)
    return first, [*reversed(repaint(on, given, first)), first[-1]]


def test_all_frames_but_the_last_are_painted_once_more_and_held_to_the_one_behind(tiny_network: FeatureNetwork) -> None:
    first, second = twice(easel(tiny_network), *map(frame, range(3)))
    for once, again in zip(first[:-1], second[:-1], strict=True):
        assert (again.facts.start, again.facts.iterations) == ("flow", 4)
        assert again.facts.trusted > 0.5
        assert again.facts.warp_error is not None
        assert np.abs(again.picture - once.picture).max() > 0
        assert again.state.unit == first[-1].state.unit


def test_a_second_pass_makes_a_clip_steadier(lite: FeatureNetwork) -> None:
    ground = np.zeros((HEIGHT, WIDTH), bool)
    ground[8:-8, 8:48] = True
    on = easel(lite, VideoSettings(frame_iterations=8, temporal_weight=0.2), iterations=(12,))
    first, second = twice(on, *map(frame, range(3)))
    errors = [
        sum(warp_error(b.picture, a.picture, true_flow(1), ground) for a, b in pairwise(p)) for p in (first, second)
    ]
    assert errors[1] < 0.8 * errors[0]


def test_a_flash_stays_as_it_was_and_does_not_disturb_the_others(tiny_network: FeatureNetwork) -> None:
    on = easel(tiny_network)
    flash = ShotFrame(WHITE, flash=True)
    first, second = twice(on, frame(0), flash, replace(flash, repeats=True), frame(1))
    for number in (1, 2):
        np.testing.assert_array_equal(second[number].picture, first[number].picture)
    _, undisturbed = twice(on, frame(0), frame(1))
    np.testing.assert_array_equal(second[0].picture, undisturbed[0].picture)


def test_frames_that_are_equal_are_painted_equal(tiny_network: FeatureNetwork) -> None:
    same = ShotFrame(frame(1), repeats=True)
    _, second = twice(easel(tiny_network), frame(0), frame(1), same, frame(2), ShotFrame(frame(2), repeats=True))
    np.testing.assert_array_equal(second[1].picture, second[2].picture)
    np.testing.assert_array_equal(second[3].picture, second[4].picture)
    assert second[1].facts.start == "repeated"
    assert second[0].facts.start == second[2].facts.start == "flow"


def test_nothing_is_carried_back_over_a_cut_that_nobody_has_seen(tiny_network: FeatureNetwork) -> None:
    on = easel(tiny_network)
    first, second = twice(on, frame(0), NOTHING_LIKE_IT)
    assert second[0].facts.trusted == 0
    assert second[0].facts.warp_error is None
    np.testing.assert_allclose(second[0].picture, first[0].picture, atol=0.2)


def test_going_on_from_a_kept_state_gives_the_same_frames_to_the_bit(
    tiny_network: FeatureNetwork, tmp_path: Path
) -> None:
    on = easel(tiny_network, preserve_color="luminance")
    frames = [ShotFrame(frame(number)) for number in range(4)]
    first = paint(on, *frames)
    in_one_go = repaint(on, frames, first)
    np.savez(tmp_path / "state.npz", **in_one_go[0].state.arrays())
    with np.load(tmp_path / "state.npz") as kept:
        state = ShotState.from_arrays(kept)
    # Frame 2 has been done: what is left to paint is before it.
    for ours, theirs in zip(repaint(on, frames[:3], first[:3], state), in_one_go[1:], strict=True):
        np.testing.assert_array_equal(ours.picture, theirs.picture)
        assert ours.facts == theirs.facts


def test_without_a_hold_the_frame_behind_is_still_half_of_the_start(tiny_network: FeatureNetwork) -> None:
    held = easel(tiny_network, VideoSettings(frame_iterations=1))
    free = replace(held, video=VideoSettings(temporal_weight=0.0, frame_iterations=1))
    frames = [ShotFrame(frame(0)), ShotFrame(frame(1))]
    first = paint(held, *frames)
    (loose,), (tight,) = (repaint(on, frames, first) for on in (free, held))
    assert (loose.facts.trusted, tight.facts.trusted > 0.5) == (0, True)
    assert np.abs(loose.picture - first[0].picture).mean() > 0
