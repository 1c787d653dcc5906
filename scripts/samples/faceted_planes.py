"""Faceted planes: brushed facets that are dark along one edge and open into their neighbours along the other."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import ArrayLike

from samples.bristles import Bristles, press, unroll
from samples.compositing import mix, resample
from samples.fields import Colour, Field, Rng, smoothstep
from samples.noise import noise
from samples.paper import tooth

UMBER = (0.14, 0.10, 0.075)


@dataclass(frozen=True)
class Facet:
    """A facet: its first edge is dark and shut; away from it the paint grows light, thin and dry as it opens."""

    outline: Field
    slope: Field
    slant: float
    tones: tuple[Colour, Colour]
    opening: float
    body: float

    def share(self, x: ArrayLike, y: ArrayLike) -> Field:
        """How far a place lies from the shut edge: 0 there, 1 at the farthest corner."""
        share = (x - self.outline[0, 0]) * self.slope[0] + (y - self.outline[0, 1]) * self.slope[1]
        return np.asarray(share, np.float32)

    def tone(self, share: Field) -> Field:
        """The colour at a share of the way."""
        return mix(*self.tones, smoothstep(-0.05, 0.9, share))


class FacetCanvas:
    """A canvas in units of a finished pixel: its paint, and how thick that stands."""

    def __init__(self, width: float, height: float, scale: float, ground: Colour, rng: Rng) -> None:
        self.scale, self.rng = scale, rng
        self.shape = (round(height * scale), round(width * scale))
        self.tooth = tooth(self.shape, scale, rng)
        stain = noise(self.shape, rng, 300 * scale, 1.9)[..., None]
        self.paint = (np.float32(ground) * (1 + 0.05 * stain + 0.03 * self.tooth[..., None])).astype(np.float32)
        self.thickness = np.full(self.shape, 0.25, np.float32)
        self.bristles = Bristles(scale, rng)

    def touch(
        self,
        points: ArrayLike,
        widths: ArrayLike,
        tone: ArrayLike,
        dryness: float,
        mask: Field | None = None,
        count: int = 6,
    ) -> None:
        """One stroke of the brush, within a mask if there is one."""
        path, half = press(points, widths, self.scale, count)
        ribbon = unroll(path, half, self.shape)
        if ribbon is None:
            return
        cover = self.bristles.cover(ribbon, dryness, self.tooth)
        if mask is not None:
            cover = cover * mask[ribbon.box]
        hairs = self.bristles.trail(ribbon)
        colour = np.asarray(tone, np.float32) * (1 + 0.055 * hairs[..., None])
        rim = np.exp(-(((np.abs(ribbon.aside) - 0.85) / 0.12) ** 2))
        self.paint[ribbon.box] = mix(self.paint[ribbon.box], colour, cover)
        thick = 0.42 + 0.10 * hairs + 0.15 * rim
        under = self.thickness[ribbon.box]
        under += (thick - under) * cover

    def inside(self, outline: Field) -> Field:
        """The share of every pixel inside an outline."""
        mask = np.zeros(self.shape, np.uint8)
        cv2.fillPoly(mask, [np.round(outline * self.scale * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
        return mask.astype(np.float32) / 255

    def facet(
        self, corners: ArrayLike, dark: Colour, light: Colour, opening: float = 0.6, touch: float = 15, body: float = 1
    ) -> None:
        """Paint one facet: rub it in, then lay touches over it."""
        outline = np.asarray(corners, np.float32)
        along = (outline[1] - outline[0]) / max(float(np.linalg.norm(outline[1] - outline[0])), 1)
        normal = np.float32((-along[1], along[0]))
        depths = (outline - outline[0]) @ normal
        if abs(depths.min()) > depths.max():
            normal, depths = -normal, -depths
        slant = float(np.arctan2(along[1], along[0])) + self.rng.choice((0.0, 0.0, np.pi / 2, 0.4))
        facet = Facet(outline, normal / max(float(depths.max()), 1), slant, (dark, light), opening, body)
        mask = cv2.GaussianBlur(self.inside(outline), (0, 0), 0.6 * self.scale)
        if mask.any():
            self.scumble(facet, mask)
        if mask.any() and body > 0.6:
            self.lay_touches(facet, mask, touch)

    def scumble(self, facet: Facet, mask: Field) -> None:
        """Rub a facet in thinly: a gradient streaked by the brush, torn on the tooth where it opens."""
        rows, columns = np.nonzero(mask)
        box = np.s_[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        y, x = (np.mgrid[box] / self.scale).astype(np.float32)
        cos, sin = np.cos(facet.slant), np.sin(facet.slant)
        shift = self.rng.uniform(0, 1024, 2)
        aside, along = (y * cos - x * sin) * 1.7 + shift[0], (x * cos + y * sin) * 1.7 + shift[1]
        hairs = resample(self.bristles.hairs, aside % 1024, along % 1024, cv2.BORDER_WRAP)
        share = facet.share(x, y)
        thin = facet.opening * smoothstep(0.3, 1.05, share)
        torn = smoothstep(-1.6, -0.4, 0.5 * hairs + 0.6 * self.tooth[box] + 1.6 * (facet.body - 1.3 * thin) - 0.6)
        streaked = 1 - 1.3 * (1 - facet.body) * smoothstep(-0.9, 1.1, hairs + 0.5 * self.tooth[box])
        cover = mask[box] * facet.body**0.25 * (1 - thin) * torn * streaked
        tone = facet.tone(share + 0.04 * hairs) * (1 + 0.04 * hairs[..., None])
        self.paint[box] = mix(self.paint[box], tone, cover)
        self.thickness[box] += (0.32 + 0.06 * hairs - self.thickness[box]) * cover

    def lay_touches(self, facet: Facet, mask: Field, touch: float) -> None:
        """Lay rows of short touches over a facet, close to its tones and sparse where it opens."""
        rng, low, high = self.rng, facet.outline.min(0), facet.outline.max(0)
        heading = np.float32((np.cos(facet.slant), np.sin(facet.slant)))
        for row in np.arange(low[1], high[1], touch * 0.8):
            for column in np.arange(low[0] + rng.uniform(-touch, 0), high[0], touch * 1.7):
                x, y = rng.normal((column, row), touch * 0.25).tolist()
                share = float(np.clip(facet.share(x, y), 0, 1))
                thin = facet.opening * float(smoothstep(0.4, 1.0, share))
                inside = cv2.pointPolygonTest(facet.outline, (x, y), True) > -3
                if inside and rng.random() < 0.5 * facet.body**2 * (1 - thin):
                    tone = facet.tone(np.float32(share)) + rng.normal(0, 0.018) + rng.normal(0, 0.006, 3)
                    half, at = heading * touch * rng.uniform(0.5, 1.9), np.float32((x, y))
                    dryness = rng.uniform(0.2, 0.9) + 0.5 * facet.opening * share
                    self.touch((at - half, at, at + half), touch * rng.uniform(0.35, 1.05), tone, dryness, mask)

    def contour(self, points: ArrayLike, width: float, tone: Colour = UMBER, dryness: float = 0.55) -> None:
        """A dark line that swells and breaks, of its own accord a little off its course."""
        knots = np.asarray(points, np.float32)
        knots = knots + self.rng.normal(0, 1.1, knots.shape).astype(np.float32)
        middle = self.rng.uniform(0.7, 1.3)
        self.touch(knots, (width * 0.5, width * middle, width * 0.8, width * 0.25), tone, dryness, None, 24)
