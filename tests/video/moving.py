"""A textured ground that slides, and a textured square that moves over it: frames with known motion."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

HEIGHT, WIDTH, SIDE = 96, 128, 32
GROUND, SQUARE = (2, 1), (-4, 0)
"""What each moves by from one frame to the next, x and y in pixels."""


def _texture(height: int, width: int, seed: int) -> NDArray[np.uint8]:
    noise = np.random.default_rng(seed).random((height, width, 3)).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), 1.5)
    return np.asarray(255 * np.clip(0.5 + (soft - 0.5) * 3, 0, 1), np.uint8)


def place_of_square(number: int) -> tuple[slice, slice]:
    """Rows and columns that the square covers in a frame."""
    x, y = 64 + SQUARE[0] * number, 32 + SQUARE[1] * number
    return slice(y, y + SIDE), slice(x, x + SIDE)


def frame(number: int) -> NDArray[np.uint8]:
    """Frame 0, 1, 2 ... of the clip."""
    ground, square = _texture(HEIGHT + 64, WIDTH + 64, 0), _texture(SIDE, SIDE, 1)
    x, y = 32 - GROUND[0] * number, 32 - GROUND[1] * number
    picture = ground[y : y + HEIGHT, x : x + WIDTH].copy()
    picture[place_of_square(number)] = square
    return picture


def true_flow(number: int) -> NDArray[np.float32]:
    """Backward flow from a frame to the one before."""
    flow = np.empty((HEIGHT, WIDTH, 2), np.float32)
    flow[:] = [-GROUND[0], -GROUND[1]]
    flow[place_of_square(number)] = [-SQUARE[0], -SQUARE[1]]
    return flow
