from __future__ import annotations

from pathlib import Path

import cv2
import imageio_ffmpeg
import numpy as np
import pytest
from clip_flow import ClipFlow
from numpy.typing import NDArray

CLIP = Path(__file__).parents[2] / "samples" / "clips" / "harbour.mp4"
LOOKED_AT = (1, 24, 47, 71, 73, 95)


@pytest.fixture(scope="module")
def frames() -> NDArray[np.uint8]:
    reader = imageio_ffmpeg.read_frames(str(CLIP))
    width, height = next(reader)["size"]
    return np.stack([np.frombuffer(frame, np.uint8).reshape(height, width, 3) for frame in reader])


@pytest.fixture(scope="module")
def motion() -> ClipFlow:
    return ClipFlow(CLIP.with_name("harbour_flow.npz"))


def test_every_frame_has_a_flow_and_most_of_it_is_valid_except_at_cuts(
    frames: NDArray[np.uint8], motion: ClipFlow
) -> None:
    assert len(motion) == len(frames) == 96
    for number in range(len(motion)):
        flow, valid = motion[number]
        assert flow.shape == (*frames.shape[1:3], 2)
        assert valid.mean() == 0 if number in motion.cuts else valid.mean() > 0.5


@pytest.mark.parametrize("number", LOOKED_AT)
def test_the_frame_before_warped_by_the_flow_is_the_frame_where_it_is_valid(
    number: int, frames: NDArray[np.uint8], motion: ClipFlow
) -> None:
    flow, valid = motion[number]
    row, column = np.indices(valid.shape, dtype=np.float32)
    warped = cv2.remap(frames[number - 1], column + flow[..., 0], row + flow[..., 1], cv2.INTER_LINEAR)
    assert np.abs(warped / 255 - frames[number] / 255)[valid].mean() < 0.01


@pytest.mark.parametrize("number", LOOKED_AT)
def test_an_estimated_flow_agrees_with_it_to_half_a_pixel(
    number: int, frames: NDArray[np.uint8], motion: ClipFlow
) -> None:
    flow, valid = motion[number]
    now, before = (cv2.cvtColor(frames[i], cv2.COLOR_RGB2GRAY) for i in (number, number - 1))
    estimated = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM).calc(now, before, None)
    assert np.median(np.linalg.norm(estimated - flow, axis=-1)[valid]) < 0.5
