"""Colours that are known, and how each way of storing them writes them down."""

from __future__ import annotations

import numpy as np

BARS = np.array([[255, 255, 255], [255, 255, 0], [0, 255, 255], [0, 255, 0], [255, 0, 255], [255, 0, 0], [0, 0, 255]])


def bars(width: int, height: int) -> np.ndarray:
    """Colours of three lightnesses in columns."""
    colors = np.concatenate([BARS, BARS * 3 // 4, BARS // 2 + 20])
    return np.broadcast_to(colors[np.arange(width) * len(colors) // width].astype(np.uint8), (1, height, width, 3))


def samples(rgb: np.ndarray, red: float, blue: float, full: bool) -> bytes:
    """Make planes of YUV 4:4:4, 8 bits, with a matrix given by its weights of red and blue."""
    r, g, b = np.moveaxis(rgb.astype(float) / 255, -1, 0)
    y = red * r + (1 - red - blue) * g + blue * b
    cb, cr = (b - y) / (2 * (1 - blue)), (r - y) / (2 * (1 - red))
    scale = [(0, 255), (128, 255), (128, 255)] if full else [(16, 219), (128, 224), (128, 224)]
    planes = [np.rint(base + span * plane) for (base, span), plane in zip(scale, (y, cb, cr), strict=True)]
    return np.stack(planes, axis=1).clip(0, 255).astype(np.uint8).tobytes()
