"""Houses: a gabled box of walls and roof planes, and the town that climbs the slope in rows of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from samples.camera import Camera
from samples.compositing import cut_out, opaque
from samples.evening_light import daylight
from samples.facades import PLASTERS, Wall, plaster, roof_texture, wall_texture
from samples.fields import Field, Rng, pixel_grid
from samples.planes import Sheet, sheet
from samples.quayside import Quay

UP = np.float32((0, 1, 0))
# Each row of houses: metres back from the quay's edge, and the height of its ground above the water.
ROWS = ((7.0, 2.2), (23, 6), (38, 10.5), (54, 16), (72, 22))


@dataclass(frozen=True)
class House:
    """A gabled house: front left corner on the ground, direction of its front, and its measures in metres."""

    corner: tuple[float, float, float]
    heading: float
    width: float
    depth: float
    height: float
    gable: float
    seed: int
    stone: bool = False

    @property
    def along(self) -> Field:
        """The direction of the front, from left to right."""
        return np.float32((np.cos(self.heading), 0, np.sin(self.heading)))

    @property
    def away(self) -> Field:
        """The direction from the front to the back."""
        along = self.along
        return np.float32((-along[2], 0, along[0]))

    def faces(self, camera: Camera) -> list[Sheet]:
        """Every wall and roof plane, drawn as finely as the camera can see it."""
        rng = np.random.default_rng(self.seed)
        metre = min(1.05 * camera.focal / max(self.corner[2], 20), 34 * camera.scale)
        colour = np.float32((0.5, 0.45, 0.40) if self.stone else PLASTERS[rng.integers(len(PLASTERS))])
        colour = colour * rng.uniform(0.8, 1.1)
        tiles = np.float32((0.20, 0.22, 0.24) if self.stone else (0.46, 0.19, 0.12)) * rng.uniform(0.75, 1.25)
        timbered = not self.stone and rng.random() < 0.3
        return [*self.walls(metre, colour, timbered, rng), *self.roof(metre, tiles, rng)]

    def walls(self, metre: float, colour: Field, timbered: bool, rng: Rng) -> Iterator[Sheet]:
        """The front with its gable and the two sides, at so many texture pixels a metre."""
        foot, along, away = np.float32(self.corner), self.along, self.away
        for start, side, out, length, gable in (
            (foot, along, -away, self.width, self.gable),
            (foot + along * self.width, away, along, self.depth, 0.0),
            (foot + away * self.depth, -away, -along, self.depth, 0.0),
        ):
            top = start + UP * (self.height + gable)
            corners = np.stack([top, top + side * length, start + side * length, start])
            wall = Wall(length, self.height, gable, metre, daylight(out), colour, timbered, self.stone)
            yield sheet(corners, wall_texture(wall, rng))

    def roof(self, metre: float, tiles: Field, rng: Rng) -> Iterator[Sheet]:
        """The two roof planes from the ridge down, overhanging the walls."""
        foot, along, away, over = np.float32(self.corner), self.along, self.away, 0.12
        ridge = foot + along * self.width / 2 + UP * (self.height + self.gable) - away * 0.4
        slope = float(np.hypot(self.width / 2, self.gable))
        for eave, turn in ((foot - along * self.width * over, -1), (foot + along * self.width * (1 + over), 1)):
            low = eave + UP * (self.height - self.gable * 2 * over) - away * 0.4
            normal = (along * turn * self.gable + UP * self.width / 2) / slope
            corners = np.stack([ridge, ridge + away * (self.depth + 0.8), low + away * (self.depth + 0.8), low])
            yield sheet(corners, roof_texture(self.depth, slope, metre, daylight(normal), tiles, rng))

    def chimney(self) -> Iterator[Sheet]:
        """A brick chimney astride the ridge of a dwelling: its front and its right side, capped with a dark rim."""
        rng = np.random.default_rng(self.seed + 1)
        back, wide, high = rng.uniform(0.2, 0.7) * self.depth, rng.uniform(0.7, 1.2), rng.uniform(0.9, 1.8)
        if self.stone:
            return
        along, away = self.along * wide, self.away * rng.uniform(0.6, 1.0)
        foot = np.float32(self.corner) + self.along * (self.width - wide) / 2 + self.away * back
        foot, up = foot + UP * (self.height + self.gable - 1.0), UP * (1.0 + high)
        for start, side, out in ((foot + along, away, self.along), (foot, along, -self.away)):
            brick = plaster(48, 24, (0.30, 0.15, 0.11), rng, 0.25) * daylight(out)
            brick[:5] *= 0.6
            yield sheet((start + up, start + side + up, start + side, start), opaque(brick))


def house_sheets(camera: Camera, houses: Sequence[House]) -> Iterator[Sheet]:
    """Houses from the farthest to the nearest, each from its farthest face; chimneys behind all that hides them."""
    for house in sorted(houses, key=lambda h: -float(np.hypot(h.corner[0], h.corner[2]))):
        yield from house.chimney()
        yield from sorted(house.faces(camera), key=lambda face: -float(np.hypot(*face.corners.mean(0)[[0, 2]])))


def house_row(quay: Quay, row: int, rng: Rng) -> Iterator[House]:
    """One row of houses of varied measures, wall to wall on the quay and loose above it, sparing the churchyard."""
    (back, ground), along = ROWS[row], -12.0 + 3 * row
    while along < quay.length - 14:
        width = rng.uniform(6.2, 9.5)
        corner = tuple(map(float, quay.at(along, back + rng.uniform(-0.6, 0.9), ground)))
        height = float(rng.choice((5.9, 8.8, 8.8, 11.7)) if row == 0 else rng.choice((5.9, 8.8)))
        if not (row in (2, 3) and 52 < along < 74):
            heading = quay.heading + rng.normal(0, 0.03)
            depth, gable = rng.uniform(9, 13), rng.uniform(3.6, 5.8)
            yield House(corner, heading, width, depth, height, gable, int(rng.integers(1 << 30)))
        along += width + (0.15 if row == 0 else rng.uniform(0.2, 3.5))


def town_houses(quay: Quay) -> list[House]:
    """Five rows of houses climbing the slope, with the church among them."""
    rng = np.random.default_rng(21)
    houses = [house for row in range(len(ROWS)) for house in house_row(quay, row, rng)]
    nave, tower = (tuple(map(float, quay.at(along, 40, 10))) for along in (64, 56))
    houses.append(House(nave, quay.heading, 11, 24, 14, 9, seed=4, stone=True))
    houses.append(House(tower, quay.heading, 7, 7, 34, 0.01, seed=8, stone=True))
    return houses


def spire_sheets(quay: Quay) -> Iterator[Sheet]:
    """The church tower's copper spire."""
    rng, tip = np.random.default_rng(2), quay.at(59.5, 43.5, 64)
    base = [quay.at(along, back, 44) for along, back in ((55.6, 39.6), (63.4, 39.6), (63.4, 47.4))]
    rows, columns = pixel_grid(300, 90)
    inside = (np.abs(columns - 45) < rows * 0.15 + 0.5).astype(np.float32)
    for left, right, normal in ((base[0], base[1], (-0.69, 0.2, -0.7)), (base[1], base[2], (0.7, 0.2, -0.69))):
        copper = plaster(300, 90, (0.24, 0.36, 0.32), rng, 0.1) * daylight(np.float32(normal))
        half = (right - left) / 2
        yield sheet((tip - half, tip + half, right, left), cut_out(copper, inside))
