"""Fades: a frame that is the last one, darker or lighter, shows the same things, and paint can stay on them.

Flow and its checks take things to keep their brightness, so a fade would look like a cut at every frame.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stylepipe.video.flow import Frame

LEAST_SHIFT = 0.02
"""Mean brightness, of 1, that a fade changes from frame to frame at the least; flow and its checks bear that much."""
LEAST_GAIN, MOST_GAIN = 0.5, 2.0
"""Contrast of a frame over that of the one before, beyond which it is no fade: a cut to black, or out of it."""
MOST_SHIFT = 0.25
"""Mean brightness by which a fade changes at the most; a cut to a lighter scene changes it as well."""


def faded_like(earlier: Frame, frame: Frame) -> Frame:
    """Give an earlier frame with the brightness and contrast of a later one, where a fade can lie between them.

    A fade to a colour c shows g I + (1 - g) c of a picture I: so contrast changes by one factor g, and each channel's
    mean by itself. Both (H, W, 3) uint8. The earlier frame itself is given when nothing has faded, or too much.
    """
    (mean_before, spread_before), (mean_now, spread_now) = _brightness(earlier), _brightness(frame)
    gain = spread_now / max(spread_before, 1e-6)
    shift = float(np.abs(mean_now - mean_before).max())
    if not LEAST_SHIFT <= shift <= MOST_SHIFT or not LEAST_GAIN <= gain <= MOST_GAIN:
        return earlier
    faded = gain * (earlier - 255 * mean_before) + 255 * mean_now
    levels: Frame = np.rint(faded.clip(0, 255)).astype(np.uint8)
    return levels


def _brightness(frame: Frame) -> tuple[NDArray[np.float32], float]:
    """Give the mean of each channel, (3,), and their common spread about it, of a range of 1."""
    pixels = frame.reshape(-1, 3).astype(np.float32) / 255
    mean = pixels.mean(0, dtype=np.float64).astype(np.float32)
    return mean, float(np.square(pixels - mean).mean(dtype=np.float64) ** 0.5)
