"""Sumi ink: strokes and washes as densities on absorbent paper, where ink bleeds, pools and runs dry."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import ArrayLike

from samples.bristles import Bristles, press, unroll
from samples.compositing import resample
from samples.fields import Field, Rng, pixel_grid
from samples.noise import noise
from samples.paper import fibres, tooth
from samples.splines import across

PAPER, INK_ABSORPTION = (0.945, 0.915, 0.845), (1.0, 0.985, 0.93)


class InkSheet:
    """A sheet of paper in units of a finished pixel, and the density of ink on it."""

    def __init__(self, width: float, height: float, scale: float, rng: Rng) -> None:
        self.scale, self.rng = scale, rng
        self.shape = (round(height * scale), round(width * scale))
        self.ink = np.zeros(self.shape, np.float32)
        self.tooth, self.fibres = (
            tooth(self.shape, scale, rng),
            fibres(self.shape, scale, int(width * height / 700), rng),
        )
        self.bristles = Bristles(scale, rng)
        self.rows, self.columns = pixel_grid(*self.shape)
        self.wander = [noise(self.shape, rng, 60 * scale, 1.5, shortest=scale) for _ in range(2)]

    def stroke(
        self, points: ArrayLike, widths: ArrayLike, tone: float, dryness: float = 0.3, lean: float = 0, wet: float = 0
    ) -> None:
        """One brush stroke; `lean` loads one side of the brush with more ink, `wet` lets the stroke bleed."""
        path, half = press(points, widths, self.scale)
        ribbon = unroll(path, half, self.shape)
        if ribbon is None:
            return
        cover = self.bristles.cover(ribbon, dryness, self.tooth)
        aside = np.clip(ribbon.aside, -1, 1)
        load = np.exp(-1.5 * abs(lean) * (1 + np.sign(lean) * aside)) if lean else 1
        fade = 1 - (0.15 + 0.35 * dryness) * ribbon.along
        dark = cover * load * fade * tone * (1 + 0.10 * self.bristles.trail(ribbon))
        if wet:
            dark = cv2.GaussianBlur(np.float32(dark), (0, 0), wet * self.scale)
        under = self.ink[ribbon.box]
        under[:] = np.maximum(under, dark) + 0.45 * np.minimum(under, dark)

    def flick(self, path: Field, width: float, tone: float) -> None:
        """A fine tapering hair line: a needle, a reed, a rope."""
        half = across(path) * (width / 2 * (0.25 + np.sin(np.linspace(0.35, np.pi - 0.05, len(path)))[:, None]))
        outline = np.concatenate([path + half, (path - half)[::-1]]) * self.scale
        left, top = np.maximum(np.floor(outline.min(0)) - 1, 0).astype(int)
        right, low = np.minimum(np.ceil(outline.max(0)) + 2, self.shape[::-1]).astype(int)
        if right > left and low > top:
            stamp = np.zeros((low - top, right - left), np.uint8)
            points = np.round((outline - np.float32((left, top))) * 16).astype(np.int32)
            cv2.fillPoly(stamp, [points], 255, cv2.LINE_AA, 4)
            under = self.ink[top:low, left:right]
            dark = stamp.astype(np.float32) * (tone / 255)
            under[:] = np.maximum(under, dark) + 0.3 * np.minimum(under, dark)

    def inside(self, outline: Field) -> Field:
        """The share of every pixel that lies inside an outline."""
        mask = np.zeros(self.shape, np.uint8)
        cv2.fillPoly(mask, [np.round(outline * self.scale * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
        return mask.astype(np.float32) / 255

    def reserve(self, outline: Field) -> None:
        """Leave the sheet bare inside an outline, as if nothing had been painted behind it."""
        self.ink *= 1 - cv2.GaussianBlur(self.inside(outline), (0, 0), 1.5 * self.scale)

    def wash(self, outline: Field, tone: Field | float, bleed: float, pool: float, wobble: float = 2) -> None:
        """A wet wash inside an outline: its rim wanders, bleeds into the sheet and dries darker at the edge."""
        drift = [field * (wobble * self.scale) for field in self.wander]
        wet = resample(self.inside(outline), self.columns + drift[0], self.rows + drift[1])
        wet = cv2.GaussianBlur(np.clip(wet, 0, 1), (0, 0), max(bleed * self.scale, 0.4))
        rim = np.clip(wet - cv2.GaussianBlur(wet, (0, 0), 4 * self.scale), 0, 1)
        grain = 1 + 0.07 * self.tooth + 0.10 * self.wander[0] * self.wander[1]
        self.ink += np.clip(wet * tone * grain + pool * rim * np.minimum(tone, 1), 0, 3).astype(np.float32)

    def settle(self) -> Field:
        """The dried sheet: ink feathers along the fibres and grains on the tooth of warm paper."""
        scale = self.scale
        feather = noise(self.shape, self.rng, 5 * scale, 0.9, shortest=scale) * 0.35 * scale
        ink = resample(self.ink, self.columns + feather, self.rows + feather[::-1])
        halo = cv2.GaussianBlur(ink, (0, 0), 2.5 * scale) * 0.10 + cv2.GaussianBlur(ink, (0, 0), 9 * scale) * 0.05
        ink = np.maximum(ink, halo) * (1 + 0.10 * self.tooth * np.exp(-ink) + 0.35 * (self.fibres - 0.1) * np.exp(-ink))
        clouds = noise(self.shape, self.rng, 500 * scale, 2)
        paper = 1 + 0.010 * self.tooth + 0.012 * clouds - 0.10 * self.fibres * (0.5 + 0.5 * np.sign(self.wander[0]))
        page = np.float32(PAPER) * paper[..., None] * np.exp(-ink[..., None] * np.float32(INK_ABSORPTION))
        return np.clip(page, 0, 1).astype(np.float32)
