"""Night swirls: thick strokes follow the contours of one twisted potential, round orbs and over hills."""

from __future__ import annotations

import cv2
import numpy as np

from samples.brushwork import Brush, light_paint, paint_over
from samples.compositing import mix, ramp
from samples.fields import Field, Rng, pixel_grid, smoothstep, table
from samples.noise import noise

HEIGHT, WIDTH = 1520, 1920
SKY = table(
    "0.03 0.06 0.22, 0.06 0.13 0.42, 0.1 0.25 0.62, 0.05 0.16 0.48, 0.22 0.45 0.74, "
    "0.52 0.72 0.8, 0.12 0.3 0.64, 0.8 0.86 0.72, 0.06 0.14 0.4"
)
HILLS = (
    ((0.07, 0.16, 0.36), (0.16, 0.34, 0.52), (0.05, 0.10, 0.26)),
    ((0.08, 0.26, 0.34), (0.24, 0.50, 0.46), (0.04, 0.12, 0.22)),
    ((0.10, 0.24, 0.16), (0.46, 0.50, 0.16), (0.05, 0.13, 0.14)),
    ((0.04, 0.10, 0.14), (0.72, 0.50, 0.14), (0.12, 0.30, 0.20)),
)
HILL_OUTLINE = (0.03, 0.05, 0.14)
ORB_RINGS = table(
    "1 0.97 0.78, 1 0.88 0.3, 0.93 0.58 0.08, 1 0.84 0.22, 0.98 0.94 0.62, 0.45 0.64 0.62, "
    "0.88 0.84 0.46, 0.16 0.36 0.64, 0.5 0.68 0.7, 0.1 0.24 0.56"
)
# Centre as shares of width and height, radius in pixels; a swirl's fourth number is its turn in radians.
SWIRLS = table("0.33 0.36 250 5.2, 0.62 0.5 190 -4.6, 0.86 0.4 130 4.2, 0.08 0.58 130 -3.8, 0.55 0.12 120 3.4")
ORBS = table(
    "0.82 0.15 150, 0.1 0.14 105, 0.36 0.09 62, 0.5 0.29 74, 0.66 0.24 52, 0.2 0.3 50, "
    "0.95 0.5 64, 0.05 0.4 56, 0.47 0.6 48, 0.76 0.58 44"
)


def swirl_potential(rows: Field, columns: Field) -> Field:
    """A potential whose contours are long waves twisted into spirals."""
    x, y = columns.copy(), rows.copy()
    for cx, cy, radius, turn in SWIRLS:
        dx, dy = x - cx * WIDTH, y - cy * HEIGHT
        twist = turn * np.exp(-((dx**2 + dy**2) / (2 * radius**2)))
        cos, sin = np.cos(twist), np.sin(twist)
        x, y = cx * WIDTH + dx * cos - dy * sin, cy * HEIGHT + dx * sin + dy * cos
    return y + 55 * np.sin(x / 230) + 25 * np.sin(x / 97 + 1)


def hang_orbs(target: Field, potential: Field, rows: Field, columns: Field) -> tuple[Field, Field]:
    """Set glowing orbs of coloured rings into the sky; the strokes turn round them."""
    for cx, cy, radius in ORBS:
        dx, dy = columns - cx * WIDTH, rows - cy * HEIGHT
        distance = np.hypot(dx, dy)
        wobble = distance / (1.2 * radius) + 0.05 * np.sin(6 * np.arctan2(dy, dx))
        target = mix(target, ramp(ORB_RINGS, np.clip(wobble, 0, 1)), 1 - smoothstep(0.8, 1.2, wobble))
        potential = np.where(wobble < 1.15, distance, potential)
    return target, potential


def roll_hills(target: Field, potential: Field, rows: Field, columns: Field) -> tuple[Field, Field]:
    """Lay furrowed, dark-edged hills over each other; the strokes run along their crests."""
    for layer, palette in enumerate(HILLS):
        crest = 1060 + 125 * layer + (70 - 8 * layer) * np.sin(columns / (300 - 40 * layer) + 1.7 * layer + 0.6)
        depth = rows - crest - 25 * np.sin(columns / 90 + 2 * layer)
        furrows = 0.5 + 0.5 * np.sin(depth / (13 + 3 * layer) + columns / (160 - 300 * (layer % 2)) * 1.3)
        target = np.where((depth > 0)[..., None], ramp(palette, furrows), target)
        target = np.where((np.abs(depth) < 7)[..., None], np.float32(HILL_OUTLINE), target)
        potential = np.where(depth > -6, depth + 40 * np.sin(columns / 120 + layer), potential)
    return target, potential


def night_swirls(rng: Rng) -> Field:
    """Impasto night: thick strokes follow spirals of wind around glowing orbs above rolling hills."""
    rows, columns = pixel_grid(HEIGHT, WIDTH)
    potential = swirl_potential(rows, columns)
    bands = 0.5 + 0.5 * np.sin(potential / 36 + 0.7 * noise(rows.shape, rng, 160))
    target = ramp(SKY, np.clip(bands + 0.10 * noise(rows.shape, rng, 300), 0, 1))
    target, potential = hang_orbs(target, potential, rows, columns)
    target, potential = roll_hills(target, potential, rows, columns)
    slope_y, slope_x = np.gradient(cv2.GaussianBlur(potential, (0, 0), 2))
    angle = np.arctan2(-slope_x, slope_y) + 0.10 * noise(rows.shape, rng, 90)
    canvas = np.empty((HEIGHT, WIDTH, 4), np.uint8)
    canvas[..., :3], canvas[..., 3] = np.clip(target * 215, 0, 255), 90
    target = target.astype(np.float32)
    paint_over(canvas, target, angle, Brush(150, 26, 0.05, 0.5), 5000, rng)
    paint_over(canvas, target, angle, Brush(105, 15, 0.05, 0.22), 12000, rng)
    paint_over(canvas, target, angle, Brush(62, 9, 0.055, 0.16), 7000, rng)
    return light_paint(canvas, 0.022, rng)
