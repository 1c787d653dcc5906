"""The frames of one shot, each painted from the last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from stylepipe.engine import artworks
from stylepipe.engine.network import FeatureNetwork
from stylepipe.engine.regions import Style
from stylepipe.engine.style_memory import StyleMemory
from stylepipe.engine.stylize import recoloured, stylize
from stylepipe.spec.settings import Settings
from stylepipe.spec.video import VideoSettings
from stylepipe.video import shot
from stylepipe.video.measures import warp_error
from stylepipe.video.motion import motion_between
from stylepipe.video.preparation import ShotFrame, prepare_shot
from stylepipe.video.shot import Easel, PaintedFrame, paint_shot
from stylepipe.video.shot_state import ShotState
from tests.engine.conftest import scene
from tests.video.moving import HEIGHT, WIDTH, frame, true_flow

SETTINGS = Settings(size="original", iterations=(6, 3), pyramid=96, octaves=1)
NOTHING_LIKE_IT = np.ascontiguousarray(255 - frame(0)[::-1, ::-1])


def easel(network: FeatureNetwork, video: VideoSettings | None = None, **changed: object) -> Easel:
    settings = SETTINGS.model_copy(update=changed)
    return Easel([Style(scene(60, 60, 3))], settings, video or VideoSettings(frame_iterations=4), network)


def tensor(pixels: NDArray[np.uint8]) -> Tensor:
    return torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255


def paint(on: Easel, *frames: ShotFrame | NDArray[np.uint8], state: ShotState | None = None) -> list[PaintedFrame]:
    given = (one if isinstance(one, ShotFrame) else ShotFrame(one) for one in frames)
    return list(paint_shot(prepare_shot(given, on.settings, on.video, state), on, state))


def alone(on: Easel, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    return stylize(tensor(pixels), on.styles, on.settings, on.network).picture[0].permute(1, 2, 0).numpy()


def test_the_first_frame_is_painted_as_a_picture_is(tiny_network: FeatureNetwork) -> None:
    on = easel(tiny_network)
    (first,) = paint(on, frame(0))
    np.testing.assert_array_equal(first.picture, alone(on, frame(0)))
    assert first.picture.dtype == np.float32
    assert (first.facts.start, first.facts.iterations) == ("anew", 9)


def test_later_frames_start_from_the_last_and_take_few_steps(tiny_network: FeatureNetwork) -> None:
    _, second, third = paint(easel(tiny_network), *map(frame, range(3)))
    for painted in (second, third):
        assert (painted.facts.start, painted.facts.iterations) == ("flow", 4)
        assert 0.5 < painted.facts.trusted < 1
        assert painted.facts.losses is not None
        assert painted.facts.losses.temporal > 0
    assert second.state.unit is not None
    assert second.state.unit == third.state.unit


def test_a_frame_that_starts_from_the_last_says_how_far_it_is_from_it(tiny_network: FeatureNetwork) -> None:
    first, second, repeated = paint(easel(tiny_network), frame(0), frame(1), ShotFrame(frame(1), repeats=True))
    assert first.facts.warp_error is None
    assert repeated.facts.warp_error is None
    motion = motion_between(frame(0), frame(1))
    expected = warp_error(second.picture, first.picture, motion.flow, motion.reliable.steady > 0.5)
    assert second.facts.warp_error == pytest.approx(expected, rel=1e-5)


def test_a_frame_ends_before_its_steps_when_they_gain_too_little(tiny_network: FeatureNetwork) -> None:
    def steps(tolerance: float) -> list[int]:
        video = VideoSettings(frame_iterations=40, frame_tolerance=tolerance)
        return [painted.facts.iterations for painted in paint(easel(tiny_network, video), *map(frame, range(3)))]

    assert steps(0.0) == [9, 40, 40]
    first, *later = steps(0.3)
    assert first == 9
    assert all(11 <= few < 40 for few in later)


def test_without_warm_start_each_frame_is_a_picture_of_its_own(tiny_network: FeatureNetwork) -> None:
    on = easel(tiny_network, VideoSettings(warm_start="none"))
    _, second = paint(on, frame(0), frame(1))
    np.testing.assert_array_equal(second.picture, alone(on, frame(1)))


def test_the_previous_painting_as_it_stands_is_a_start_without_a_hold(tiny_network: FeatureNetwork) -> None:
    on = easel(tiny_network, VideoSettings(warm_start="previous", frame_iterations=2))
    first, second = paint(on, frame(0), frame(1))
    settings = on.settings.model_copy(update={"pyramid": False, "iterations": (2,)})
    start = torch.from_numpy(first.state.underpainting).permute(2, 0, 1)[None]
    expected = stylize(tensor(frame(1)), on.styles, settings, tiny_network, init=start).picture
    np.testing.assert_array_equal(second.picture, expected[0].permute(1, 2, 0))
    assert (second.facts.start, second.facts.trusted) == ("previous", 0)


def test_a_weight_of_zero_holds_nothing(tiny_network: FeatureNetwork) -> None:
    _, second = paint(easel(tiny_network, VideoSettings(temporal_weight=0.0)), frame(0), frame(1))
    assert second.facts.start == "flow"
    assert second.facts.trusted == 0
    assert second.facts.losses is not None
    assert second.facts.losses.temporal == 0


def test_paint_sticks_to_things_as_they_move(lite: FeatureNetwork) -> None:
    everywhere = np.zeros((HEIGHT, WIDTH), bool)
    everywhere[8:-8, 8:48] = True
    apart = {}
    for name, video in {
        "previous": VideoSettings(warm_start="previous", frame_iterations=8),
        "flow": VideoSettings(temporal_weight=0.0, frame_iterations=8),
        "held": VideoSettings(frame_iterations=8),
    }.items():
        first, second = paint(easel(lite, video, iterations=(12,)), frame(0), frame(1))
        apart[name] = warp_error(second.picture, first.picture, true_flow(1), everywhere)
    assert apart["held"] < 0.5 * apart["flow"]
    assert apart["flow"] < 0.35 * apart["previous"]


def test_what_comes_into_view_is_held_only_when_it_has_been_painted_for_a_while(tiny_network: FeatureNetwork) -> None:
    painted = paint(easel(tiny_network), *map(frame, range(4)))
    ripeness = [one.state.ripeness[4:24] for one in painted]  # above the square, where the ground comes in at the left
    assert ripeness[0].min() == 1
    assert min(one[:, 16:-16].mean() for one in ripeness) > 0.98
    assert ripeness[3][:, 0].max() < 0.5
    assert ripeness[3][:, 0].max() < ripeness[3][:, 3].mean() < ripeness[3][:, 12].mean()


def test_a_frame_equal_to_the_last_is_painted_as_the_last_was_to_the_bit(tiny_network: FeatureNetwork) -> None:
    first, same, _ = paint(easel(tiny_network), frame(0), ShotFrame(frame(0), repeats=True), frame(1))
    np.testing.assert_array_equal(same.picture, first.picture)
    assert (same.facts.start, same.facts.iterations, same.facts.losses) == ("repeated", 0, None)


def test_behind_a_flash_the_shot_goes_on_as_if_it_had_not_been(tiny_network: FeatureNetwork) -> None:
    on = easel(tiny_network)
    white = np.full_like(frame(0), 250)
    _, flash, again, behind = paint(
        on, frame(0), ShotFrame(white, flash=True), ShotFrame(white, repeats=True, flash=True), frame(1)
    )
    _, undisturbed = paint(on, frame(0), frame(1))
    np.testing.assert_array_equal(flash.picture, alone(on, white))
    np.testing.assert_array_equal(again.picture, flash.picture)
    assert flash.facts.trusted == 0
    np.testing.assert_array_equal(behind.picture, undisturbed.picture)


def test_a_cut_that_nobody_has_seen_begins_a_shot(tiny_network: FeatureNetwork) -> None:
    on = easel(tiny_network)
    _, second = paint(on, frame(0), NOTHING_LIKE_IT)
    assert second.facts.start == "anew"
    np.testing.assert_array_equal(second.picture, alone(on, NOTHING_LIKE_IT))
    np.testing.assert_array_equal(second.state.opening, NOTHING_LIKE_IT)


@pytest.mark.parametrize(
    ("warm_start", "optimizer"), [("flow", "lbfgs"), ("flow", "adam"), ("previous", "lbfgs"), ("none", "lbfgs")]
)
def test_going_on_from_a_kept_state_gives_the_same_frames_to_the_bit(
    tiny_network: FeatureNetwork, tmp_path: Path, warm_start: str, optimizer: str
) -> None:
    video = VideoSettings(warm_start=warm_start, frame_iterations=3)
    on = easel(tiny_network, video, preserve_color="luminance", optimizer=optimizer)
    in_one_go = paint(on, *map(frame, range(4)))
    for done in (1, 2):
        np.savez(tmp_path / "state.npz", **in_one_go[done - 1].state.arrays())
        with np.load(tmp_path / "state.npz") as kept:
            state = ShotState.from_arrays(kept)
        for ours, theirs in zip(paint(on, *map(frame, range(done, 4)), state=state), in_one_go[done:], strict=True):
            np.testing.assert_array_equal(ours.picture, theirs.picture)
            assert ours.facts == theirs.facts


def test_artworks_take_the_colours_of_the_shots_first_frame_in_all_its_frames(tiny_network: FeatureNetwork) -> None:
    on = easel(tiny_network, VideoSettings(warm_start="none"), preserve_color="match")
    dark = frame(1) // 2
    _, second = paint(on, frame(0), dark)
    as_first = replace(
        on,
        styles=recoloured(on.styles, tensor(frame(0)), on.settings),
        settings=on.settings.model_copy(update={"preserve_color": "none"}),
    )
    np.testing.assert_array_equal(second.picture, alone(as_first, dark))


def test_the_artworks_of_a_shot_are_recoloured_and_measured_once(
    tiny_network: FeatureNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    on, openings, measured = easel(tiny_network, preserve_color="match"), list[Tensor](), list[Tensor]()
    recolour, measure = shot.recoloured, artworks.second_moment_and_mean

    def recolouring(styles: Sequence[Style], content: Tensor, settings: Settings) -> list[Style]:
        openings.append(content)
        return recolour(styles, content, settings)

    def measuring(features: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
        measured.append(features)
        return measure(features, mask=mask)

    monkeypatch.setattr(shot, "recoloured", recolouring)
    monkeypatch.setattr(artworks, "second_moment_and_mean", measuring)
    first = paint(on, *map(frame, range(2)))
    count = len(measured)
    rest = paint(on, *map(frame, range(2, 4)), state=first[-1].state)
    assert (len(openings), len(measured)) == (1, count)
    paint(on, frame(0) // 2, frame(1) // 2)
    assert len(openings) == 2
    for ours, theirs in zip([*first, *rest], paint(replace(on), *map(frame, range(4))), strict=True):
        np.testing.assert_array_equal(ours.picture, theirs.picture)


def test_all_frames_share_what_was_measured_of_their_artworks(tiny_network: FeatureNetwork) -> None:
    on = easel(tiny_network)
    remembering = paint(on, *map(frame, range(3)))
    assert on.style_memory.bytes > 0

    unnamed = replace(on, memory=StyleMemory())
    forgetful = paint(unnamed, *map(frame, range(3)))
    assert unnamed.style_memory.bytes == 0
    for ours, theirs in zip(remembering, forgetful, strict=True):
        np.testing.assert_array_equal(ours.picture, theirs.picture)
        assert ours.facts == theirs.facts

    named = replace(unnamed, styles=[replace(on.styles[0], key="night")])
    paint(named, frame(0))
    assert unnamed.style_memory.bytes > 0


def test_an_easel_with_other_styles_remembers_nothing_of_the_first(tiny_network: FeatureNetwork) -> None:
    on = easel(tiny_network)
    paint(on, frame(0))
    other = replace(on, styles=[Style(scene(60, 60, 8))])
    (painted,) = paint(other, frame(0))
    np.testing.assert_array_equal(painted.picture, alone(other, frame(0)))


@pytest.mark.parametrize(("size", "expected"), [(64, (48, 64)), (150, (112, 150))])
def test_frames_are_painted_at_the_size_that_is_asked_for(
    tiny_network: FeatureNetwork, size: int, expected: tuple[int, int]
) -> None:
    for painted in paint(easel(tiny_network, size=size, pyramid=False, iterations=(2,)), frame(0), frame(1)):
        assert painted.picture.shape == (*expected, 3)
        assert painted.picture.min() >= 0
        assert painted.picture.max() <= 1


def test_unpainted_ground_stays_the_frame_and_is_not_carried_along(tiny_network: FeatureNetwork) -> None:
    ground = torch.zeros(1, 1, HEIGHT, WIDTH)
    ground[..., : WIDTH // 2] = 1
    on = replace(easel(tiny_network), ground=ground)
    for number, painted in enumerate(paint(on, frame(0), frame(1))):
        np.testing.assert_allclose(painted.picture[:, WIDTH // 2 :], frame(number)[:, WIDTH // 2 :] / 255, atol=1e-6)
        assert np.abs(painted.picture[:, : WIDTH // 2] - frame(number)[:, : WIDTH // 2] / 255).max() > 0.01


def test_frames_may_be_read_only_and_lie_in_memory_as_they_like(tiny_network: FeatureNetwork) -> None:
    on = easel(tiny_network)
    frames = [frame(0), frame(1)]
    others = [np.asfortranarray(one) for one in frames]
    for one in others:
        one.flags.writeable = False
    for ours, theirs in zip(paint(on, *others), paint(on, *frames), strict=True):
        np.testing.assert_array_equal(ours.picture, theirs.picture)


def test_every_step_of_every_frame_is_told(tiny_network: FeatureNetwork) -> None:
    steps: list[int] = []
    on = replace(easel(tiny_network), on_step=lambda step: steps.append(step.scale_iteration))
    paint(on, frame(0), frame(1))
    assert steps == [1, 2, 3, 4, 5, 6, 1, 2, 3, 1, 2, 3, 4]


def test_a_frame_that_has_drifted_gets_more_steps_and_its_colours_are_led_back(tiny_network: FeatureNetwork) -> None:
    on = easel(tiny_network)
    (first,) = paint(on, frame(0))
    faded = replace(first.state, underpainting=cv2.GaussianBlur(first.state.underpainting, (0, 0), 3) * 0.5 + 0.5)
    (second,) = paint(on, frame(1), state=faded)
    assert second.facts.drifted
    assert second.facts.iterations == 14
