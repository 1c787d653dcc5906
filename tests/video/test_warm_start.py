"""What a frame is painted from, given the last painted one."""

from __future__ import annotations

import numpy as np
import pytest

from stylepipe.video.reliability import Reliability
from stylepipe.video.warm_start import in_colours_of, warm_start
from tests.video.moving import HEIGHT, WIDTH, frame, true_flow


def painted() -> np.ndarray:
    return (1 - frame(0).astype(np.float32) / 255) * np.array([0.5, 0.8, 0.2], np.float32)


def test_where_the_flow_holds_the_painting_is_brought_into_place() -> None:
    everywhere = np.ones((HEIGHT, WIDTH), np.float32)
    begun = warm_start(painted(), frame(1), true_flow(1), Reliability(everywhere, everywhere))
    np.testing.assert_allclose(begun.start[4:20, 4:20], painted()[3:19, 2:18], atol=1e-3)
    np.testing.assert_array_equal(begun.start, begun.warped)


def test_where_it_does_not_the_frame_fills_in_with_the_colours_of_the_painting() -> None:
    nowhere = np.zeros((HEIGHT, WIDTH), np.float32)
    begun = warm_start(painted(), frame(1), true_flow(1), Reliability(nowhere, nowhere))
    np.testing.assert_allclose(begun.start, in_colours_of(painted(), frame(1)))
    assert begun.trust.max() == 0


def test_colours_are_those_of_the_painting_in_mean_and_spread() -> None:
    moved = in_colours_of(painted(), frame(1))
    assert moved.mean((0, 1)) == pytest.approx(painted().mean((0, 1)), abs=0.02)
    assert moved.std((0, 1)) == pytest.approx(painted().std((0, 1)), abs=0.02)


def test_everything_stays_within_black_and_white_and_finite_on_flat_frames() -> None:
    flat = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    begun = warm_start(painted(), flat, true_flow(1), Reliability(*np.zeros((2, HEIGHT, WIDTH), np.float32)))
    assert np.isfinite(begun.start).all()
    assert begun.start.min() >= 0
    assert begun.start.max() <= 1
