"""The room around a still life: a limewashed wall, a waxed table, and the weave of the linen upon it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from samples.fields import Field, Rng, pixel_grid, smoothstep
from samples.materials import Material, Surface
from samples.noise import noise
from samples.rays import vector
from samples.tabletop import DEEP


@dataclass(frozen=True, eq=False)
class Wall:
    """The wall behind the table."""

    material: Material

    def reach(self, origin: Field, way: Field, far: Field) -> Field:
        """How far each ray goes until it strikes the wall, or inf."""
        away = (DEEP - origin[2]) / np.maximum(way[2], 1e-6)
        return np.where((way[2] > 1e-6) & (away > 0) & (away < far), away, np.inf).astype(np.float32)

    def surface(self, points: Field) -> Surface:
        """Plaster at points upon it."""
        ones = np.ones(points.shape[1], np.float32)
        around, along = points[0] / 240 + 0.5, 1 - points[1] / 160
        return Surface.of(self.material, vector(0, 0, -1) * ones, self.material.colour(around, along), 10)


def limewash(rng: Rng) -> Material:
    """Old plaster, grey-brown and stained, darker towards the corner by the window."""
    shape = (700, 1000)
    rows, columns = pixel_grid(*shape)
    stain = 1 + noise(shape, rng, 260, 2.0) * 0.10 + noise(shape, rng, 40, 1.4) * 0.05
    stain *= 0.35 + 0.8 * smoothstep(330, 640, columns + 0.35 * rows + 30 * noise(shape, rng, 300, 2.4))
    return Material(np.clip(np.float32((0.15, 0.13, 0.105)) * stain[..., None], 0, 1), None, 0.0, 0.9)


def walnut(rng: Rng) -> Material:
    """Dark wood, waxed and worn."""
    shape = (1000, 1000)
    grain = noise(shape, rng, 120, 1.6, (1, 14)) + 0.6 * noise(shape, rng, 14, 1.0, (0.8, 20))
    tone = np.float32((0.085, 0.042, 0.020)) * np.exp(0.35 * grain)[..., None]
    return Material(tone.astype(np.float32), 0.012 * grain, 0.04, 0.28)


def linen(rng: Rng) -> Material:
    """Bleached linen with thicker and thinner threads."""
    shape = (1000, 1000)
    slub = noise(shape, rng, 20, 1.2, (30, 0.7)) + noise(shape, rng, 20, 1.2, (0.7, 30))
    cloth = np.float32((0.72, 0.69, 0.63)) * (1 + 0.025 * slub + 0.02 * noise(shape, rng, 200, 2))[..., None]
    return Material(np.clip(cloth, 0, 1), None, 0.0, 0.9, (0.06, 0.055, 0.05))
