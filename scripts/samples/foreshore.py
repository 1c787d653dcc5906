"""The foreshore: what lies nearest the eye, stones lit as lumpy domes and blades of sedge."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import ArrayLike

from samples.camera import Camera
from samples.compositing import cut_out, lay_over, resample
from samples.fields import Field, Rng, pixel_grid, smoothstep
from samples.noise import noise
from samples.terrain import BLUE_LIGHT, SUN_LIGHT

TINTS = ((0.34, 0.33, 0.32), (0.38, 0.36, 0.33), (0.26, 0.27, 0.29), (0.33, 0.29, 0.26))


def stone(size: int, wetness: float, scale: float, rng: Rng) -> Field:
    """A stone's sprite: a rounded, speckled, lumpy dome, darker towards its wet foot, premultiplied RGBA."""
    y, x = pixel_grid(int(size * 0.72), size)
    y, x = y / y.shape[0] * 2 - 1, x / size * 2 - 1
    lumps = noise(y.shape, rng, size / 2, 2.4)
    dome = 1 - np.abs(x) ** 2.3 - np.abs(y) ** 2.3 + 0.07 * lumps
    relief = np.sqrt(np.clip(dome, 0, 2)) + 0.03 * lumps + 0.007 * noise(y.shape, rng, 14 * scale, 1.4)
    gy, gx = np.gradient(relief, 2 / y.shape[0], 2 / size)
    light = np.clip((0.5 * gx + 0.65 * gy + 0.57) / np.sqrt(gx**2 + gy**2 + 1), 0, 1.2)
    tint = rng.choice(TINTS)
    speck = 1 + 0.10 * noise(y.shape, rng, 6 * scale, 0.7) + 0.13 * noise(y.shape, rng, 30 * scale)
    dry = 1 - smoothstep(-0.1, 0.7, y) * wetness
    colour = (tint * speck[..., None]) * (light[..., None] * SUN_LIGHT * 1.1 + BLUE_LIGHT * 0.8) * dry[..., None]
    cover = smoothstep(0, 0.12, dome)
    return cut_out(colour * cover[..., None], cover)


def shadow_under(sprite: Field, softness: float, margin: int) -> Field:
    """The soft shadow of a sprite, with a margin on every side."""
    cover = np.float32(sprite[..., 3])
    bordered = cv2.copyMakeBorder(cover, margin, margin, margin, margin, cv2.BORDER_CONSTANT)
    dark = np.zeros((*bordered.shape, 4), np.float32)
    dark[..., 3] = cv2.GaussianBlur(bordered, (0, 0), softness) * 0.75
    return dark


def waterline(column: ArrayLike, low: float) -> Field:
    """The row where the bank begins, for a picture whose last row is `low`."""
    column = np.asarray(column, np.float32)
    return low - 246 + 120 * np.sin(column / 420 + 0.9) + 40 * np.sin(column / 150)


def lay_gravel(picture: Field, camera: Camera, rng: Rng) -> None:
    """The ground between the stones: dark silt that the water covers along its edge, and pebbles strewn over it."""
    scale, (low, right) = camera.scale, np.float32(picture.shape[:2]) / camera.scale
    top = max(int(picture.shape[0] - 460 * scale), 0)
    rows, columns = pixel_grid(picture.shape[0] - top, picture.shape[1])
    inland = (rows + top) / scale - waterline(columns / scale, low) + 10 * noise(rows.shape, rng, 60 * scale, 2)
    silt = np.float32((0.10, 0.092, 0.083)) * (1 + 0.15 * noise(rows.shape, rng, 12 * scale, 1.2))[..., None]
    cover = 0.95 * smoothstep(10, 100, inland)
    lay_over(picture, cut_out(silt * cover[..., None], cover), 0, top)
    kinds = [stone(64, 0.3, scale, rng.spawn(1)[0]) for _ in range(24)]
    for place in np.sort(rng.uniform(0, 1, 5200) ** 0.8):
        column, share = rng.uniform(0, right), rng.lognormal(0, 0.35)
        bank = float(waterline(column, low)) + 20
        wide = max(int((7 + 20 * place) * share * scale), 3)
        pebble = cv2.resize(kinds[rng.integers(24)], (wide, max(int(0.7 * wide), 2)), interpolation=cv2.INTER_AREA)
        drowned = float(smoothstep(0.3, 0.0, place))
        pebble = pebble * np.float32((*(1 - 0.55 * drowned,) * 3, 1)) * (1 - 0.6 * drowned)
        lay_over(picture, pebble, int(column * scale), int((bank + (low - bank) * place) * scale))


