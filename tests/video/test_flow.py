"""Optical flow between two frames, and pictures moved along it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from stylepipe.video import flow as flow_module
from stylepipe.video.flow import backward_flow, warp
from tests.video.moving import HEIGHT, WIDTH, frame, true_flow


def test_flow_points_to_where_things_were() -> None:
    apart = np.linalg.norm(backward_flow(frame(1), frame(0)) - true_flow(1), axis=-1)
    assert np.median(apart) < 0.1
    assert (apart < 1).mean() > 0.85


def test_the_earlier_frame_moved_along_the_flow_is_the_frame() -> None:
    moved = warp(frame(0).astype(np.float32) / 255, backward_flow(frame(1), frame(0)))
    assert np.median(np.abs(moved - frame(1) / 255)) < 0.02


def test_large_frames_are_searched_at_half_their_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow_module, "LARGEST", 100)
    found = backward_flow(frame(1), frame(0))
    assert found.shape == (HEIGHT, WIDTH, 2)
    assert np.median(np.linalg.norm(found - true_flow(1), axis=-1)) < 0.3


@pytest.mark.parametrize("size", [(1, 1), (7, 200), (33, 20)])
def test_frames_of_any_size_have_a_flow(size: tuple[int, int]) -> None:
    still = cv2.resize(frame(0), size[::-1])
    found = backward_flow(still, still)
    assert found.shape == (*size, 2)
    assert np.abs(found).max() < 0.5


def test_a_warp_by_whole_pixels_moves_pixels_and_continues_the_border() -> None:
    picture = np.arange(20, dtype=np.float32).reshape(4, 5)
    to_the_left = np.zeros((4, 5, 2), np.float32)
    to_the_left[..., 0] = 1
    np.testing.assert_allclose(warp(picture, to_the_left), picture[:, [1, 2, 3, 4, 4]], atol=1e-4)


def test_fine_detail_survives_ten_warps_that_a_linear_one_would_blur_away() -> None:
    picture = np.random.default_rng(0).random((64, 64)).astype(np.float32)
    half = np.full((64, 64, 2), 0.5, np.float32)
    fine, soft = picture, picture
    for step in range(10):
        there = half if step % 2 == 0 else -half
        fine, soft = warp(fine, there), warp(soft, there, soft=True)
    inside = (slice(16, -16), slice(16, -16))
    assert fine[inside].std() > 3 * soft[inside].std()
