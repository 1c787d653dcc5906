"""A picture is a field of numbers over a grid of pixels: its types, its grid and the ramp that shapes it.

Pictures are drawn larger than they will be, most at twice their size, and averaged down at the end. Colours are RGB
in 0..1; a fourth channel, where there is one, is cover (or, in the artworks, thickness of paint).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Field = NDArray[np.float32]
Canvas = NDArray[np.uint8]
Colour = Sequence[float]
Rng = np.random.Generator


def table(text: str) -> list[tuple[float, ...]]:
    """Rows of numbers: rows part at commas, numbers at blanks."""
    return [tuple(map(float, row.split())) for row in text.split(",")]


def pixel_grid(height: int, width: int) -> tuple[Field, Field]:
    """Row and column numbers of every pixel."""
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    return rows, columns


def smoothstep(low: float, high: float, value: ArrayLike) -> Field:
    """Ramp smoothly from 0 at `low` to 1 at `high`."""
    t = np.clip((np.asarray(value, np.float32) - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)
