"""One pass of ffmpeg gives each frame's small picture with what is said about it, and another where damage is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stylepipe.errors import ClipError
from stylepipe.media.probe import probe_clip
from stylepipe.media.video_scan import VideoScan, find_faults, thumbnail_size

FFV1 = ("-c:v", "ffv1", "-pix_fmt", "bgr0")
"""Pixels as they are."""


@pytest.mark.parametrize(
    ("size", "small"),
    [((96, 64), (96, 64)), ((1920, 1080), (320, 180)), ((1080, 1920), (180, 320)), ((10000, 3), (320, 1))],
)
def test_a_small_picture_is_never_larger_and_never_nothing(size: tuple[int, int], small: tuple[int, int]) -> None:
    assert thumbnail_size(*size) == small


def test_each_frame_is_shown_with_its_time_and_a_sum_that_equal_frames_share(
    encode: Callable[..., Path], moving: np.ndarray
) -> None:
    frames = np.stack([moving[0], moving[5], moving[5]])
    scan = VideoScan(probe_clip(encode("a.mkv", frames, codec=FFV1, rate="50")), max_megapixels=1)
    seen = list(scan.frames())
    assert [(one.instant, one.size, one.interlaced) for one, _ in seen] == [
        (0, (96, 64), False), (20, (96, 64), False), (40, (96, 64), False)
    ]  # fmt: skip
    sums = [one.checksum for one, _ in seen]
    assert sums[0] != sums[1] == sums[2]
    assert all(np.array_equal(small, frame) for (_, small), frame in zip(seen, frames, strict=True))
    assert (scan.damaged, scan.cut_short) == (False, None)


def test_damage_is_noticed_by_the_first_pass_and_placed_by_the_second(
    encode: Callable[..., Path], tmp_path: Path
) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (9, 64, 64, 3), dtype=np.uint8)
    codec = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "1")  # each frame for itself
    data = bytearray(encode("b.mkv", noise, codec=codec).read_bytes())
    at = len(data) // 2
    data[at : at + 40] = bytes(byte ^ 0xA5 for byte in data[at : at + 40])
    path = tmp_path / "b.mkv"
    path.write_bytes(data)
    header = probe_clip(path)
    scan = VideoScan(header, max_megapixels=1)
    instants = [one.instant or 0 for one, _ in scan.frames()]
    assert scan.damaged
    (fault,) = find_faults(header, instants, max_megapixels=1)
    assert 3 <= fault.frame <= 5
    assert fault.what
    assert find_faults(header, instants[: fault.frame], max_megapixels=1) == ()
    assert find_faults(header, instants[fault.frame :], max_megapixels=1) == (replace(fault, frame=0),)


def test_a_file_that_is_gone_meanwhile_is_said_by_its_name(
    encode: Callable[..., Path], moving: np.ndarray, tmp_path: Path
) -> None:
    path = tmp_path / "a.mkv"
    path.write_bytes(encode("a.mkv", moving[:2], codec=FFV1).read_bytes())
    header = probe_clip(path)
    path.unlink()
    with pytest.raises(ClipError, match=r"(?s)a\.mkv: .*No such file"):
        list(VideoScan(header, max_megapixels=1).frames())
    with pytest.raises(ClipError, match=r"(?s)a\.mkv: .*No such file"):
        find_faults(header, [0], max_megapixels=1)
