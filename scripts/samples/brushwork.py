"""Brushwork: bristle strokes that follow a direction field, and the light on the thickness of their paint."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from samples.compositing import reduce
from samples.fields import Canvas, Field, Rng, pixel_grid
from samples.noise import noise
from samples.splines import across


@dataclass(frozen=True)
class Brush:
    """One size of brush: stroke length, width, colour jitter, and how far a colour edge stops the stroke."""

    length: float
    width: float
    jitter: float
    edge: float = 0.3


def trace_strokes(angle: Field, starts: Field, length: float, steps: int = 14) -> Field:
    """Follow a direction field from every start: paths of shape (strokes, steps, 2) as column, row."""
    path = [starts]
    for _ in range(steps - 1):
        column, row = path[-1].T
        heading = angle[
            np.clip(row, 0, angle.shape[0] - 1).astype(int),
            np.clip(column, 0, angle.shape[1] - 1).astype(int),
        ]
        path.append(path[-1] + np.stack([np.cos(heading), np.sin(heading)], -1) * (length / steps))
    return np.stack(path, 1).astype(np.float32)


def draw_stroke(canvas: Canvas, path: Field, width: float, paint: Field, rng: Rng) -> None:
    """Draw one stroke as a row of bristles with ragged ends; the fourth channel keeps its thickness."""
    normal = across(path)
    count = max(int(width / 1.7), 3)
    taper = np.minimum(1, 0.55 + 1.8 * np.sin(np.linspace(0.1, np.pi - 0.05, len(path))))[:, None]
    load, bow = rng.normal(0, 0.055, count), rng.uniform(90, 150)
    for bristle in rng.permutation(count):
        side = bristle / (count - 1) * 2 - 1
        line = path + normal * taper * (side * width / 2)
        ends = rng.integers(0, 2 + len(path) // 6, 2)
        points = np.round(line[ends[0] : len(path) - ends[1]] * 8).astype(np.int32)
        tone = np.clip((paint * (1 + load[bristle]) + load[bristle] * 0.5) * 255, 0, 255)
        thickness = np.clip(bow + 55 * abs(side) ** 3 + 420 * load[bristle], 0, 255)
        colour = (float(tone[0]), float(tone[1]), float(tone[2]), float(thickness))
        cv2.polylines(canvas, [points], False, colour, 2 if width < 9 else 3, cv2.LINE_AA, 3)


def paint_over(canvas: Canvas, target: Field, angle: Field, brush: Brush, count: int, rng: Rng) -> None:
    """Cover a canvas with strokes that take their colour from a target and stop where its colour changes."""
    height, width = angle.shape
    margin = brush.length / 2
    starts = (rng.random((count, 2)) * (width + 2 * margin, height + 2 * margin) - margin).astype(np.float32)
    paths = trace_strokes(angle, starts, brush.length)
    rows = np.clip(paths[..., 1], 0, height - 1).astype(int)
    columns = np.clip(paths[..., 0], 0, width - 1).astype(int)
    seen = target[rows, columns]
    same = np.abs(seen - seen[:, :1]).sum(-1) < brush.edge * 3
    lengths = np.where(same.all(1), same.shape[1], same.argmin(1))
    for path, colours, steps in zip(paths, seen, lengths, strict=True):
        if steps >= 4:
            paint = colours[0] + rng.normal(0, brush.jitter * 0.7, 3) + rng.normal(0, brush.jitter)
            draw_stroke(canvas, path[:steps], brush.width * rng.uniform(0.65, 1.3), paint, rng)


def light_paint(canvas: Canvas, relief: float, rng: Rng, size: float = 1200) -> Field:
    """Light the paint's thickness from the upper left over a woven canvas, and bring the picture to its size."""
    rows, columns = pixel_grid(*canvas.shape[:2])
    weave = np.sin(columns * 0.9) * np.cos(rows * 0.9) * 5 + noise(canvas.shape[:2], rng, 12, 1.2) * 3
    thickness = cv2.GaussianBlur(canvas[..., 3].astype(np.float32) + weave, (0, 0), 1.1)
    slope_y, slope_x = np.gradient(thickness)
    facing = (slope_x + slope_y)[..., None] * relief
    lit = canvas[..., :3].astype(np.float32) / 255 * (1 + np.clip(facing, -0.55, 0.6))
    lit += 0.5 * np.clip(facing - 0.12, 0, 0.35)
    return reduce(lit, size)
