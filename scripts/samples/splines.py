"""Paths: smooth curves through a few points, and the direction square to them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from samples.fields import Field


def curve(x: ArrayLike, y: ArrayLike) -> Field:
    """A path from its columns and rows."""
    return np.stack(np.broadcast_arrays(x, y), -1).astype(np.float32)


def spline(points: ArrayLike, count: int = 160) -> Field:
    """A smooth (Catmull-Rom) curve through points."""
    knots = np.asarray(points, np.float32)
    knots = np.concatenate([2 * knots[:1] - knots[1:2], knots, 2 * knots[-1:] - knots[-2:-1]])
    t = np.linspace(0, len(knots) - 3 - 1e-4, count)
    i, f = t.astype(int), (t % 1)[:, None]
    a, b, c, d = knots[i], knots[i + 1], knots[i + 2], knots[i + 3]
    points = b + 0.5 * f * (c - a + f * (2 * a - 5 * b + 4 * c - d + f * (3 * (b - c) + d - a)))
    return points.astype(np.float32)


def across(path: Field) -> Field:
    """Unit vectors square to a path."""
    along = np.gradient(path, axis=0)
    return np.stack([-along[:, 1], along[:, 0]], -1) / (np.linalg.norm(along, axis=1, keepdims=True) + 1e-6)


def closed(points: ArrayLike, count: int = 160) -> Field:
    """A smooth closed outline through points."""
    knots = np.asarray(points, np.float32)
    path = spline(np.concatenate([knots[-2:], knots, knots[:2]]), count * (len(knots) + 3) // len(knots))
    margin = len(path) / (len(knots) + 3)
    return path[round(margin) : round(len(path) - 2 * margin)]


def blade(path: Field, width: float) -> Field:
    """The outline of a blade that swells past its middle and ends in a point."""
    t = np.linspace(0, 1, len(path))
    half = across(path) * (width / 2 * (np.sin(np.pi * t**0.8) ** 0.75 + 0.12 * (1 - t)))[:, None]
    return np.concatenate([path + half, (path - half)[::-1]])
