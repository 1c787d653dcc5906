"""The foreshore: what lies nearest the eye, stones lit as lumpy domes and blades of sedge."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np

from samples.camera import Camera
from samples.compositing import cut_out, lay_over
from samples.fields import Field, Rng, pixel_grid, smoothstep
from samples.noise import noise
from samples.terrain import BLUE_LIGHT, SUN_LIGHT

TINTS = ((0.34, 0.33, 0.32), (0.42, 0.38, 0.33), (0.26, 0.27, 0.29), (0.36, 0.30, 0.25))


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
    speck = 1 + 0.16 * noise(y.shape, rng, 6 * scale, 0.7) + 0.12 * noise(y.shape, rng, 30 * scale)
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


def draw_stones(picture: Field, camera: Camera, rng: Rng) -> None:
    """Stones along the near shore, larger the nearer they lie."""
    scale, (low, right) = camera.scale, np.float32(picture.shape[:2]) / camera.scale
    for place in np.sort(rng.uniform(0, 1, 900) ** 0.7):
        size = (24 + 190 * place**2) * rng.choice((0.35, 0.5, 0.6, 0.9, 1.2))
        column = rng.uniform(-60, right + 60)
        bank = low - 246 + 120 * np.sin(column / 420 + 0.9) + 40 * np.sin(column / 150)
        row = bank + (low + 50 - bank) * place
        drawn = max(int(size * scale), 6)
        sprite = stone(drawn, 0.55 if place < 0.35 else 0.25, scale, rng.spawn(1)[0])
        left, top, margin = int(column * scale - drawn / 2), int(row * scale - drawn * 0.36), int(20 * scale)
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
        green = np.float32((0.30, 0.33, 0.10)) * rng.uniform(0.15, 0.95)
        tone = green + rng.uniform(0, 0.06) * np.float32((1.6, 1, 0.3))
        for i, (a, b) in enumerate(pairwise(blade)):
            shade = tuple(map(float, tone * (0.35 + 0.1 * i)))
            ends = tuple(a.astype(int).tolist()), tuple(b.astype(int).tolist())
            thick = max(round((4 if i < 3 else 3 if i < 6 else 2) * scale), 1)
            cv2.line(picture, *ends, (*shade, 1.0), thick)
