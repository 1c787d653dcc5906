"""Balls and rods by the dozen: the berries of a bunch, and the stalks of everything."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from samples.fields import Field
from samples.materials import Material, Surface
from samples.rays import OFF_SURFACE, dot, through_ball, unit


def ball_around(places: Field, radii: Field) -> tuple[Field, float]:
    """A ball that holds balls."""
    centre = (places.min(0) + places.max(0)) / 2
    return centre, float((np.linalg.norm(places - centre, axis=1) + radii).max())


@dataclass(frozen=True, eq=False)
class Beads:
    """Balls in one bunch: places (k, 3), radii (k,), and for each the axis of its skin and a tint of its own."""

    places: Field
    radii: Field
    axes: Field
    tints: Field
    material: Material

    def reach(self, origin: Field, way: Field, far: Field) -> Field:
        """How far each ray goes until it strikes a ball, or inf."""
        found = np.full(far.shape, np.inf, np.float32)
        enter, leave = through_ball(origin, way, *ball_around(self.places, self.radii))
        near = np.flatnonzero((leave > np.maximum(enter, 0)) & (enter < far))
        if not len(near):
            return found
        origin, way, best = origin[:, near], way[:, near], far[near].copy()
        struck = np.zeros(len(near), bool)
        for place, radius in zip(self.places, self.radii, strict=True):
            enter, leave = through_ball(origin, way, place, radius)
            closer = (enter > OFF_SURFACE / 2) & (leave > enter) & (enter < best)
            best, struck = np.where(closer, enter, best), struck | closer
        found[near[struck]] = best[struck]
        return found

    def surface(self, points: Field) -> Surface:
        """The skin at points upon the balls."""
        nearest, which = np.full(points.shape[1], np.inf, np.float32), np.zeros(points.shape[1], int)
        for number, (place, radius) in enumerate(zip(self.places, self.radii, strict=True)):
            off = points - place[:, None]
            away = np.abs(np.sqrt(dot(off, off)) - radius)
            which, nearest = np.where(away < nearest, number, which), np.minimum(away, nearest)
        normal = unit(points - self.places[which].T)
        axis = self.axes[which].T
        along = np.arccos(np.clip(dot(normal, axis), -1, 1)) / np.pi
        flat = unit(normal - axis * dot(normal, axis))
        around = np.arctan2(flat[0] + 0.3 * flat[1], flat[2]) / (2 * np.pi) + which * 0.377
        part = Surface.of(self.material, normal, self.material.colour(around, along) * self.tints[which].T, 1)
        part.girth = self.radii[which]
        return part


@dataclass(frozen=True, eq=False)
class Rods:
    """Round rods in one cluster: where they start and stop (k, 3), and how thick they are (k,)."""

    starts: Field
    stops: Field
    radii: Field
    material: Material

    def reach(self, origin: Field, way: Field, far: Field) -> Field:
        """How far each ray goes until it strikes a rod, or inf (a capsule, after Inigo Quilez)."""
        found = np.full(far.shape, np.inf, np.float32)
        ends = np.concatenate([self.starts, self.stops])
        enter, leave = through_ball(origin, way, *ball_around(ends, np.tile(self.radii, 2)))
        near = np.flatnonzero((leave > np.maximum(enter, 0)) & (enter < far))
        if not len(near):
            return found
        origin, way, best = origin[:, near], way[:, near], far[near].copy()
        struck = np.zeros(len(near), bool)
        for start, stop, radius in zip(self.starts, self.stops, self.radii, strict=True):
            t = through_rod(origin, way, start, stop, radius)
            closer = (t > OFF_SURFACE / 2) & (t < best)
            best, struck = np.where(closer, t, best), struck | closer
        found[near[struck]] = best[struck]
        return found

    def surface(self, points: Field) -> Surface:
        """The bark or glaze at points upon the rods."""
        nearest, normal = np.full(points.shape[1], np.inf, np.float32), np.zeros_like(points)
        where = np.zeros(points.shape[1], np.float32)
        for number, (start, stop, radius) in enumerate(zip(self.starts, self.stops, self.radii, strict=True)):
            axis, off = stop - start, points - start[:, None]
            share = np.clip(axis @ off / max(axis @ axis, 1e-9), 0, 1)
            off = off - axis[:, None] * share
            away = np.abs(np.sqrt(dot(off, off)) - radius)
            closer = away < nearest
            nearest, normal = np.where(closer, away, nearest), np.where(closer, off, normal)
            where = np.where(closer, (number + share) / len(self.radii), where)
        normal = unit(normal)
        around = np.arctan2(normal[1], normal[0] + normal[2]) / (2 * np.pi)
        return Surface.of(self.material, normal, self.material.colour(around, where), float(self.radii.mean()))


def through_rod(origin: Field, way: Field, start: Field, stop: Field, radius: float) -> Field:
    """Where rays enter a rod with round ends; inf where they miss it."""
    axis, off = stop - start, origin - start[:, None]
    along_axis, way_axis = axis @ off, axis @ way
    square = float(axis @ axis)
    a = square - way_axis * way_axis
    b = square * dot(off, way) - along_axis * way_axis
    c = square * dot(off, off) - along_axis * along_axis - radius * radius * square
    h = b * b - a * c
    t = (-b - np.sqrt(np.maximum(h, 0))) / np.maximum(a, 1e-9)
    level = along_axis + t * way_axis
    body = (h > 0) & (level > 0) & (level < square)
    t = np.where(body, t, np.inf)
    for end in (start, stop):
        enter, leave = through_ball(origin, way, end, radius)
        cap = (leave > enter) & ~body & (enter > 0)
        t = np.where(cap, np.minimum(t, enter), t)
    return t
