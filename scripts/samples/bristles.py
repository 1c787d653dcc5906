"""Bristles: a brush stroke unrolled into how far along and how far aside, and where its hairs leave paint."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import ArrayLike

from samples.compositing import resample
from samples.fields import Field, Rng, smoothstep
from samples.noise import noise
from samples.splines import spline


@dataclass(frozen=True)
class Ribbon:
    """The pixels round a stroke: their box, how far along (0..1), aside (-1..1) and past its ends they lie."""

    box: tuple[slice, slice]
    along: Field
    aside: Field
    past: Field
    half: Field
    length: float


def unroll(path: Field, half: Field, shape: tuple[int, ...]) -> Ribbon | None:
    """Find for every pixel round a path its place along and across it; None outside the picture."""
    reach = float(half.max()) * 1.25 + 2
    left, top = np.maximum(np.floor(path.min(0) - reach), 0).astype(int)
    right, low = np.minimum(np.ceil(path.max(0) + reach), (shape[1], shape[0])).astype(int)
    if right - left < 2 or low - top < 2:
        return None
    nearest = np.full((low - top, right - left), np.inf, np.float32)
    along, side = np.zeros_like(nearest), np.full_like(nearest, 1e6)
    steps = np.linalg.norm(np.diff(path, axis=0), axis=1) + 1e-6
    marks = np.concatenate([[0], np.cumsum(steps)])
    for index, (a, b) in enumerate(pairwise(path - np.float32((left, top)))):
        x0, y0 = np.maximum(np.floor(np.minimum(a, b) - reach), 0).astype(int)
        x1, y1 = np.minimum(np.ceil(np.maximum(a, b) + reach), nearest.shape[::-1]).astype(int)
        if x1 <= x0 or y1 <= y0:
            continue
        window = np.s_[y0:y1, x0:x1]
        dx, dy = np.arange(x0, x1, dtype=np.float32) - a[0], (np.arange(y0, y1, dtype=np.float32) - a[1])[:, None]
        ux, uy = (b - a) / steps[index]
        share = np.clip((dx * ux + dy * uy) / steps[index], 0, 1)
        gap = np.hypot(dx - share * (b[0] - a[0]), dy - share * (b[1] - a[1]))
        closer = gap < nearest[window]
        nearest[window][closer] = gap[closer]
        along[window][closer] = ((marks[index] + share * steps[index]) / marks[-1])[closer]
        side[window][closer] = (dy * ux - dx * uy)[closer]
    width = np.maximum(np.interp(along, marks / marks[-1], half), 0.3).astype(np.float32)
    outside = (along <= 0) | (along >= 1)
    past = np.where(outside, np.sqrt(np.maximum(np.minimum(nearest, 1e6) ** 2 - side**2, 0)), 0)
    side = np.where(outside, side, np.copysign(np.minimum(nearest, 1e6), side))
    return Ribbon(np.s_[top:low, left:right], along, side / width, past / width, width, float(marks[-1]))


def press(points: ArrayLike, widths: ArrayLike, scale: float, count: int = 28) -> tuple[Field, Field]:
    """A stroke through a few points under changing pressure: its path and half widths, in raster pixels."""
    path = spline(points, count) * scale
    widths = np.atleast_1d(np.asarray(widths, np.float32))
    half = np.interp(np.linspace(0, 1, count), np.linspace(0, 1, len(widths)), widths) * (scale / 2)
    return path.astype(np.float32), half.astype(np.float32)


class Bristles:
    """A sheet of hairs to pull strokes from: unit noise, long along the stroke and fine across it."""

    def __init__(self, scale: float, rng: Rng) -> None:
        self.scale, self.rng = scale, rng
        self.hairs = noise((1024, 1024), rng, 500, 1.35, (14, 1), 2)

    def trail(self, ribbon: Ribbon) -> Field:
        """The hairs along one stroke, at a random place of the sheet; one unit across is three cells of it."""
        across = ribbon.aside * ribbon.half * (3 / self.scale) + self.rng.uniform(0, 1024)
        down = ribbon.along * ribbon.length * (3 / self.scale) + self.rng.uniform(0, 1024)
        return resample(self.hairs, across % 1024, down % 1024, cv2.BORDER_WRAP)

    def cover(self, ribbon: Ribbon, dryness: float, tooth: Field | None = None) -> Field:
        """How far the hairs cover the ground: ragged at the sides and ends, and torn as the paint runs out."""
        load = 1.5 - 1.75 * np.minimum(np.abs(ribbon.aside), 2) ** 4
        ends = np.minimum(ribbon.along, 1 - ribbon.along) * ribbon.length / np.maximum(ribbon.half, 1) - 2 * ribbon.past
        torn = 1 - smoothstep(-0.8, 0.9, ends)
        load = load - 2.4 * torn - dryness * (0.35 + 1.5 * ribbon.along**1.6)
        load = load + (0.16 + 0.4 * dryness + 0.9 * torn) * self.trail(ribbon)
        if tooth is not None:
            load = load + 0.3 * dryness * tooth[ribbon.box]
        return smoothstep(-0.12, 0.3, load)
