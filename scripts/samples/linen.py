"""A linen cloth that falls upon a table: threads as constraints between points, relaxed until they lie still.

Position-based dynamics (Müller et al. 2007) on a grid that is refined twice: large folds form first, small ones last.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from samples.fields import Field, Rng, pixel_grid
from samples.noise import noise
from samples.tabletop import EDGE, HIGHEST, Drapery, along_table, off_table, table_axes

# The cloth's measures in cm, how far it is pushed together, the turn of its sides, the height of two threads.
WIDE, LONG, CROWDED, TURN, THICK = 72.0, 50.0, 0.91, 0.17, 0.15
CENTRE = (17.0, -13.0)
# Neighbours down and across that keep their distance, and how firmly: threads, and their slant.
THREADS = ((0, 1, 1.0), (1, 0, 1.0), (1, 1, 0.3), (1, -1, 0.3))
# How far apart, in cm, points stiffen the cloth against tight folds, and how firmly.
STIFFNESS = ((2.6, 0.4), (1.3, 0.3))
CELL, LEFT, FRONT = 0.1, -45.0, -26.0
# How steeply a hem may rise: steeper than this a ray would march through it.
HEM = 0.8


def hold_together(points: Field, spacing: float) -> None:
    """Draw neighbours towards their distance at rest."""
    rows, columns = points.shape[:2]
    spans = [(max(round(reach / spacing), 1), firm) for reach, firm in STIFFNESS]
    stiffness = [bond for span, firm in spans for bond in ((0, span, firm), (span, 0, firm)) if span > 1]
    for down, right, firm in (*THREADS, *stiffness):
        first = points[: rows - down, max(-right, 0) : columns - max(right, 0)]
        second = points[down:, max(right, 0) : columns - max(-right, 0)]
        apart = second - first
        length = np.sqrt((apart * apart).sum(-1, keepdims=True))
        pull = apart * (0.28 * firm * (1 - spacing * np.hypot(down, right) / np.maximum(length, 1e-6)))
        first += pull
        second -= pull


def lie_on_table(points: Field, before: Field, pressed: Sequence[tuple[float, float, float, float]]) -> None:
    """Push points out of the table, hold them there by friction, and press them down below what stands on the cloth."""
    x, y, z = np.moveaxis(points, -1, 0)
    depth = np.maximum(THICK - off_table(y, z), 0)
    up, _ = table_axes(y.ravel(), z.ravel())
    points += np.moveaxis(up.reshape(3, *y.shape) * depth, 0, -1)
    slid = points - before
    points -= slid * np.float32((0.9, 0, 0.9)) * (depth > 0)[..., None]
    for place_x, place_z, radius, high in pressed:
        below = (np.hypot(x - place_x, z - place_z) < radius) & (z > EDGE)
        points[below, 1] = np.minimum(points[below, 1], high)


def let_fall(points: Field, spacing: float, steps: int, pressed: Sequence[tuple[float, float, float, float]]) -> Field:
    """Let the cloth fall for so many steps and come to rest."""
    before = points.copy()
    for _ in range(steps):
        motion = (points - before) * 0.94
        before = points.copy()
        points = points + motion
        points[..., 1] -= 0.02
        for _ in range(8):
            hold_together(points, spacing)
            lie_on_table(points, before, pressed)
    return points


def crumpled_start(rows: int, columns: int, rng: Rng) -> Field:
    """The cloth above the table, turned a little and pushed together into waves."""
    row, column = pixel_grid(rows, columns)
    u, v = (column / (columns - 1) - 0.5) * WIDE, (row / (rows - 1) - 0.5) * LONG
    swell = 1.7 * noise(u.shape, rng, columns / 4, 2.4, (1, 0.45)) + 0.5 * noise(u.shape, rng, columns / 6, 2)
    x = CENTRE[0] + (u * np.cos(TURN) + v * np.sin(TURN)) * CROWDED
    z = CENTRE[1] + (v * np.cos(TURN) - u * np.sin(TURN)) * (1 + CROWDED) / 2
    return np.stack([x, 2.2 + swell - swell.min(), z], -1).astype(np.float32)


def refine(points: Field) -> Field:
    """Twice as many points each way, less one."""
    rows, columns = points.shape[:2]
    row, column = pixel_grid(2 * rows - 1, 2 * columns - 1)
    return cv2.remap(points, column / 2, row / 2, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


def lay_cloth(rng: Rng, pressed: Sequence[tuple[float, float, float, float]]) -> Drapery:
    """Drop a crumpled cloth on the table, under what will stand on it, and note how it lies."""
    points = crumpled_start(35, 49, rng)
    for steps in (160, 90, 60):
        points = let_fall(points, WIDE / (points.shape[1] - 1), steps, pressed)
        points = refine(points) if steps > 60 else points
    return spread(points)


def spread(points: Field) -> Drapery:
    """Draw a cloth's points as maps around the table, the highest layer on top."""
    fine = points
    for _ in range(3):
        fine = refine(fine)
    rows, columns = fine.shape[:2]
    v, u = pixel_grid(rows, columns)
    own = np.stack([u / columns * WIDE, v / rows * LONG], -1).reshape(-1, 2)
    x, y, z = fine.reshape(-1, 3).T
    off, along = off_table(y, z), along_table(y, z)
    shape = int((60 - LEFT) / CELL), int((30 - FRONT) / CELL)
    column, row = ((x - LEFT) / CELL).astype(int), ((along - FRONT) / CELL).astype(int)
    inside = (column >= 0) & (column < shape[0]) & (row >= 0) & (row < shape[1])
    order = np.flatnonzero(inside)[np.argsort(off[inside], kind="stable")]
    height = np.full(shape[::-1], -0.6, np.float32)
    threads = np.zeros((*shape[::-1], 2), np.float32)
    height[row[order], column[order]] = off[order]
    threads[row[order], column[order]] = own[order]
    return Drapery(CELL, LEFT, FRONT, smooth_sheet(np.minimum(height, HIGHEST - 0.3)), threads)


def smooth_sheet(height: Field) -> Field:
    """Close pinholes between points, let the hems sink to the table, and soften what the grid left."""
    closed = cv2.morphologyEx(height, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    inward = cv2.distanceTransform((closed > 0).astype(np.uint8), cv2.DIST_L2, 5) * CELL
    sunk = np.where(closed > 0, np.minimum(closed, THICK + HEM * inward), closed)
    return cv2.GaussianBlur(sunk, (0, 0), 1.6)
