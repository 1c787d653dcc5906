"""Woodcut wave: a colour block and a key block, cut with splines and printed with the faults of the craft."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np

from samples.compositing import mix, reduce, resample
from samples.fields import Colour, Field, Rng, pixel_grid, smoothstep, table
from samples.noise import noise
from samples.splines import across, curve, spline

PAPER, NIGHT_INK = (0.93, 0.88, 0.75), (0.06, 0.08, 0.15)
SEA_INKS = table("0.12 0.22 0.42, 0.9 0.87 0.76, 0.2 0.36 0.56, 0.12 0.22 0.42, 0.5 0.66 0.7")
RUST_INKS = table("0.12 0.22 0.42, 0.9 0.87 0.76, 0.7 0.32 0.18, 0.2 0.36 0.56, 0.86 0.7 0.5")
WAVE_BACK = table(
    "-1.75 -0.35, -1.3 0, -0.85 0.2, -0.45 0.5, -0.12 0.86, 0.22 1.08, 0.58 1.08, 0.84 0.9, 0.9 0.66, 0.8 0.54"
)
WAVE_FACE = table(
    "1.75 -0.35, 1.2 -0.05, 0.75 0.06, 0.4 0.22, 0.23 0.48, 0.27 0.72, 0.44 0.85, 0.62 0.8, 0.72 0.68, 0.8 0.54"
)
FOAM, FOAM_SHADE = (0.95, 0.92, 0.82), (0.50, 0.66, 0.70)
SUN_X, SUN_Y, SUN_RADIUS = 1540, 400, 205
CLOUD_INKS = ((0.86, 0.70, 0.50), PAPER, (0.78, 0.50, 0.34))
# Centre and half length of every cloud bar.
CLOUDS = table("1640 500 330, 1800 180 300, 1180 250 240, 1260 620 260, 330 180 330")
# Foot, height, the side it breaks to (1 right, -1 left) and whether it is rusty, for every wave from the farthest.
WAVES = table(
    "1500 860 170 -1 0, 1060 900 190 1 1, 1800 960 300 -1 0, 520 1010 720 1 0, "
    "1560 1150 380 -1 1, 1080 1210 230 1 0, 300 1300 300 1 1, 1830 1330 330 -1 0, "
    "860 1400 250 1 0, 1330 1430 240 -1 1"
)


class Woodblock:
    """The two blocks of a print: flat colour inks, and the key block that carries the dark lines."""

    def __init__(self, height: int, width: int) -> None:
        self.inks = np.empty((height, width, 3), np.float32)
        self.inks[:] = PAPER
        self.key = np.zeros((height, width), np.float32)

    def fill(self, outline: Field, ink: Colour) -> None:
        """Lay flat ink inside an outline and clear the key block there."""
        points = [np.round(outline * 8).astype(np.int32)]
        cv2.fillPoly(self.inks, points, tuple(map(float, ink)), cv2.LINE_8, 3)
        cv2.fillPoly(self.key, points, 0.0, cv2.LINE_8, 3)

    def cut(self, path: Field, width: float, ink: Colour | None = None) -> None:
        """Cut a line that swells in the middle and thins to its ends, on the key block or in an ink."""
        half = across(path) * (width / 2 * (0.25 + np.sin(np.linspace(0.05, np.pi - 0.05, len(path)))[:, None]))
        points = [np.round(np.concatenate([path + half, (path - half)[::-1]]) * 8).astype(np.int32)]
        block, tone = (self.key, 1.0) if ink is None else (self.inks, tuple(map(float, ink)))
        cv2.fillPoly(block, points, tone, cv2.LINE_8, 3)

    def beads(self, centres: Field, radii: Field, ink: Colour, outline: float) -> None:
        """Print discs that merge into one form with one outline."""
        places = [(int(x * 8), int(y * 8)) for x, y in centres]
        for at, radius in zip(places, radii, strict=True):
            cv2.circle(self.key, at, int((radius + outline) * 8), 1.0, -1, cv2.LINE_8, 3)
        for at, radius in zip(places, radii, strict=True):
            cv2.circle(self.key, at, int(radius * 8), 0.0, -1, cv2.LINE_8, 3)
            cv2.circle(self.inks, at, int((radius + outline / 2) * 8), tuple(map(float, ink)), -1, cv2.LINE_8, 3)


def cut_bundle(block: Woodblock, back: Field, face: Field, inks: Sequence[Colour], stripes: int, rng: Rng) -> None:
    """Fill the form between two curves with tapering stripes and hatching that run along it."""
    block.fill(np.concatenate([back, face[::-1]]), inks[0])
    edges = np.cumsum(np.concatenate([[0], rng.uniform(0.5, 1.5, stripes)]))
    edges /= edges[-1]
    for stripe, (low, high) in enumerate(pairwise(edges)):
        ink = inks[stripe % len(inks)]
        start, stop = rng.integers(0, 12), len(back) - rng.integers(1, 40)
        shares = low + (high - low) * np.linspace(0, 1, 5)
        lines = [(back + (face - back) * share)[start:stop] for share in shares]
        block.fill(np.concatenate([lines[0], lines[-1][::-1]]), ink)
        block.cut(lines[0], 5.5)
        dark = sum(ink) < 1.4
        for line in lines[1:-1]:
            first = rng.integers(0, len(line) // 2)
            last = first + rng.integers(len(line) // 4, len(line) // 2)
            block.cut(line[first:last], 3.6 if dark else 2.6, inks[-1] if dark else None)
    block.cut(back, 9)
    block.cut(face, 8)


def cut_foam(block: Woodblock, crest: Field, size: float, rng: Rng) -> None:
    """Set curling fingers of foam along a crest, with claws at their ends and spray flung ahead."""
    handed = np.sign(crest[-1, 0] - crest[0, 0])
    for place in np.linspace(0, len(crest) - 3, int(len(crest) / 3.6)).astype(int):
        heading = np.arctan2(*(crest[place + 2] - crest[place])[::-1]) - handed * rng.uniform(0.2, 1.0)
        steps, curl = 22, handed * rng.uniform(0.10, 0.24)
        growth = size * (0.45 + 0.55 * place / len(crest)) * rng.uniform(0.7, 1.15)
        radii = growth * np.float32(0.062 - 0.05 * np.linspace(0, 1, steps) ** 0.8)
        headings = heading + np.cumsum(curl * np.linspace(-0.3, 2.2, steps))
        strides = np.stack([np.cos(headings), np.sin(headings)], -1) * (radii * 0.62)[:, None]
        trail = (crest[place] + np.cumsum(strides, 0)).astype(np.float32)
        block.beads(trail, radii, FOAM, 3.2)
        sideways = np.stack([-strides[:, 1], strides[:, 0]], -1) * handed
        block.cut(trail[1:-5] + sideways[1:-5] * 0.55, 5 + size / 120, FOAM_SHADE)
        block.cut(trail[2:-4] - sideways[2:-4] * 0.2, 2.6)
        claws = trail[-1] + rng.normal(0, growth * 0.032, (4, 2))
        block.beads(claws, growth * rng.uniform(0.008, 0.02, 4), FOAM, 2.6)
        spray = trail[-1] + np.abs(rng.normal(0, 0.16, (3, 2))) * (handed * size, -size * 0.35)
        block.beads(spray, size * rng.uniform(0.004, 0.012, 3), FOAM, 2.2)


def cut_wave(
    block: Woodblock, at: Sequence[float], size: float, handed: float, inks: Sequence[Colour], rng: Rng
) -> None:
    """One curling wave: a striped body from back to hollow face, and foam from crest to tip."""
    scale = np.float32((size * handed, -size))
    back, face = (spline(side) * scale + np.float32(at) for side in (WAVE_BACK, WAVE_FACE))
    cut_bundle(block, back, face, inks, int(9 + size / 45), rng)
    cut_foam(block, back[64:], size, rng)


def cut_wind(block: Woodblock, rng: Rng) -> None:
    """Hatch the sky with long wind lines in pale ink."""
    for row in np.arange(16, 900, 15.5):
        for left in np.arange(-rng.integers(0, 500), 2000, 520):
            x = np.linspace(left, left + rng.uniform(260, 500), 40)
            path = curve(x, row + 34 * np.sin(x / 310 + row / 190) + 12 * np.sin(x / 90))
            width, strength = rng.uniform(1.5, 4.5), rng.uniform(0.3, 1)
            block.cut(path, width, mix(PAPER, (0.45, 0.52, 0.55), strength))


def cut_sun(block: Woodblock, rng: Rng) -> None:
    """Cut a rust sun with gleams across it."""
    turn = np.linspace(0, 2 * np.pi, 200)
    disc = curve(SUN_X + SUN_RADIUS * np.cos(turn), SUN_Y + SUN_RADIUS * np.sin(turn))
    block.fill(disc, (0.74, 0.30, 0.16))
    block.cut(np.roll(disc, 60, 0), 7)
    for row in range(SUN_Y - 185, SUN_Y + 200, 17):
        half = np.sqrt(max(SUN_RADIUS**2 - (row - SUN_Y) ** 2, 0)) * rng.uniform(0.5, 0.95)
        x = np.linspace(SUN_X - half * 0.4, SUN_X + half, 30)
        block.cut(curve(x, row + 4 * np.sin(x / 40)), 5, (0.86, 0.48, 0.26))


def cut_clouds(block: Woodblock, rng: Rng) -> None:
    """Draw cloud bars across the sky and the sun."""
    for cx, cy, half in CLOUDS:
        x = np.linspace(cx - half, cx + half, 60)
        bulge = 34 * np.sin(np.linspace(0, np.pi, 60)) ** 0.6
        top = curve(x, cy - bulge * (1 + 0.35 * np.sin(x / 38)))
        low = curve(x, cy + bulge * 0.6 * (1 + 0.3 * np.sin(x / 51)))
        cut_bundle(block, top, low, CLOUD_INKS, 4, rng)


def print_blocks(block: Woodblock, rng: Rng) -> Field:
    """Print the blocks: wandering knife edges, wood grain in the inks, misregistration, fibrous paper."""
    shape = block.key.shape
    rows, columns = pixel_grid(*shape)
    drift_x, drift_y = (noise(shape, rng, 70, 1.6, shortest=9) * 1.6 for _ in range(2))
    inks = resample(cv2.GaussianBlur(block.inks, (0, 0), 1), columns + drift_x + 3, rows + drift_y - 2)
    key = smoothstep(0.3, 0.7, cv2.GaussianBlur(resample(block.key, columns + drift_y, rows + drift_x), (0, 0), 1.2))
    rings = np.sin(rows / 5 + 3.5 * noise(shape, rng, 900, 2.2, (1, 0.15)))
    grain = 0.11 * rings + 0.12 * noise(shape, rng, 40, 1.3, (1, 0.1)) + 0.09 * noise(shape, rng, 6, 0.8)
    fibres = noise(shape, rng, 60, 1.4, (0.35, 1)) * 0.6 + noise(shape, rng, 8, 0.8)
    paper = np.float32(PAPER) * (1 + 0.022 * fibres + 0.03 * noise(shape, rng, 700))[..., None]
    bare = np.clip(0.06 + 0.75 * np.abs(grain) * (grain > 0) * 1.6, 0, 0.5)
    page = paper * mix(inks / np.float32(PAPER), 1, bare)
    page *= mix((1, 1, 1), np.float32((0.55, 0.66, 0.80)), 0.75 * (1 - smoothstep(0, 300, rows)))
    page = mix(page, NIGHT_INK, key * np.clip(0.96 - 0.5 * np.maximum(grain - 0.12, 0) * 3, 0.4, 1))
    return reduce(page)


def woodcut_wave(rng: Rng) -> Field:
    """Woodblock print: rows of curling waves, back to front, under a hatched sky with a rust sun."""
    block = Woodblock(1400, 2000)
    cut_wind(block, rng)
    cut_sun(block, rng)
    cut_clouds(block, rng)
    x = np.linspace(-60, 2060, 160)
    for *at, size, handed, rusty in WAVES:
        inks = RUST_INKS if rusty else SEA_INKS
        crest = at[1] + 0.10 * size + 24 * np.sin(x / 170 + at[0]) + 12 * np.sin(x / 60)
        top, low = (curve(x, crest + drop + 20 * np.sin(x / 130 + drop)) for drop in (0, 330))
        cut_bundle(block, top, low, inks[::-1] if size < 200 else inks, 12, rng)
        cut_wave(block, at, size, handed, inks, rng)
    return print_blocks(block, rng)
