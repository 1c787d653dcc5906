"""A table and the cloth upon it: relief laid around the table's rounded front edge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from samples.fields import Field
from samples.materials import Material, Surface
from samples.rays import lookup, march, through_box, unit, vector

# The table's top is y = 0; its front stands at z = EDGE, rounded off; it is as deep and half as wide as this (cm).
EDGE, ROUND, DEEP, ASIDE = -27.0, 1.8, 70.0, 150.0
# How high the cloth may stand off the table.
HIGHEST = 5.0
# From one thread of the linen to the next.
THREAD = 0.11


def off_table(y: Field, z: Field) -> Field:
    """How far places lie off a table's surface, or within it."""
    in_y, in_z = y + ROUND, EDGE + ROUND - z
    corner = np.hypot(np.maximum(in_y, 0), np.maximum(in_z, 0))
    return corner + np.minimum(np.maximum(in_y, in_z), 0) - ROUND


def along_table(y: Field, z: Field) -> Field:
    """How far back along a table's surface places lie: 0 where its edge begins to turn, less down its front."""
    in_y, in_z = y + ROUND, EDGE + ROUND - z
    turned = np.arctan2(np.maximum(in_z, 0), np.maximum(in_y, 1e-6)) * ROUND
    return np.where(in_z <= np.minimum(in_y, 0), -in_z, np.where(in_y < 0, in_y - ROUND * np.pi / 2, -turned))


def table_axes(y: Field, z: Field) -> tuple[Field, Field]:
    """The directions away from a table and back along it, at places near its surface."""
    in_y, in_z = np.maximum(y + ROUND, 1e-6), np.maximum(EDGE + ROUND - z, 0)
    in_y = np.where(y + ROUND < 0, 0, in_y)
    up = unit(np.stack([np.zeros_like(y), in_y, -in_z]))
    return up, np.stack([np.zeros_like(y), -up[2], up[1]])


@dataclass(frozen=True, eq=False)
class Drapery:
    """A cloth laid over the table, as maps over x and the way back along the table, one cell every `cell` cm.

    The maps hold its height off the table (below 0 where it does not lie), and its own two coordinates in cm.
    """

    cell: float
    left: float
    front: float
    height: Field
    threads: Field

    def cells(self, x: Field, along: Field) -> tuple[Field, Field]:
        """Column and row of a place."""
        return (x - self.left) / self.cell, (along - self.front) / self.cell

    def rise(self, x: Field, along: Field) -> Field:
        """How high the cloth stands at places."""
        return lookup(self.height, *self.cells(x, along))


@dataclass(frozen=True, eq=False)
class Tabletop:
    """The table with its cloth, as one thing to be struck."""

    wood: Material
    linen: Material
    drapery: Drapery

    def distance(self, points: Field) -> Field:
        """The distance to wood or linen, never more than that."""
        off = off_table(points[1], points[2])
        rise = np.maximum(self.drapery.rise(points[0], along_table(points[1], points[2])), 0)
        return np.maximum((off - rise) * np.float32(0.6), off - HIGHEST)

    def reach(self, origin: Field, way: Field, far: Field) -> Field:
        """How far each ray goes until it strikes wood or linen, or inf."""
        found = np.full(far.shape, np.inf, np.float32)
        low, high = vector(-ASIDE, -40, EDGE - HIGHEST), vector(ASIDE, HIGHEST, DEEP)
        enter, leave = through_box(origin, way, low, high)
        enter, leave = np.maximum(enter, 0), np.minimum(leave, far)
        near = np.flatnonzero(leave > enter)
        if len(near):
            found[near] = march(self.distance, origin[:, near], way[:, near], enter[near], leave[near])
        return found

    def surface(self, points: Field) -> Surface:
        """The skin at points upon it: grain along the wood, threads across the folds."""
        x, along = points[0], along_table(points[1], points[2])
        up, back = table_axes(points[1], points[2])
        covered = self.drapery.rise(x, along) > 0.02
        out = Surface.blank(len(x))
        for cloth in (False, True):
            at = np.flatnonzero(covered == cloth)
            if len(at):
                skin = self.cloth_skin if cloth else self.wood_skin
                out.put(at, skin(x[at], along[at], up[:, at], back[:, at]))
        return out

    def wood_skin(self, x: Field, along: Field, up: Field, back: Field) -> Surface:
        """Planks: the grain runs across the picture."""
        around, down = x / 120 + 0.5, (along + 20) / 120
        rise = self.wood.slopes(around, down) / 120
        normal = unit(up - vector(1, 0, 0) * rise[0] - back * rise[1])
        return Surface.of(self.wood, normal, self.wood.colour(around, down), 10)

    def cloth_skin(self, x: Field, along: Field, up: Field, back: Field) -> Surface:
        """Folds, and upon them the weave: each thread passes over one and under the next."""
        step, (column, row) = 0.6, self.drapery.cells(x, along)
        slope_x, slope_s = (
            (lookup(self.drapery.height, column + a, row + b) - lookup(self.drapery.height, column - a, row - b))
            / (2 * step * self.drapery.cell)
            for a, b in ((step, 0), (0, step))
        )
        warp, weft = lookup(self.drapery.threads, column, row)
        warp_turn, weft_turn = np.pi / THREAD * warp, np.pi / THREAD * weft
        warp_up = np.sin(warp_turn) * np.sin(weft_turn) > 0
        over = np.where(warp_up, warp_turn, weft_turn)
        height, lean = np.abs(np.sin(over)), 0.3 * np.cos(over) * np.sign(np.sin(over))
        slope_x, slope_s = slope_x + lean * warp_up, slope_s + lean * ~warp_up
        normal = unit(up - vector(1, 0, 0) * slope_x - back * slope_s)
        colour = self.linen.colour(warp / 100 + 0.5, weft / 100 + 0.5) * (0.82 + 0.18 * height)
        return Surface.of(self.linen, normal, colour, 2)
