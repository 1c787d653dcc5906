"""The camera before the table: a lens of some width, so that only one distance is sharp."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from samples.fields import Field, Rng
from samples.light_paths import Film, Paths
from samples.path_tracer import Tracer
from samples.rays import cross, unit, vector
from samples.room import Room

# How many paths are followed at once.
PATCH = 64000


@dataclass(frozen=True)
class TableCamera:
    """A camera at `eye` that looks at `aim`, focused `focus` cm away.

    Its lens is a focal length in widths of the picture, its aperture so many cm wide.
    """

    eye: tuple[float, float, float]
    aim: tuple[float, float, float]
    lens: float
    aperture: float
    focus: float

    def rays(self, column: Field, row: Field, lens: tuple[Field, Field]) -> tuple[Field, Field]:
        """Rays through places in the picture (-0.5 to 0.5 of its width, row downwards) and on the lens (0..1)."""
        ahead = unit(vector(*self.aim) - vector(*self.eye))
        right = unit(cross(vector(0, 1, 0), ahead))
        above = cross(ahead, right)
        sharp = (ahead * self.lens + right * column - above * row) / self.lens * self.focus
        radius, angle = np.sqrt(lens[0]) * self.aperture / 2, 2 * np.pi * lens[1]
        shift = right * (radius * np.cos(angle)) + above * (radius * np.sin(angle))
        return vector(*self.eye) + shift, unit(sharp - shift)


class Dice:
    """Numbers of 0..1 that fill the square evenly from pass to pass, shifted for each pixel (R2, Roberts 2018)."""

    def __init__(self, count: int, passes: int, rng: Rng) -> None:
        self.shifts = rng.random((4, 2, count), dtype=np.float32)
        self.turns = [rng.permutation(passes).astype(np.float32) for _ in self.shifts]

    def choose(self, pixels: Field, turns: Field, pair: int) -> tuple[Field, Field]:
        """A pair of numbers for each pixel at each of its passes."""
        steps = self.turns[pair][turns]
        first, second = self.shifts[pair][:, pixels] + np.float32([[0.7548776662], [0.5698402910]]) * steps
        return first % 1, second % 1


def photograph(room: Room, camera: TableCamera, size: tuple[int, int], passes: int, rng: Rng) -> Film:
    """Photograph a room, so many paths a pixel, and twice as many where there is glass."""
    film = Film.of(size[0] * size[1])
    expose(film, np.arange(size[0] * size[1]), room, camera, size, passes, rng)
    expose(film, np.flatnonzero(film.clear[0]), room, camera, size, 2 * passes, rng)
    return film


def expose(
    film: Film, pixels: Field, room: Room, camera: TableCamera, size: tuple[int, int], passes: int, rng: Rng
) -> None:
    """Expose some pixels of a film of a size (width, height), patch by patch."""
    step = PATCH // passes
    for start in range(0, len(pixels), step):
        patch = pixels[start : start + step]
        (own,) = rng.spawn(1)
        dice, part = Dice(len(patch), passes, own), Film.of(len(patch))
        Tracer(room, own, dice.choose).follow(first_paths(camera, size, patch, passes, dice), part)
        for name, values in vars(part).items():
            getattr(film, name)[:, patch] = values / passes


def first_paths(camera: TableCamera, size: tuple[int, int], pixels: Field, passes: int, dice: Dice) -> Paths:
    """Paths from the lens, so many for each pixel."""
    width, height = size
    here, turn = np.repeat(np.arange(len(pixels)), passes), np.tile(np.arange(passes), len(pixels))
    aside, down = dice.choose(here, turn, 2)
    column = (pixels[here] % width + aside) / width - 0.5
    row = (pixels[here] // width + down - height / 2) / width
    origin, way = camera.rays(column.astype(np.float32), row.astype(np.float32), dice.choose(here, turn, 3))
    flags = np.zeros(len(here), np.int8)
    weight = np.ones((3, len(here)), np.float32)
    odds = np.full(len(here), np.inf, np.float32)
    return Paths(origin, way, weight, here, turn, flags == 0, odds, flags, flags.copy(), flags.copy())
