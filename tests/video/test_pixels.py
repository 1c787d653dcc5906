"""The pixels of a frame as torch, OpenCV and a file want them."""

from __future__ import annotations

import numpy as np
import torch

from stylepipe.video.pixels import levels_of, picture_of, tensor_of
from tests.video.moving import HEIGHT, WIDTH, frame


def test_levels_survive_the_way_to_a_tensor_and_back() -> None:
    tensor = tensor_of(frame(0))
    assert tensor.shape == (1, 3, HEIGHT, WIDTH)
    assert (tensor.dtype, tensor.is_contiguous(), float(tensor.max()) <= 1) == (torch.float32, True, True)
    np.testing.assert_array_equal(levels_of(tensor), frame(0))


def test_a_picture_survives_to_the_bit() -> None:
    picture = frame(0).astype(np.float32) / 7
    np.testing.assert_array_equal(picture_of(tensor_of(picture)), picture)
