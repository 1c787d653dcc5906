"""TIFF files that other programs read."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from stylepipe.media.color import srgb_profile
from stylepipe.media.tiff import tiff_bytes


@pytest.mark.parametrize("height", [1, 63, 64, 65, 200])
@pytest.mark.parametrize("channels", [3, 4])
def test_strips_of_any_number_hold_the_picture(height: int, channels: int) -> None:
    levels = np.random.default_rng(height).integers(0, 256, (height, 5, channels), dtype=np.uint8)
    with Image.open(BytesIO(tiff_bytes(levels, srgb_profile(), {}))) as image:
        np.testing.assert_array_equal(np.asarray(image), levels)
        assert image.info["icc_profile"] == srgb_profile()
        assert image.info["compression"] == "tiff_adobe_deflate"


def test_smooth_pictures_become_small() -> None:
    ramp = np.zeros((256, 256, 3), np.uint16) + np.arange(256, dtype=np.uint16)[:, np.newaxis] * 257
    assert len(tiff_bytes(ramp, srgb_profile(), {})) < ramp.nbytes / 50
