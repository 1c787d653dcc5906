"""The quayside: the line the whole harbour is measured from, its wall and promenade, its lamps and trees."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from samples.camera import Camera
from samples.compositing import cut_out, mix, opaque
from samples.evening_light import LAMP, SKY_LIGHT, SUNSET_LIGHT, daylight
from samples.facades import plaster
from samples.fields import Field, Rng, pixel_grid, smoothstep
from samples.noise import noise
from samples.planes import Sheet, sheet


@dataclass(frozen=True, eq=False)
class Quay:
    """A straight quay from one point towards another, built up for `length` metres."""

    start: Field
    toward: Field
    length: float

    def at(self, along: float, back: float, up: float) -> Field:
        """The point so many metres along the quay, back from its edge and up from the water."""
        way = (self.toward - self.start) / np.linalg.norm(self.toward - self.start)
        return self.start + way * along + np.float32((-way[2], 0, way[0])) * back + np.float32((0, up, 0))

    @property
    def heading(self) -> float:
        """The quay's direction over the ground, in radians."""
        return float(np.arctan2(*(self.at(1, 0, 0) - self.at(0, 0, 0))[[2, 0]]))


def quay_sheets(quay: Quay) -> Iterator[Sheet]:
    """The wooded slope behind the town, the promenade and the stone quay wall with its weed line."""
    rng, at = np.random.default_rng(3), quay.at
    slope = opaque(plaster(700, 1400, (0.10, 0.13, 0.08), rng, 0.28) * SKY_LIGHT * 1.6)
    yield sheet((at(-20, 110, 34), at(quay.length, 110, 34), at(quay.length, 8, 2), at(-20, 8, 2)), slope)
    rows, columns = pixel_grid(240, 600)
    joint = (rows % 24 < 2) | ((columns + 22 * (rows // 24 % 2)) % 44 < 2)
    for near in np.arange(0, quay.length - 1, 10):
        far = min(near + 10.1, quay.length)
        wall = plaster(240, 600, (0.44, 0.38, 0.31), rng, 0.14) * mix(1, 0.55, joint.astype(np.float32))
        wall = mix(wall, (0.06, 0.08, 0.05), smoothstep(150, 215, rows + 6 * noise(rows.shape, rng, 60)))
        wall *= daylight(np.float32((-0.69, 0, -0.72)))
        floor = plaster(60, 200, (0.34, 0.31, 0.28), rng) * daylight(np.float32((0, 1, 0)))
        yield sheet((at(near, 9, 2.2), at(far, 9, 2.2), at(far, 0, 2.2), at(near, 0, 2.2)), opaque(floor))
        yield sheet((at(near, 0, 2.2), at(far, 0, 2.2), at(far, 0, 0), at(near, 0, 0)), opaque(wall))


def upright(foot: Field, width: float, height: float, texture: Field) -> Sheet:
    """A texture standing upright on a point and facing the water."""
    up, side = np.float32((0, height, 0)), np.float32((1, 0, -0.4)) * width / 2
    return sheet((foot - side + up, foot + side + up, foot + side, foot - side), texture)


def lamp_texture() -> Field:
    """A street lamp, 1 m wide and 4.6 m high: a dark post and a glowing head, RGBA."""
    lamp = np.zeros((368, 80, 4), np.float32)
    cv2.line(lamp, (40, 40), (40, 367), (0.03, 0.03, 0.035, 1.0), 9)
    cv2.circle(lamp, (40, 40), 20, (*map(float, LAMP * 2.2), 1.0), -1)
    return lamp


def lamp_sheets(quay: Quay) -> Iterator[Sheet]:
    """Street lamps along the promenade."""
    lamp = lamp_texture()
    for along in np.arange(4, quay.length - 12, 9):
        yield upright(quay.at(along, 1.2, 2.2), 1, 4.6, lamp)


def tree_texture(size: int, rng: Rng) -> Field:
    """A broad-leaved tree: a trunk under a crown of noise-edged leaf clumps lit from the left, RGBA."""
    rows, columns = pixel_grid(size, size)
    y, x = rows / size, columns / size - 0.5
    clumps, leaves = noise((size, size), rng, size / 5, 1.8), noise((size, size), rng, size / 20, 0.9)
    crown = 0.40 - np.hypot(x, (y - 0.42) * 0.95) + 0.05 * clumps + 0.022 * leaves
    lit = np.clip(0.5 - 1.1 * x - 0.9 * (y - 0.4) + 0.22 * clumps + 0.2 * leaves, 0.12, 1.5)
    tree = lit[..., None] * np.float32((0.17, 0.15, 0.06)) * (SUNSET_LIGHT + SKY_LIGHT)
    trunk = (np.abs(x) < 0.025) & (y > 0.5)
    tree = mix(tree, (0.04, 0.03, 0.03), (trunk & (crown < 0)).astype(np.float32))
    return cut_out(tree, np.maximum(smoothstep(0, 0.02, crown), trunk))


def tree_sheets(camera: Camera, places: Sequence[Field], rng: Rng) -> Iterator[Sheet]:
    """Trees standing at the given points, each of its own size."""
    for foot in sorted(places, key=lambda place: -place[2]):
        size = rng.uniform(5.5, 8.5)
        pixels = min(int(camera.focal / foot[2] * size), int(360 * camera.scale))
        yield upright(foot, size, size, tree_texture(pixels, rng.spawn(1)[0]))
