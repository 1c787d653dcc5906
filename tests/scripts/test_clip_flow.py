"""The clip and its flow, measured on the film as it is committed, so with the noise of its compression."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import cv2
import imageio_ffmpeg
import numpy as np
import pytest
from clip_flow import ClipFlow
from numpy.typing import NDArray

CLIP = Path(__file__).parents[2] / "samples" / "clips" / "harbour.mp4"
CUT, FRAMES = 72, 96
# One pair in the pan, where it is fastest, where it ends, in the dolly, and in the second shot.
PAIRED = (2, 20, 44, 71, 73, 95)
# The least standard deviation of 9 by 9 grey levels (of 255) that an estimate of flow can hold on to.
TEXTURED = 4


def decoded(*options: str) -> tuple[bytes, str]:
    """Raw samples of the clip, and what ffmpeg says of it."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-i", str(CLIP), *options, "-"]
    done = subprocess.run(command, capture_output=True, check=True)
    return done.stdout, done.stderr.decode()


@pytest.fixture(scope="module")
def frames() -> NDArray[np.uint8]:
    return np.frombuffer(decoded("-f", "rawvideo", "-pix_fmt", "rgb24")[0], np.uint8).reshape(-1, 360, 640, 3)


@pytest.fixture(scope="module")
def motion() -> ClipFlow:
    return ClipFlow()


def textured(grey: NDArray[np.uint8]) -> NDArray[np.bool_]:
    mean, squares = (cv2.blur(grey.astype(np.float64) ** power, (9, 9)) for power in (1, 2))
    return squares - mean**2 > TEXTURED**2


def test_the_clip_is_four_seconds_of_24_frames_with_sound(frames: NDArray[np.uint8]) -> None:
    assert len(frames) == FRAMES
    samples, told = decoded("-f", "s16le")
    assert re.search(r"Video: h264 .*yuv420p.* 640x360.* 24 fps", told)
    assert re.search(r"Audio: aac .* 48000 Hz, stereo", told)
    sound = np.frombuffer(samples, "<i2").reshape(-1, 2) / 32768
    assert abs(len(sound) / 48000 - 4) < 0.05
    assert 0.02 < sound.std() < 0.3
    assert np.abs(sound).max() < 0.95


def test_frames_have_a_flow_and_most_of_it_is_valid_except_at_cuts(motion: ClipFlow) -> None:
    assert len(motion) == FRAMES
    assert motion.cuts == {0, CUT}
    for number in range(0, FRAMES, 3):
        flow, valid = motion[number]
        assert flow.shape == (360, 640, 2)
        assert np.isfinite(flow).all()
        assert valid.mean() == 0 if number in motion.cuts else valid.mean() > 0.6


def test_the_first_shot_moves_by_pixels_and_its_boats_otherwise_than_the_town(motion: ClipFlow) -> None:
    flow, valid = motion[20]
    assert np.linalg.norm(flow, axis=-1)[valid].mean() > 3
    flow, valid = motion[66]
    assert np.ptp(flow[valid][:, 0]) > 3


@pytest.mark.parametrize("number", PAIRED)
def test_the_frame_before_warped_by_the_flow_is_the_frame_where_it_is_valid(
    number: int, frames: NDArray[np.uint8], motion: ClipFlow
) -> None:
    flow, valid = motion[number]
    row, column = np.indices(valid.shape, dtype=np.float32)
    warped = cv2.remap(frames[number - 1], column + flow[..., 0], row + flow[..., 1], cv2.INTER_CUBIC)
    assert np.abs(warped / 255 - frames[number] / 255)[valid].mean() < 0.01


@pytest.mark.parametrize("number", PAIRED)
def test_an_estimated_flow_agrees_with_it_to_a_pixel_where_there_is_texture(
    number: int, frames: NDArray[np.uint8], motion: ClipFlow
) -> None:
    flow, valid = motion[number]
    now, before = (cv2.cvtColor(frames[i], cv2.COLOR_RGB2GRAY) for i in (number, number - 1))
    estimated = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM).calc(now, before, None)
    apart = np.linalg.norm(estimated - flow, axis=-1)[valid & textured(now)]
    assert np.median(apart) < 0.25
    assert apart.mean() < 1
