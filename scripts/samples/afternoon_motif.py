"""The motif of an afternoon: flat shapes modelled by one sun, with the direction their touches will take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import ArrayLike

from samples.compositing import mix, resample
from samples.divided_colour import Motif
from samples.fields import Colour, Field, pixel_grid, smoothstep, table
from samples.splines import across, closed

Paint = tuple[Colour, Colour]
SUNWARD = (0.82, -0.57)


@dataclass(frozen=True)
class Part:
    """A part of a thing, in shares of its height with its foot at 0: outline, light and shade, how round it is."""

    outline: str
    paint: Paint
    round: float = 0.05
    angle: float | None = None
    cornered: bool = False


class MotifPainter:
    """Builds a motif shape by shape, from the farthest to the nearest, a pixel a unit."""

    def __init__(self, width: int, height: int) -> None:
        self.rows, self.columns = pixel_grid(height, width)
        self.motif = Motif(
            np.zeros((height, width, 3), np.float32),
            np.zeros((height, width), np.float32),
            np.full((height, width), 0.8, np.float32),
            np.full((height, width), 0.25, np.float32),
        )

    def mask(self, outline: ArrayLike) -> Field:
        """The share of every pixel that lies inside an outline."""
        mask = np.zeros(self.rows.shape, np.uint8)
        points = np.round(np.asarray(outline, np.float32) * 16).astype(np.int32)
        cv2.fillPoly(mask, [points], 255, cv2.LINE_AA, 4)
        return mask.astype(np.float32) / 255

    def form(
        self, outline: ArrayLike, paint: Paint, roundness: float, detail: float, angle: float | None = None
    ) -> None:
        """A rounded form: lit on the side of the sun, its touches turned round it unless they have an angle."""
        mask = self.mask(outline)
        rows, columns = np.nonzero(mask)
        if not len(rows):
            return
        pad = int(3 * roundness) + 2
        box = np.s_[max(rows.min() - pad, 0) : rows.max() + pad, max(columns.min() - pad, 0) : columns.max() + pad]
        mask, motif = mask[box], self.motif
        slope_y, slope_x = np.gradient(cv2.GaussianBlur(mask, (0, 0), roundness))
        lit = smoothstep(-0.22, 0.26, -(slope_x * SUNWARD[0] + slope_y * SUNWARD[1]) * roundness)
        motif.colour[box] = mix(motif.colour[box], mix(paint[1], paint[0], lit), mask)
        turns = np.arctan2(slope_y, slope_x) + np.pi / 2 if angle is None else angle
        for field, value in ((motif.angle, turns), (motif.sun, lit), (motif.detail, detail)):
            field[box] = np.where(mask > 0.5, value, field[box])

    def stand(self, parts: Sequence[Part], x: float, y: float, size: tuple[float, float], detail: float) -> None:
        """Stand a thing made of parts on a spot; a negative size mirrors it."""
        for part in parts:
            points = np.float32(table(part.outline))
            outline = (points if part.cornered else closed(points)) * np.float32(size) + np.float32((x, y))
            self.form(outline, part.paint, max(part.round * abs(size[1]), 1.5), detail, part.angle)

    def limb(self, path: Field, widths: Sequence[float], paint: Paint, detail: float) -> None:
        """A rounded stick along a path: a trunk, a bough, the handle of a parasol."""
        half = np.interp(np.linspace(0, 1, len(path)), np.linspace(0, 1, len(widths)), widths)[:, None] / 2
        outline = np.concatenate([path + across(path) * half, (path - across(path) * half)[::-1]])
        self.form(outline, paint, max(0.3 * max(widths), 2), detail, 1.5)

    def shadow(self, outline: ArrayLike, tint: Colour, softness: float) -> None:
        """A cast shadow that lets the ground's colour through."""
        cover = cv2.GaussianBlur(self.mask(outline), (0, 0), softness)
        self.motif.colour[:] *= mix((1, 1, 1), tint, cover)
        self.motif.sun[:] *= 1 - 0.95 * cover

    def reflect(self, shore: float, ripple: Field, deep: Colour) -> None:
        """Water from the shore down: what stands above it upside down, drawn out by ripples, in level touches."""
        drop = self.rows - shore
        where = drop >= 0
        shaken = resample(self.motif.colour, self.columns + ripple * (2 + drop / 40), shore - drop * 0.95 + ripple * 3)
        water = mix(shaken, deep, 0.22 + 0.38 * smoothstep(0, 330, drop)) * (1 + 0.035 * ripple[..., None])
        self.motif.colour[:] = np.where(where[..., None], water, self.motif.colour)
        self.motif.angle[where], self.motif.sun[where], self.motif.detail[where] = 0, 0.75, 0.2

    def finish(self, halo: float) -> Motif:
        """The motif, with lights lifted and darks deepened where they meet."""
        tone = self.motif.colour.mean(-1)
        contrast = tone - cv2.GaussianBlur(tone, (0, 0), 13)
        self.motif.colour[:] = np.clip(self.motif.colour + halo * contrast[..., None], 0, 1)
        return self.motif
