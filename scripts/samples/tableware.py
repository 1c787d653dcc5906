"""Tableware: a tin-glazed jug painted in blue, a pewter plate, and a rummer of green glass with wine."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np

from samples.compositing import mix
from samples.fields import Field, Rng, pixel_grid, smoothstep, table
from samples.materials import Material
from samples.noise import noise
from samples.splines import spline
from samples.turned import Outline, outline, turn

# How high the wine stands in the glass.
FILLED = 14.4
BOWL = "0 8.6, 1.2 8.75, 2.6 9.6, 3.7 11.2, 4.15 13.2, 4.05 15.2, 3.55 17.8, 3.42 18.35"


@cache
def jug() -> Outline:
    """A bellied jug: from the bottom within up to its lip, and down its wall to the foot."""
    within = spline(table("0 15, 3.0 15.2, 3.4 16.5, 3.5 18.5, 3.9 21.8, 4.2 22.45, 4.5 22.4"), 60)
    wall = (
        "4.62 22.2, 4.5 21.7, 4.15 20.4, 3.95 18.6, 4.05 17.3, 4.9 15.6, 6.9 13, 8.3 10, 8.45 7.2, 7.5 4.4, 6.1 2.1, "
        "5.5 1.1, 5.55 0.6, 5.8 0.25, 5.7 0.02"
    )
    return outline(np.concatenate([within, spline(table(wall), 200), table("5.4 0, 0 0")]), 0.03)


@cache
def plate() -> Outline:
    """A flat plate with a broad rim."""
    line = (
        "0 0.5, 3 0.5, 6.8 0.52, 7.6 0.7, 8.3 1.1, 9 1.3, 11.8 1.75, 12.2 1.83, 12.36 1.74, 12.2 1.6, 9 1.1, 8.2 0.8, "
        "7.6 0.3, 7 0.1, 3 0.1, 0 0.1"
    )
    return outline(spline(table(line), 300))


@cache
def glass() -> Outline:
    """A rummer: a bowl on a ribbed stem and a hollow foot."""
    wall = (
        "3.46 18.42, 3.52 18.35, 3.67 17.8, 4.18 15.2, 4.29 13.2, 3.84 11.1, 2.7 9.35, 1.75 8.5, 1.55 8.2, 1.62 7.6, "
        "1.5 7, 1.6 6.4, 1.48 5.8, 1.58 5.2, 1.5 4.6, 1.7 3.9, 2.2 2.9, 3 1.7, 3.8 0.8, 4.3 0.35, 4.38 0.15, 4.2 0.02, "
        "3.9 0.1, 3.2 0.9, 2.2 2.1, 1.5 3.3, 0.9 4, 0 4.3"
    )
    return outline(np.concatenate([spline(table(BOWL), 120), spline(table(wall), 320)]), 0.012)


@cache
def wine() -> Outline:
    """The wine in the glass: it creeps up at the wall, and reaches a little into it, so that no air is left between."""
    top = table(f"0 {FILLED}, 3.9 {FILLED}, 4.1 {FILLED + 0.06}, 4.2 {FILLED + 0.14}")
    sides = spline(table("4.2 13.9, 4.21 13.2, 3.76 11.15, 2.65 9.53, 1.2 8.68, 0 8.53"), 100)
    return outline(np.concatenate([top, sides]), 0.012)


def plain(*albedo: float) -> Field:
    """A skin of one colour."""
    return np.full((4, 4, 3), albedo, np.float32)


def clear_glass() -> Material:
    """Greenish glass, as it was blown in forests."""
    return Material(plain(1, 1, 1), index=1.5, stain=(0.14, 0.045, 0.11))


def white_wine() -> Material:
    """White wine, golden in depth."""
    return Material(plain(1, 1, 1), index=1.34, stain=(0.006, 0.035, 0.18))


def pewter(rng: Rng) -> Material:
    """Grey metal, dulled in spots, with the fine rings that the lathe left."""
    shape = (600, 600)
    dull = 1 - 0.10 * smoothstep(-0.5, 2, noise(shape, rng, 90, 1.6))
    rings = 0.0012 * noise(shape, rng, 12, 0.8, (1, 60)) + 0.0045 * noise(shape, rng, 150, 2.0)
    return Material(np.float32((0.17, 0.17, 0.165)) * dull[..., None], rings, 0.42, 0.18)


def leaf(map_: Field, foot: Field, heading: float, size: float, ink: float) -> None:
    """A leaf painted with two pulls of the brush: a pale body and a dark rib."""
    t = np.linspace(0, 1, 14)
    way = np.float32((np.cos(heading), np.sin(heading)))
    side = np.float32((-way[1], way[0]))
    wide = np.sin(np.pi * t**0.8) * size * 0.26
    rib = foot + t[:, None] * way * size + (t**2)[:, None] * side * size * 0.25
    rim = np.concatenate([rib + wide[:, None] * side, (rib - wide[:, None] * side)[::-1]])
    cv2.fillPoly(map_, [np.round(rim * 16).astype(np.int32)], ink * 0.62, 8, 4)
    cv2.polylines(map_, [np.round(rim * 16).astype(np.int32)], True, ink, 4, 8, 4)
    cv2.polylines(map_, [np.round(rib * 16).astype(np.int32)], False, ink, 4, 8, 4)


def blossom(map_: Field, middle: Field, size: float, rng: Rng) -> None:
    """A flower of eight petals around a hatched heart."""
    for angle in np.arange(8) * np.pi / 4 + rng.uniform(0, 1):
        place = middle + np.float32((np.cos(angle), np.sin(angle))) * size * 0.62
        spot = tuple(np.round(place * 16).astype(int).tolist())
        axes = int(size * 0.42 * 16), int(size * 0.26 * 16)
        cv2.ellipse(map_, spot, axes, float(np.degrees(angle)), 0, 360, float(rng.uniform(0.45, 0.75)), -1, 8, 4)
        cv2.ellipse(map_, spot, axes, float(np.degrees(angle)), 0, 360, 1.0, 4, 8, 4)
    heart = tuple(np.round(middle * 16).astype(int).tolist())
    cv2.circle(map_, heart, int(size * 0.3 * 16), 0.1, -1, 8, 4)
    cv2.circle(map_, heart, int(size * 0.3 * 16), 1.0, 3, 8, 4)


def share_at(height: float) -> float:
    """How far along the jug's outline its outer wall is at a height."""
    y = jug().foot + np.arange(jug().distance.shape[0]) * jug().cell
    row = int(np.abs(y - height).argmin())
    wall = np.flatnonzero(np.abs(jug().distance[row]) < 1.5 * jug().cell)
    return float(jug().along[row, wall[-1]])


