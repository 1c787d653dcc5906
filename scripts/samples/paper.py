"""Paper: the tooth that catches paint, and the long fibres of a handmade sheet."""

from __future__ import annotations

import cv2
import numpy as np

from samples.fields import Field, Rng
from samples.noise import noise
from samples.splines import spline


def tooth(shape: tuple[int, int], scale: float, rng: Rng) -> Field:
    """The fine hills and hollows of a sheet, of unit deviation."""
    return noise(shape, rng, 7 * scale, 1.4, shortest=0.8 * scale)


def fibres(shape: tuple[int, int], scale: float, count: int, rng: Rng) -> Field:
    """Long curled fibres pressed into a sheet: 0 where there is none, up to about 1."""
    sheet = np.zeros(shape, np.uint8)
    for _ in range(count):
        heading, bend = rng.uniform(0, 2 * np.pi), rng.normal(0, 0.5, 5)
        stride = rng.uniform(3, 13) * scale
        turns = heading + np.cumsum(bend)
        steps = np.cumsum(np.stack([np.cos(turns), np.sin(turns)], -1) * stride, 0)
        path = spline(rng.random(2) * shape[::-1] + steps, 18)
        cv2.polylines(
            sheet, [np.round(path * 8).astype(np.int32)], False, int(rng.integers(30, 200)), 1, cv2.LINE_AA, 3
        )
    return cv2.GaussianBlur(sheet.astype(np.float32) / 255, (0, 0), max(0.35 * scale, 0.3))
