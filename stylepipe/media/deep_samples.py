"""Colour pictures of 16 bits a channel, which Pillow cuts down to 8: here OpenCV reads them whole.

It is given only files that Pillow has just decoded without complaint, so its own C libraries meet no broken ones.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import ExifTags, ImageFile

from stylepipe.media.picture import Float32

_MOST_BYTES = 2**31 - 1
"""Of a file that OpenCV takes."""


@dataclass(frozen=True, eq=False)
class DeepSamples:
    """colors: (H, W, 3) float32 in [0, 1]; alpha: (H, W) float32 in [0, 1], or None."""

    colors: Float32
    alpha: Float32 | None


def deep_samples(path: Path, image: ImageFile.ImageFile, packing: str) -> DeepSamples | None:
    """Read a decoded RGB image of 16 bits once more, whole; None where OpenCV cannot, and Pillow's 8 bits must do.

    packing: Pillow's name for the layout, whose first letters tell straight alpha (RGBA), alpha that the colours are
    multiplied by (RGBa), and a fourth channel without meaning (RGBX).
    PNG pixels come as stored, TIFF pixels come turned upright, as from Pillow.
    """
    import cv2  # a fifth of a second, which most pictures need not pay

    if getattr(image, "tag_v2", {}).get(ExifTags.Base.PlanarConfiguration, 1) != 1:
        return None
    if os.path.getsize(path) > _MOST_BYTES:
        return None
    file = np.fromfile(path, dtype=np.uint8)
    try:
        levels = cv2.imdecode(file, cv2.IMREAD_UNCHANGED)
    except cv2.error:
        return None
    expected = (image.height, image.width)
    if levels is None or levels.dtype != np.uint16 or levels.ndim != 3 or levels.shape[:2] != expected:
        return None
    return _in_order(levels, packing.split(";")[0])


def _in_order(levels: np.ndarray, channels: str) -> DeepSamples:
    """Turn OpenCV's BGR(A) of 16 bits into RGB and alpha."""
    colors = np.divide(levels[..., 2::-1], 65535, dtype=np.float32)
    if levels.shape[2] < 4 or channels.startswith("RGBX"):
        return DeepSamples(colors, None)
    alpha = np.divide(levels[..., 3], 65535, dtype=np.float32)
    if channels.startswith("RGBa"):
        colors = np.minimum(colors / np.maximum(alpha, 1 / 65535)[..., np.newaxis], 1)
    return DeepSamples(colors, alpha)
