"""Cut paper: sheets brushed with gouache, cut with scissors, and pasted so that they throw soft shadows."""

from __future__ import annotations

import cv2
import numpy as np

from samples.bristles import Bristles, press, unroll
from samples.compositing import mix
from samples.fields import Canvas, Colour, Field, Rng, pixel_grid, smoothstep
from samples.noise import noise
from samples.paper import fibres, tooth

BARE = (0.955, 0.935, 0.885)


class Brushing:
    """A sheet brushed in one direction: how opaque the gouache lies, its tone, and its ridges."""

    def __init__(self, shape: tuple[int, int], scale: float, angle: float, bristles: Bristles, rng: Rng) -> None:
        self.opacity = np.full(shape, 0.72, np.float32)
        self.tone, self.ridge = (np.zeros(shape, np.float32) for _ in range(2))
        diagonal = float(np.hypot(*shape)) / scale
        along = np.array((np.cos(angle), np.sin(angle)))
        normal = np.array((-along[1], along[0]))
        centre = np.array(shape[::-1]) / (2 * scale)
        for row in np.arange(-diagonal / 2, diagonal / 2, 27):
            start = -diagonal / 2 - rng.uniform(0, 200)
            while start < diagonal / 2:
                reach = rng.uniform(190, 420)
                foot = centre + normal * (row + rng.normal(0, 7)) + along * start
                tip = foot + along * reach + normal * rng.normal(0, 11)
                bow = (foot + tip) / 2 + normal * rng.normal(0, 8)
                self.pull((foot, bow, tip), rng.uniform(36, 62), scale, bristles, rng)
                start += reach * rng.uniform(0.6, 0.85)

    def pull(self, points: tuple[Field, ...], width: float, scale: float, bristles: Bristles, rng: Rng) -> None:
        """Pull one loaded stroke over the sheet."""
        path, half = press(points, width, scale, 10)
        ribbon = unroll(path, half, self.ridge.shape)
        if ribbon is None:
            return
        cover, trail = bristles.cover(ribbon, rng.uniform(0.15, 0.75)), bristles.trail(ribbon)
        thin = 0.55 + 0.3 * np.clip(0.6 - ribbon.along + 0.25 * trail, -1, 1)
        under = self.opacity[ribbon.box]
        under += (1 - under) * np.clip(cover * thin, 0, 1)
        rim = np.exp(-(((np.abs(ribbon.aside) - 0.88) / 0.07) ** 2))
        shade = rng.normal(0, 0.045) + 0.022 * trail + 0.03 * rim
        for field, value in ((self.tone, shade), (self.ridge, 0.5 * trail + 1.3 * rim)):
            field[ribbon.box] = mix(field[ribbon.box][..., None], value[..., None], 0.85 * cover)[..., 0]


