"""Solids turned about an axis, as a potter or a glass-blower or a tree makes them: an outline, a skin, a place."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import ArrayLike

from samples.fields import Field
from samples.materials import Material, Surface
from samples.rays import cross, lookup, march, through_ball, through_box, unit


@dataclass(frozen=True, eq=False)
class Outline:
    """Half the section of a solid, as maps over distance from the axis and height, one cell every `cell` cm.

    The maps hold the signed distance to the outline, its gradient, and how far along the outline (0 to 1) its nearest
    point lies.
    """

    cell: float
    foot: float
    height: float
    girth: float
    distance: Field
    gradient: Field
    along: Field
    length: float

    def cells(self, radius: Field, y: Field) -> tuple[Field, Field]:
        """Column and row of a place in the section."""
        return radius / self.cell, (y - self.foot) / self.cell


def outline(points: ArrayLike, cell: float = 0.025) -> Outline:
    """Bake an outline (radius, height) that runs from the axis at the top, or closes upon itself."""
    line = np.asarray(points, np.float64)
    margin = 4 * cell
    foot, top, girth = line[:, 1].min() - margin, line[:, 1].max() + margin, line[:, 0].max() + margin
    y, r = np.mgrid[foot:top:cell, 0:girth:cell]
    steps = np.hypot(*np.diff(line, axis=0).T)
    arc = np.concatenate([[0], np.cumsum(steps)])
    nearest, along = np.full(r.shape, np.inf), np.zeros(r.shape)
    for (r0, y0), (r1, y1), start, step in zip(line, line[1:], arc, steps, strict=False):
        share = ((r - r0) * (r1 - r0) + (y - y0) * (y1 - y0)) / max(step * step, 1e-12)
        share = np.clip(share, 0, 1)
        away = (r - r0 - share * (r1 - r0)) ** 2 + (y - y0 - share * (y1 - y0)) ** 2
        closer = away < nearest
        nearest[closer], along[closer] = away[closer], (start + share * step)[closer]
    shape = np.round(np.concatenate([line, [[0, line[-1, 1]], [0, line[0, 1]]]]) * 4096).astype(np.int64)
    inside = even_odd(shape / 4096, r, y)
    distance = (np.sqrt(nearest) * np.where(inside, -1, 1)).astype(np.float32)
    smooth = cv2.GaussianBlur(distance, (0, 0), 1.5, borderType=cv2.BORDER_REFLECT)
    gradient = np.stack(np.gradient(smooth, cell)[::-1], -1).astype(np.float32)
    gradient[:, 0, 0] = 0
    along = (along / arc[-1]).astype(np.float32)
    return Outline(cell, foot, top - foot, girth, distance, gradient, along, float(arc[-1]))


def even_odd(corners: Field, x: Field, y: Field) -> Field:
    """Whether places lie inside a closed polygon."""
    inside = np.zeros(x.shape, bool)
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y0 != y1:
            inside ^= ((y0 > y) != (y1 > y)) & (x < (x1 - x0) * (y - y0) / (y1 - y0) + x0)
    return inside


def turn(lean_x: float, lean_z: float, spin: float = 0) -> Field:
    """A rotation: a spin about the axis, then a lean towards +x and one towards +z, in degrees."""
    a, b, c = np.radians((lean_x, lean_z, spin))
    about_z = np.array([[np.cos(a), np.sin(a), 0], [-np.sin(a), np.cos(a), 0], [0, 0, 1]])
    about_x = np.array([[1, 0, 0], [0, np.cos(b), -np.sin(b)], [0, np.sin(b), np.cos(b)]])
    about_y = np.array([[np.cos(c), 0, np.sin(c)], [0, 1, 0], [-np.sin(c), 0, np.cos(c)]])
    return (about_x @ about_z @ about_y).astype(np.float32)


@dataclass(frozen=True, eq=False)
class Turned:
    """A turned solid somewhere in space, grown uneven by `lumps` cm, its axis bent by `bend` per cm squared."""

    outline: Outline
    material: Material
    place: Field
    turned: Field = field(default_factory=lambda: np.eye(3, dtype=np.float32))
    lumps: float = 0
    bend: float = 0

    def local(self, points: Field) -> Field:
        """Points in the solid's own axes."""
        return self.turned.T @ (points - self.place[:, None])

    def straightened(self, local: Field) -> tuple[Field, Field, Field]:
        """Own axes before the bend: x, z and the distance from the axis."""
        x = local[0] - self.bend * local[1] * local[1]
        return x, local[2], np.sqrt(x * x + local[2] * local[2])

    def waves(self, local: Field) -> tuple[Field, Field]:
        """The phases of the lumps along the own axes, as sines and cosines."""
        pitch = 2.6 / self.outline.girth
        phases = local * pitch + np.float32((0.7, 1.9, 4.0))[:, None]
        return np.sin(phases), np.cos(phases) * pitch

    def distance(self, local: Field) -> Field:
        """The distance to the solid, never more than that."""
        _, _, radius = self.straightened(local)
        away = lookup(self.outline.distance, *self.outline.cells(radius, local[1]))
        if self.lumps:
            sines, _ = self.waves(local)
            away = (away + self.lumps * sines[0] * sines[1] * sines[2]) * np.float32(0.85)
        return away * np.float32(0.85) if self.bend else away

    def bounds(self) -> tuple[Field, float, Field, Field]:
        """The centre and radius of a ball around the solid, and its box in its own axes."""
        line = self.outline
        sway = abs(self.bend) * max(abs(line.foot), abs(line.foot + line.height)) ** 2 + self.lumps
        reach = line.girth + sway
        low, high = np.float32((-reach, line.foot, -reach)), np.float32((reach, line.foot + line.height, reach))
        middle = np.float32((0, line.foot + line.height / 2, 0))
        ball = float(np.hypot(reach, line.height / 2))
        return self.place + self.turned @ middle, ball, low[:, None], high[:, None]

    def reach(self, origin: Field, way: Field, far: Field) -> Field:
        """How far each ray goes until it strikes the solid, from outside or inside; inf if it does not."""
        found = np.full(far.shape, np.inf, np.float32)
        centre, ball, low, high = self.bounds()
        enter, leave = through_ball(origin, way, centre, ball)
        near = np.flatnonzero((leave > np.maximum(enter, 0)) & (enter < far))
        if not len(near):
            return found
        start, toward = self.local(origin[:, near]), self.turned.T @ way[:, near]
        enter, leave = through_box(start, toward, low, high)
        enter = np.maximum(enter, 0)
        crossed = np.flatnonzero((leave > enter) & (enter < far[near]))
        if not len(crossed):
            return found
        near, start, toward, enter = near[crossed], start[:, crossed], toward[:, crossed], enter[crossed]
        leave = np.minimum(leave[crossed], far[near])
        if not self.material.clear:
            found[near] = march(self.distance, start, toward, enter, leave)
            return found
        within = self.distance(start + toward * enter) < 0
        for at, side in ((np.flatnonzero(~within), 1), (np.flatnonzero(within), -1)):
            if len(at):
                rays = start[:, at], toward[:, at], enter[at], leave[at]
                found[near[at]] = march(lambda local, side=side: side * self.distance(local), *rays)
        return found

    def normals(self, local: Field) -> tuple[Field, Field, Field]:
        """Outward normals in own axes, before relief; and shares of the way around and along."""
        x, z, radius = self.straightened(local)
        cells = self.outline.cells(radius, local[1])
        across, up = lookup(self.outline.gradient, *cells)
        across = across / np.maximum(radius, 1e-6)
        normal = np.stack([across * x, up - 2 * self.bend * local[1] * across * x, across * z])
        if self.lumps:
            (a, b, c), (da, db, dc) = self.waves(local)
            normal = normal + self.lumps * np.stack([da * b * c, a * db * c, a * b * dc])
        return unit(normal), np.arctan2(z, x) / (2 * np.pi), lookup(self.outline.along, *cells)

    def surface(self, points: Field) -> Surface:
        """The skin at points upon it."""
        local = self.local(points)
        normal, around, along = self.normals(local)
        material = self.material
        if material.relief is not None:
            radius = np.maximum(np.hypot(local[0], local[2]), 0.05)
            aside = unit(np.stack([-local[2], np.zeros_like(radius), local[0]]) + 1e-9)
            rise_around, rise_along = material.slopes(around, along)
            lean = aside * (rise_around / (2 * np.pi * radius)) + cross(normal, aside) * (
                rise_along / self.outline.length
            )
            normal = unit(normal - lean)
        return Surface.of(material, self.turned @ normal, material.colour(around, along), self.outline.girth)