def in_water(sprite: Field, rng: Rng) -> Field:
    """A stone that stands in water: what is below the waterline gives way to the stone's own shaken reflection."""
    height, width = sprite.shape[:2]
    rows, columns = pixel_grid(int(height * 1.25), width)
    line = (0.60 + 0.14 * (1 - (2 * columns / width - 1) ** 2)) * height
    below = rows >= line
    shaken = below * 0.05 * width * np.sin((rows - line) / height * 22 + rng.uniform(0, 6))
    stood = resample(sprite, columns + shaken, np.where(below, 2 * line - rows, rows), cv2.BORDER_CONSTANT)
    wet = smoothstep(0.22, 0.08, (line - rows) / height) * ~below
    stood[..., :3] *= (1 - 0.6 * wet)[..., None]
    return stood * np.where(below, 0.6 * smoothstep(1.25, 0.75, rows / height), 1)[..., None]


def draw_stones(picture: Field, camera: Camera, rng: Rng) -> None:
    """Stones along the near shore, larger the nearer they lie, the first of them in the water."""
    scale, (low, right) = camera.scale, np.float32(picture.shape[:2]) / camera.scale
    lay_gravel(picture, camera, rng.spawn(1)[0])
    for place in np.sort(rng.uniform(0, 1, 900) ** 0.7):
        size = (24 + 190 * place**2) * rng.choice((0.35, 0.5, 0.6, 0.9, 1.2))
        column = rng.uniform(-60, right + 60)
        bank = float(waterline(column, low))
        row = bank + (low + 50 - bank) * place
        drawn = max(int(size * scale), 6)
        own = rng.spawn(1)[0]
        sprite = stone(drawn, 0.55 if place < 0.35 else 0.25, scale, own)
        left, top, margin = int(column * scale - drawn / 2), int(row * scale - drawn * 0.36), int(20 * scale)
        if row - bank < 50:
            sprite = in_water(sprite, own)
        else:
            lay_over(picture, shadow_under(sprite, drawn / 18, margin), left - margin, top - margin + drawn // 12)
        lay_over(picture, sprite, left, top)


def draw_grass(picture: Field, camera: Camera, rng: Rng) -> None:
    """Tufts of sedge in the near corners, blade by blade."""
    scale, (low, right) = camera.scale, np.float32(picture.shape[:2]) / camera.scale
    for _ in range(2600):
        left_side = rng.random() < 0.6
        spread = abs(rng.normal(0, 230))
        column = (spread if left_side else right - spread) + rng.normal(0, 20)
        foot = np.float32((column, low + 30 - rng.uniform(0, 150) * np.exp(-spread / 300)))
        reach, lean = rng.uniform(70, 250) * np.exp(-spread / 500), rng.normal(0.22, 0.35)
        t = np.linspace(0, 1, 9)[:, None]
        blade = (foot + np.concatenate([lean * reach * t**2, -reach * t], -1)) * scale
        living = (0.28, 0.30, 0.115) if rng.random() < 0.82 else (0.40, 0.33, 0.19)
        green = np.float32(living) * rng.uniform(0.15, 0.95)
        tone = green + rng.uniform(0, 0.06) * np.float32((1.6, 1, 0.3))
        for i, (a, b) in enumerate(pairwise(blade)):
            shade = tuple(map(float, tone * (0.35 + 0.1 * i)))
            ends = tuple(a.astype(int).tolist()), tuple(b.astype(int).tolist())
            thick = max(round((4 if i < 3 else 3 if i < 6 else 2) * scale), 1)
            cv2.line(picture, *ends, (*shade, 1.0), thick)
