"""Fades: the same things, darker or lighter."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from stylepipe.engine.network import FeatureNetwork
from stylepipe.video.fades import faded_like
from stylepipe.video.flow import Frame
from stylepipe.video.motion import motion_between
from stylepipe.video.shot import LEAST_SEEN
from tests.video.moving import frame
from tests.video.test_shot import NOTHING_LIKE_IT, easel, paint

BLACK, WHITE, ORANGE = (0, 0, 0), (255, 255, 255), (240, 140, 20)


def towards(colour: tuple[int, int, int], share: float, pixels: Frame) -> Frame:
    mixed: NDArray[np.float32] = (1 - share) * pixels + share * np.array(colour, np.float32)
    return np.rint(mixed).astype(np.uint8)


@pytest.mark.parametrize("colour", [BLACK, WHITE, ORANGE])
def test_a_faded_frame_is_met_by_the_one_before_faded_as_far(colour: tuple[int, int, int]) -> None:
    now = towards(colour, 0.25, frame(0))
    assert np.abs(faded_like(frame(0), now).astype(float) - now).mean() < 2
    assert np.abs(faded_like(now, frame(0)).astype(float) - frame(0)).mean() < 2


def test_frames_of_one_brightness_stay_as_they_are() -> None:
    before = frame(0)
    assert faded_like(before, frame(1)) is before


@pytest.mark.parametrize("share", [0.7, 0.98, 1.0])
def test_a_cut_to_black_is_no_fade(share: float) -> None:
    before = frame(0)
    assert faded_like(before, towards(BLACK, share, before)) is before


def test_what_moves_in_a_fade_is_followed_as_well_as_in_full_light() -> None:
    in_light = motion_between(frame(0), frame(1))
    faded = motion_between(towards(BLACK, 0.3, frame(0)), towards(BLACK, 0.5, frame(1)))
    assert np.median(np.linalg.norm(faded.flow - in_light.flow, axis=-1)) < 0.1
    assert faded.reliable.steady.mean() > 0.9 * in_light.reliable.steady.mean()


@pytest.mark.parametrize("colour", [BLACK, WHITE])
def test_no_frame_of_a_fade_is_painted_anew(tiny_network: FeatureNetwork, colour: tuple[int, int, int]) -> None:
    fade = [towards(colour, 0.22 * number, frame(number)) for number in range(4)]
    _, *later = paint(easel(tiny_network), *fade)
    assert [one.facts.start for one in later] == ["flow"] * 3
    assert min(one.facts.trusted for one in later) > 0.4


@pytest.mark.parametrize("lift", [-60, 0, 40])
def test_a_cut_is_still_a_cut_be_the_scene_behind_it_darker_or_lighter(lift: int) -> None:
    behind = cv2.add(NOTHING_LIKE_IT, (lift, lift, lift, 0))
    motion = motion_between(frame(0), np.asarray(behind, np.uint8))
    assert motion.reliable.seen.mean() < LEAST_SEEN