class Collage:
    """A board in units of a finished pixel, on which painted and cut sheets are pasted one over another."""

    def __init__(self, width: float, height: float, scale: float, rng: Rng) -> None:
        self.scale, self.rng = scale, rng
        self.shape = (round(height * scale), round(width * scale))
        self.rows, self.columns = pixel_grid(*self.shape)
        bristles = Bristles(scale, rng)
        self.brushings = [Brushing(self.shape, scale, angle, bristles, rng) for angle in (0.06, 1.5, 0.7, 2.3)]
        self.tooth = tooth(self.shape, scale, rng)
        self.page = np.ones((*self.shape, 3), np.float32) * np.float32(BARE)
        self.page *= (1 + 0.012 * self.tooth - 0.05 * fibres(self.shape, scale, int(width * height / 900), rng))[
            ..., None
        ]
        self.relief = np.zeros(self.shape, np.float32)

    def silhouette(self, outlines: list[Field], soften: float = 3) -> Canvas:
        """The union of outlines as one mask, its inner corners opened as scissors open them."""
        mask = np.zeros(self.shape, np.uint8)
        for outline in outlines:
            cv2.fillPoly(mask, [np.round(outline * self.scale * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
        if soften:
            mask = cv2.GaussianBlur(mask, (0, 0), soften * self.scale)
        return (mask > 127).astype(np.uint8)

    def snip(self, mask: Canvas) -> Canvas:
        """Cut a mask out with scissors: short straight snips in place of its curves."""
        contours, _ = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
        facets = []
        for contour in contours:
            if len(contour) > 8 * self.scale:
                snips = cv2.approxPolyDP(contour, float(self.rng.uniform(0.6, 1.3)) * self.scale, True)
                facets.append(
                    np.round((snips + self.rng.normal(0, 0.35 * self.scale, snips.shape)) * 16).astype(np.int32)
                )
        cut = np.zeros(self.shape, np.uint8)
        if facets:
            cv2.fillPoly(cut, facets, 255, cv2.LINE_AA, 4)
        return cut

    def paste(self, mask: Canvas, pigment: Colour, lift: float = 1) -> None:
        """Cut a shape from a brushed sheet and paste it: shadow where it lifts, bare paper at its cut edge."""
        cut = self.snip(mask)
        rows, columns = np.nonzero(cut)
        if not len(rows):
            return
        pad = int(26 * self.scale)
        box = np.s_[max(rows.min() - pad, 0) : rows.max() + pad, max(columns.min() - pad, 0) : columns.max() + pad]
        shape = cut[box].astype(np.float32) / 255
        self.cast_shadow(box, shape, lift)
        brushing, scale = self.brushings[int(self.rng.integers(len(self.brushings)))], self.scale
        turned = tuple(int(step) for step in self.rng.choice((-1, 1), 2))
        opacity, tone, ridge = (
            field[:: turned[0], :: turned[1]][box] for field in (brushing.opacity, brushing.tone, brushing.ridge)
        )
        grain = self.tooth[box]
        cover = np.clip(opacity + 0.015 * grain - 0.01, 0, 1)
        paint = np.float32(pigment) * (1 + 1.1 * tone[..., None]) + 0.35 * tone[..., None] * np.float32((1, 1, 0.9))
        cockle = 1 + 0.035 * noise(shape.shape, self.rng, 190 * scale, 2.2)
        sheet = mix(np.float32(BARE) * (1 + 0.015 * grain[..., None]), paint, cover) * cockle[..., None]
        rim = shape - cv2.erode(shape, np.ones((3, 3), np.uint8), iterations=max(round(0.5 * scale), 1))
        sheet = mix(sheet, BARE, 0.5 * rim)
        self.page[box] = mix(self.page[box], sheet, shape)
        self.relief[box] = self.relief[box] * (1 - shape) + shape * (ridge + 0.4 * grain)

    def cast_shadow(self, box: tuple[slice, slice], shape: Field, lift: float) -> None:
        """Darken the board under a shape: a thin contact shadow, and a wide one where its edge has come loose."""
        scale = self.scale
        loose = lift * smoothstep(-0.4, 1.6, noise(shape.shape, self.rng, 120 * scale, 2))
        dark = np.zeros_like(shape)
        for reach, soft, depth, share in ((1.3, 0.9, 0.42, 1), (6.5, 4.0, 0.5, loose), (3, 2.2, 0.25, 1)):
            moved = cv2.warpAffine(
                shape, np.float32(((1, 0, reach * scale), (0, 1, reach * 1.15 * scale))), shape.shape[::-1]
            )
            dark = np.maximum(dark, cv2.GaussianBlur(moved, (0, 0), soft * scale) * depth * share)
        self.page[box] *= 1 - dark[..., None] * np.float32((1, 0.97, 0.9))

    def photograph(self) -> Field:
        """The finished board in raking daylight."""
        slope_y, slope_x = np.gradient(cv2.GaussianBlur(self.relief, (0, 0), 0.55 * self.scale), 1 / self.scale)
        raked = 1 + np.clip((slope_x + slope_y) * 0.035, -0.09, 0.09)
        falloff = 1.03 - 0.07 * (self.columns / self.shape[1]) * (self.rows / self.shape[0])
        return self.page * (raked * falloff)[..., None]
