"""Leaded glass: pieces of streaky, bubbled glass between cames of lead, with fired trace lines, seen against light."""

from __future__ import annotations

from enum import IntEnum

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from samples.compositing import mix, resample
from samples.fields import Colour, Field, Rng, pixel_grid, smoothstep
from samples.noise import noise
from samples.splines import across

TRACE_PAINT = (0.07, 0.045, 0.03)


class Part(IntEnum):
    """What a piece belongs to; a heavier lead runs between the parts of a window."""

    NONE, SKY, SOLAR, LAND, BIRD, PLANT, FRAME = range(7)


class Window:
    """A window in units of a finished pixel: which piece lies where, its glass, and the paint fired on it."""

    def __init__(self, width: float, height: float, scale: float, rng: Rng) -> None:
        self.scale, self.rng = scale, rng
        self.shape = (round(height * scale), round(width * scale))
        self.rows, self.columns = (grid / scale for grid in pixel_grid(*self.shape))
        self.piece = np.zeros(self.shape, np.int32)
        self.paint = np.zeros(self.shape, np.uint8)
        self.tints: list[Colour] = [(0.5, 0.5, 0.5)]
        self.second: list[Colour] = [(0.5, 0.5, 0.5)]
        self.grain: list[float] = [0.0]
        self.part: list[Part] = [Part.NONE]

    def choose(self, tint: Colour, other: Colour, grain: float, part: Part) -> int:
        """Take the glass of one piece: its tint, the tint streaked into it, the way of the streaks, its part."""
        shift = self.rng.normal(0, 0.05) + self.rng.normal(0, 0.02, 3)
        self.tints.append(np.clip(np.float32(tint) * (1 + shift * 2) + shift * 0.15, 0.01, 1).tolist())
        self.second.append(other)
        self.grain.append(grain)
        self.part.append(part)
        return len(self.tints) - 1

    def lay(self, outline: ArrayLike, tint: Colour, other: Colour, grain: float, part: Part) -> None:
        """Lay one piece of glass inside an outline, over what was there."""
        points = np.round(np.asarray(outline, np.float32) * self.scale * 16).astype(np.int32)
        cv2.fillPoly(self.piece, [points], self.choose(tint, other, grain, part), cv2.LINE_8, 4)
        cv2.fillPoly(self.paint, [points], 0, cv2.LINE_8, 4)

    def tile(
        self, keys: NDArray[np.int64], where: NDArray[np.bool_], glass: list[tuple[Colour, Colour]], part: Part
    ) -> None:
        """Cut a region into the pieces that share a key; a key picks its glass by its remainder."""
        names, member = np.unique(keys[where], return_inverse=True)
        chosen = [
            self.choose(*glass[int(name) % len(glass)], float(self.rng.uniform(0, np.pi)), part) for name in names
        ]
        self.paint[where] = 0
        self.piece[where] = np.asarray(chosen, np.int32)[member]

    def trace(self, path: Field, width: float, dark: float = 1) -> None:
        """A line of vitreous paint, pressed in the middle and lifted at its ends."""
        half = across(path) * (width / 2 * (0.2 + np.sin(np.linspace(0.25, np.pi - 0.05, len(path)))[:, None]))
        points = np.round(np.concatenate([path + half, (path - half)[::-1]]) * self.scale * 16).astype(np.int32)
        cv2.fillPoly(self.paint, [points], round(255 * dark), cv2.LINE_AA, 4)

    def borders(self) -> tuple[Field, Field, Field]:
        """Distances to the nearest joint, to the nearest outline of a part and to the nearest meeting of three."""
        part = np.asarray(self.part, np.int32)[self.piece]
        found = []
        for field in (self.piece, part):
            edge = np.zeros(self.shape, np.uint8)
            edge[:, 1:] |= (field[:, 1:] != field[:, :-1]).astype(np.uint8)
            edge[1:] |= (field[1:] != field[:-1]).astype(np.uint8)
            found.append(edge)
        a, b, c, d = self.piece[:-1, :-1], self.piece[:-1, 1:], self.piece[1:, :-1], self.piece[1:, 1:]
        kinds = 1 + (b != a) + ((c != a) & (c != b)) + ((d != a) & (d != b) & (d != c))
        found.append(np.pad((kinds >= 3).astype(np.uint8), ((0, 1), (0, 1))))
        far = [cv2.distanceTransform(1 - edge, cv2.DIST_L2, 5) / self.scale for edge in found]
        return far[0], far[1], far[2]

    def lead(self) -> tuple[Field, Field]:
        """The cames: how high they stand (0 where there is glass, 1 on their ridge), and how far glass is from them."""
        joint, outline, meeting = self.borders()
        uneven = 1 + 0.22 * noise(self.shape, self.rng, 90 * self.scale, 1.8, shortest=16 * self.scale)
        rise = np.maximum(1 - joint / (3.1 * uneven), 1 - outline / (4.7 * uneven))
        solder = 1.05 - meeting / (5.4 * uneven)
        rise = cv2.GaussianBlur(np.logaddexp(rise * 9, solder * 9) / 9, (0, 0), 0.9 * self.scale)
        return np.sqrt(np.clip(rise, 0, 1)).astype(np.float32), np.maximum(-rise * 3.4, 0).astype(np.float32)

    def glaze(self) -> Field:
        """The window against the light: glass, paint, lead, and the glow that spills over its edges."""
        height, gap = self.lead()
        light = self.daylight()
        glass = self.glass() * light[..., None] * (1 - 0.45 * np.exp(-gap / 4.5))[..., None]
        worn = 1 + 0.25 * noise(self.shape, self.rng, 6 * self.scale, 1.1)
        glass = mix(glass, TRACE_PAINT, np.clip(self.paint / 255 * worn, 0, 0.96))
        cover = smoothstep(0.0, 0.22, height)
        glow = cv2.GaussianBlur(glass * (1 - cover[..., None]), (0, 0), 5 * self.scale)
        wide = cv2.GaussianBlur(glow, (0, 0), 16 * self.scale)
        return mix(glass, self.metal(height), cover) * 0.94 + 0.16 * glow + 0.14 * wide

    def daylight(self) -> Field:
        """Uneven light behind the window: brighter above, dimmed by what stands outside."""
        clouds = noise(self.shape, self.rng, 420 * self.scale, 2.2)
        tall = self.shape[0] / self.scale
        return np.float32(1.12 - 0.30 * self.rows / tall + 0.13 * clouds)

    def metal(self, height: Field) -> Field:
        """Dull lead, rounded and scraped, with a faint sheen from the room."""
        patina = noise(self.shape, self.rng, 14 * self.scale, 1.3)
        slope_y, slope_x = np.gradient(height + 0.03 * patina, 1 / self.scale)
        sheen = np.clip(-(slope_x + 1.4 * slope_y) * 0.22, -0.05, 0.22) + 0.05 * smoothstep(0.7, 1, height)
        tone = 0.075 + sheen + 0.014 * patina
        return np.clip(tone, 0.01, 0.5)[..., None] * np.float32((1.0, 1.02, 1.08))

    def glass(self) -> Field:
        """The glass of every piece: streaks of a second tint, reams, ripples and drawn-out bubbles."""
        grain, count = np.asarray(self.grain, np.float32)[self.piece], len(self.tints)
        shift = self.rng.uniform(0, 1024, (2, count)).astype(np.float32)
        cos, sin = np.cos(grain), np.sin(grain)
        warp = [noise(self.shape, self.rng, 120 * self.scale, 2) * 14 for _ in range(2)]
        x, y = self.columns + warp[0], self.rows + warp[1]
        along, aside = x * cos + y * sin + shift[0][self.piece], y * cos - x * sin + shift[1][self.piece]
        sheets = [noise((1024, 1024), self.rng, 300, 1.7, (8, 1)), noise((1024, 1024), self.rng, 70, 1.2, (9, 1), 2)]
        wisps, fine = (resample(sheet, aside % 1024, along % 1024, cv2.BORDER_WRAP) for sheet in sheets)
        tint, other = np.float32(self.tints)[self.piece], np.float32(self.second)[self.piece]
        streaked = mix(tint, other, 0.85 * smoothstep(-0.1, 1.9, wisps + 0.35 * fine))
        thick = 1 + 0.20 * fine + 0.16 * wisps + 0.09 * noise(self.shape, self.rng, 9 * self.scale, 1.6)
        thick += 0.7 * self.bubbles()
        return np.power(np.clip(streaked, 0.004, 1), np.clip(thick, 0.35, 2.4)[..., None]).astype(np.float32)

    def bubbles(self) -> Field:
        """Bubbles drawn out along the streaks: a dark rim and a clear middle, as change of thickness."""
        rims, hearts = np.zeros(self.shape, np.uint8), np.zeros(self.shape, np.uint8)
        for _ in range(int(1.3 * self.shape[0] * self.shape[1] / self.scale**2 / 900)):
            x, y = self.rng.random(2) * self.shape[::-1]
            turn = float(np.degrees(self.grain[self.piece[int(y), int(x)]]))
            size = self.rng.gamma(1.6, 0.75) * self.scale
            at, axes = (
                (int(x * 16), int(y * 16)),
                (int((size * self.rng.uniform(1, 2.6) + 1) * 16), int((size + 1) * 16)),
            )
            cv2.ellipse(rims, at, axes, turn, 0, 360, int(self.rng.integers(70, 230)), -1, cv2.LINE_AA, 4)
            inner = (int(axes[0] * 0.62), int(axes[1] * 0.55))
            cv2.ellipse(hearts, at, inner, turn, 0, 360, int(self.rng.integers(120, 255)), -1, cv2.LINE_AA, 4)
        return (rims.astype(np.float32) - 1.7 * hearts.astype(np.float32)) / 255
