"""Divided colour: dots of pure pigment that mix in the eye, each chosen by what its neighbourhood still lacks."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from samples.compositing import mix
from samples.fields import Field, Rng, pixel_grid, smoothstep, table

PIGMENTS = table(
    "0.99 0.86 0.14, 0.97 0.93 0.36, 0.98 0.62 0.10, 0.95 0.40 0.12, 0.86 0.16 0.12, 0.80 0.12 0.36, 0.58 0.14 0.52, "
    "0.36 0.16 0.58, 0.16 0.18 0.62, 0.12 0.34 0.74, 0.22 0.58 0.80, 0.04 0.48 0.46, 0.06 0.46 0.22, 0.48 0.68 0.12"
)
DARKS = table("0.17 0.11 0.32, 0.07 0.22 0.25, 0.10 0.13 0.38, 0.30 0.09 0.18")
WHITE = np.float32((0.98, 0.97, 0.93))


@dataclass(frozen=True)
class Motif:
    """What is to be painted, a pixel a unit: its colour, the direction of its forms, sunlight, and need of detail."""

    colour: Field
    angle: Field
    sun: Field
    detail: Field


@dataclass(frozen=True)
class Dots:
    """One pass of dots: how many, how long and wide they are in units, and how far their hues are thrown apart."""

    count: int
    length: float
    width: float
    division: float
    finest: float = 0


def palette() -> Field:
    """Every pigment pure and in two tints with white, some darks, and white."""
    pure = np.float32(PIGMENTS)
    return np.concatenate([pure, mix(pure, WHITE, 0.4), mix(pure, WHITE, 0.72), np.float32(DARKS), WHITE[None]])


class Dabs:
    """Stamps of small touches of thick paint: cover and thickness, for any size and direction."""

    def __init__(self, rng: Rng) -> None:
        self.rng = rng
        self.cut: dict[tuple[int, int, int, int], tuple[Field, Field]] = {}

    def stamp(self, length: float, width: float, angle: float) -> tuple[Field, Field]:
        """A touch of about this length, width and direction."""
        turn = round((angle % np.pi) / np.pi * 16) % 16
        key = (max(round(length * 1.5), 2), max(round(width * 1.5), 2), turn, int(self.rng.integers(5)))
        if key not in self.cut:
            self.cut[key] = self.mould(key[0] / 3, key[1] / 3, turn * np.pi / 16)
        return self.cut[key]

    def mould(self, length: float, width: float, angle: float) -> tuple[Field, Field]:
        """Press one touch: a lopsided oval with a ridge round it and a crest where the brush left."""
        reach = int(np.ceil(max(length, width) * 1.3)) + 1
        rows, columns = pixel_grid(2 * reach + 1, 2 * reach + 1)
        x, y = columns - reach, rows - reach
        along = (x * np.cos(angle) + y * np.sin(angle)) / length
        aside = (y * np.cos(angle) - x * np.sin(angle)) / width
        turn = np.arctan2(aside, along)
        phase = self.rng.uniform(0, 2 * np.pi, 3)
        edge = 1 + 0.10 * np.sin(2 * turn + phase[0]) + 0.08 * np.sin(3 * turn + phase[1])
        radius = np.hypot(along, aside) / edge
        cover = smoothstep(1 + 0.7 / width, 1 - 0.7 / width, radius)
        rise = 0.55 + 0.3 * np.exp(-(((radius - 0.8) / 0.22) ** 2)) + 0.25 * along * np.sign(phase[2] - np.pi)
        return cover[..., None].astype(np.float32), np.clip(rise, 0, 1).astype(np.float32)


class Canvas:
    """A primed canvas to set dots on: colour and thickness of paint."""

    def __init__(self, motif: Motif, scale: float, rng: Rng) -> None:
        self.motif, self.scale, self.rng = motif, scale, rng
        height, width = (round(side * scale) for side in motif.angle.shape)
        self.paint = np.empty((height, width, 4), np.float32)
        self.paint[..., :3] = mix((0.90, 0.84, 0.70), cv2.resize(motif.colour, (width, height)), 0.6)
        self.paint[..., 3] = 0.2
        self.dabs, self.palette = Dabs(rng), palette()

    def seen(self) -> Field:
        """What an eye at some distance sees of the canvas, a pixel a unit."""
        shape = self.motif.angle.shape[::-1]
        small = cv2.resize(self.paint[..., :3], shape, interpolation=cv2.INTER_AREA)
        return cv2.GaussianBlur(small, (0, 0), 5)

    def set_dots(self, dots: Dots) -> None:
        """Set a pass of dots in shares, looking at the canvas between them."""
        for _ in range(8):
            lacking = self.motif.colour - self.seen()
            self.set_share(dots, dots.count // 8, lacking)

    def set_share(self, dots: Dots, count: int, lacking: Field) -> None:
        """Set some dots: what is lacking, thrown apart in hue, decides the pigment of each."""
        rng, motif = self.rng, self.motif
        tall, wide = motif.angle.shape
        x, y = rng.uniform(0, wide, count), rng.uniform(0, tall, count)
        rows, columns = y.astype(int), x.astype(int)
        keep = rng.random(count) < np.maximum(motif.detail[rows, columns], 1 - dots.finest)
        x, y, rows, columns = x[keep], y[keep], rows[keep], columns[keep]
        wanted = motif.colour[rows, columns] + 0.8 * lacking[rows, columns]
        thrown = rng.normal(0, dots.division, (len(x), 3)).astype(np.float32)
        wanted = wanted + thrown - 0.75 * thrown.mean(1, keepdims=True)
        wanted += self.sparks(rows, columns, dots.division)
        chosen = ((wanted[:, None] - self.palette) ** 2).sum(-1).argmin(1)
        tones = self.palette[chosen] + rng.normal(0, 0.018, (len(x), 1))
        turns = motif.angle[rows, columns] + rng.normal(0, 0.22, len(x))
        sizes = rng.lognormal(0, 0.17, (len(x), 2)) * (1 - 0.3 * motif.detail[rows, columns][:, None])
        for at in range(len(x)):
            self.touch(x[at], y[at], dots.length * sizes[at, 0], dots.width * sizes[at, 1], turns[at], tones[at])

    def sparks(self, rows: Field, columns: Field, division: float) -> Field:
        """Orange of the sun thrown into lights, and blue and violet into shadows."""
        sun, chance = self.motif.sun[rows, columns], self.rng.random(len(rows))
        warm = (chance < 0.20 * sun)[:, None] * np.float32((0.9, 0.25, -0.9))
        cold = (chance > 1 - 0.30 * (1 - sun))[:, None] * np.float32((-0.35, -0.45, 0.95))
        return (warm + cold) * division * 1.6

    def touch(self, x: float, y: float, length: float, width: float, angle: float, tone: Field) -> None:
        """Press one dot of paint on the canvas."""
        scale = self.scale
        cover, rise = self.dabs.stamp(length * scale, width * scale, angle)
        reach = len(rise) // 2
        left, top = round(x * scale) - reach, round(y * scale) - reach
        x0, y0 = max(-left, 0), max(-top, 0)
        under = self.paint[top + y0 : top + len(rise), left + x0 : left + len(rise)]
        if not under.size:
            return
        piece = np.s_[y0 : y0 + under.shape[0], x0 : x0 + under.shape[1]]
        share = cover[piece]
        under[..., :3] += (tone - under[..., :3]) * share
        under[..., 3:] += (0.35 * under[..., 3:] + 0.65 * rise[piece][..., None] - under[..., 3:]) * share
