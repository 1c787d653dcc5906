"""How steady a painted clip is, and what that has cost."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from stylepipe.video.flow import Picture
from stylepipe.video.measures import chained, sharpness_ratio, warp_error
from tests.video.moving import GROUND, HEIGHT, SIDE, WIDTH, frame, place_of_square, true_flow


def picture(number: int) -> Picture:
    return frame(number).astype(np.float32) / 255


def valid(number: int) -> np.ndarray:
    """Where the ground is seen in a frame and in the one before, a margin left for the kernel."""
    seen = np.zeros((HEIGHT, WIDTH), bool)
    seen[8:-8, 8:-8] = True
    for square in (place_of_square(number), place_of_square(number - 1)):
        rows, columns = square
        seen[rows.start - 8 : rows.stop + 8, max(0, columns.start - 8) : columns.stop + 8] = False
    return seen


def test_a_clip_that_only_moves_has_no_error() -> None:
    assert warp_error(picture(1), picture(0), true_flow(1), valid(1)) < 1e-8


def test_the_error_is_the_mean_square_of_a_channel() -> None:
    assert warp_error(picture(0), picture(0), np.zeros((HEIGHT, WIDTH, 2), np.float32), valid(1)) == 0
    grey = np.full((HEIGHT, WIDTH, 3), 0.5, np.float32)
    error = warp_error(grey + np.float32(0.1), grey, true_flow(1), valid(1))
    assert error == pytest.approx(0.01, rel=1e-4)


def test_what_is_not_valid_does_not_count() -> None:
    changed = picture(1)
    changed[place_of_square(1)] = 0
    assert warp_error(changed, picture(0), true_flow(1), valid(1)) < 1e-8
    assert np.isnan(warp_error(changed, picture(0), true_flow(1), np.zeros((HEIGHT, WIDTH), bool)))


def test_flow_over_two_steps_leads_two_frames_back() -> None:
    flow, holds = chained(true_flow(2), valid(2), true_flow(1), valid(1))
    np.testing.assert_allclose(flow[12:20, 12:20], np.broadcast_to([-2 * GROUND[0], -2 * GROUND[1]], (8, 8, 2)))
    assert warp_error(picture(2), picture(0), flow, holds) < 1e-8
    assert not holds[place_of_square(1)].any()
    assert holds.sum() > SIDE * SIDE


def test_the_ratio_of_sharpness_is_one_for_the_same_and_less_for_a_softer_picture() -> None:
    soft = np.asarray(cv2.GaussianBlur(picture(0), (0, 0), 1.5), np.float32)
    assert sharpness_ratio(picture(0), picture(0)) == 1
    assert sharpness_ratio(soft, picture(0)) < 0.5