def paint_blue(rows: int, columns: int, rng: Rng) -> Field:
    """Cobalt on a jug: lines around it, a band of scrolls with blossoms on the belly, leaves on the neck."""
    blue = np.zeros((rows, columns), np.float32)

    def row_at(height: float) -> float:
        return share_at(height) * rows

    for height, thick in table("21.6 5, 20.9 2, 16.9 2, 16.3 5, 12.9 2, 12.5 3, 4.6 3, 4.2 2, 2.2 5"):
        cv2.line(blue, (0, int(row_at(height))), (columns, int(row_at(height))), 0.85, int(thick))
    middle, swing = (row_at(12.2) + row_at(5.0)) / 2, (row_at(5.0) - row_at(12.2)) / 2
    x = np.linspace(-0.1, 1.1, 400) * columns
    vine = np.stack([x, middle + 0.62 * swing * np.sin(x / columns * 2 * np.pi * 5)], -1)
    cv2.polylines(blue, [np.round(vine * 16).astype(np.int32)], False, 1.0, 7, 8, 4)
    for number in range(-1, 12):
        share = (number + 0.5) / 10
        crest = np.float32((share * columns, middle + 0.62 * swing * np.sin(share * 2 * np.pi * 5)))
        inward = np.sign(middle - crest[1])
        blossom(blue, crest + np.float32((0, inward * swing * 0.95)), swing * 0.40, rng)
        for heading in (-2.4, -1.2, -0.5, 0.6, 1.4, 2.6):
            shift = np.float32((np.cos(heading), 0)) * 18
            leaf(blue, crest + shift, heading * inward + rng.normal(0, 0.15), swing * rng.uniform(0.3, 0.5), 0.9)
    for column in np.linspace(0, columns, 15):
        foot = np.float32((column, row_at(17.2)))
        for heading in (-np.pi / 2, -2.2, -0.95):
            leaf(blue, foot, heading, (row_at(17.2) - row_at(20.6)) * (0.9 if heading == -np.pi / 2 else 0.6), 0.8)
        leaf(blue, np.float32((column, row_at(12.95))), -np.pi / 2, (row_at(12.95) - row_at(16)) * 0.8, 0.7)
    return blue


def jug_glaze(rng: Rng) -> Material:
    """White tin glaze, here and there pooled or pitted, with blue that has run a little in the kiln."""
    rows, columns = 1400, 2200
    shape = (rows, columns)
    blue = cv2.GaussianBlur(paint_blue(rows, columns, rng), (0, 0), 1.6)
    blue = blue * (0.82 + 0.22 * noise(shape, rng, 40, 1.4)) + 0.25 * cv2.GaussianBlur(blue, (0, 0), 7)
    white = np.float32((0.66, 0.655, 0.60)) * (1 + 0.035 * noise(shape, rng, 200, 1.8))[..., None]
    white = mix(white, (0.34, 0.24, 0.14), 0.55 * smoothstep(2.9, 3.6, noise(shape, rng, 14, 0.9)))
    down, _ = pixel_grid(*shape)
    chipped = smoothstep(0.5, 1.2, noise(shape, rng, 60, 1.5)) * smoothstep(14, 4, np.abs(down - rows * share_at(22.4)))
    painted = mix(white, (0.018, 0.035, 0.17), np.clip(blue, 0, 1) * 0.95)
    painted = mix(painted, (0.40, 0.24, 0.13), 0.8 * chipped)
    relief = 0.005 * noise(shape, rng, 260, 2.4, (0.4, 1.5)) + 0.0004 * noise(shape, rng, 24, 1.4)
    return Material(painted, relief, 0.05, 0.045, (0.03, 0.03, 0.03))


def handle(angle: float) -> tuple[Field, Field, Field]:
    """The jug's handle as rods, turned so many degrees towards the eye from the right."""
    path = spline(table("4.1 20.6 0, 6.3 21.2 0, 8.6 20.2 0, 9.7 17.4 0, 9.4 14.2 0, 8.0 11.2 0, 7.4 10.4 0"), 30)
    path = path @ turn(0, 0, angle).T
    return path[:-1], path[1:], np.linspace(0.78, 0.62, 29).astype(np.float32)
