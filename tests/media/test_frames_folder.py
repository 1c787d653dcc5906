"""A clip can be a folder of PNGs, whose names sort and whose levels are exactly the painted ones."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from stylepipe.media.frames_folder import encode_frame, frame_name


def test_names_sort_as_the_frames_follow_each_other() -> None:
    assert frame_name(0, 1) == "frame_00000.png"
    assert frame_name(99_999, 100_001) == "frame_099999.png"
    with pytest.raises(ValueError, match="frame 3 of 3"):
        frame_name(3, 3)


def test_every_level_comes_back() -> None:
    frame = np.arange(16 * 16 * 3, dtype=np.uint64).astype(np.uint8).reshape(16, 16, 3)
    with Image.open(io.BytesIO(encode_frame(frame, width=16, height=16))) as image:
        assert np.array_equal(np.asarray(image), frame)


def test_a_frame_of_another_size_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"a frame of \(16, 15, 3\) uint8"):
        encode_frame(np.zeros((16, 15, 3), np.uint8), width=16, height=16)
