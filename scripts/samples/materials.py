"""What things are made of: the colour, gloss and depth of their skins, and how they read at a place."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from samples.fields import Colour, Field
from samples.rays import lookup, vector


@dataclass(frozen=True, eq=False)
class Material:
    """A skin, unrolled: its rows run along an outline or a length, its columns around, its last meets its first.

    `gloss` is what its coat reflects straight on, `rough` the spread of that, `soft` how far light of each colour
    seeps beyond the shadow's edge, `glow` what comes through to the far side. `relief` is in cm. A clear one has an
    index of refraction (0 for all others), and a stain: what it takes away of each colour in a cm.
    """

    albedo: Field
    relief: Field | None = None
    gloss: float = 0.04
    rough: float = 0.1
    soft: Colour = (0, 0, 0)
    glow: Colour = (0, 0, 0)
    index: float = 0
    stain: Colour = (0, 0, 0)

    @property
    def clear(self) -> bool:
        """Whether light goes through."""
        return self.index > 0

    def cells(self, around: Field, along: Field) -> tuple[Field, Field]:
        """Column and row of places given as shares of the whole way round and along."""
        height, width = self.albedo.shape[:2]
        return around % 1 * width - 0.5, np.clip(along * height - 0.5, 0, height - 1.01)

    def colour(self, around: Field, along: Field) -> Field:
        """The albedo at places."""
        return lookup(self.albedo, *self.cells(around, along), cv2.BORDER_WRAP)

    def slopes(self, around: Field, along: Field) -> Field:
        """How the relief rises around (per whole turn) and along (per whole length)."""
        assert self.relief is not None
        column, row = self.cells(around, along)
        height, width = self.relief.shape
        row = np.minimum(row, height - 2)
        here = lookup(self.relief, column, row, cv2.BORDER_WRAP)
        across = lookup(self.relief, column + 1, row, cv2.BORDER_WRAP) - here
        down = lookup(self.relief, column, row + 1, cv2.BORDER_WRAP) - here
        return np.stack([across * width, down * height])


@dataclass(eq=False)
class Surface:
    """What rays struck: arrays over rays, (3, n) or (n,). `girth` is the radius of the body below the skin."""

    normal: Field
    albedo: Field
    gloss: Field
    rough: Field
    soft: Field
    glow: Field
    girth: Field
    clear: Field

    @staticmethod
    def blank(count: int) -> Surface:
        """Arrays to be filled thing by thing."""
        three, one = np.zeros((3, count), np.float32), np.zeros(count, np.float32)
        return Surface(
            three, three.copy(), one, one.copy(), three.copy(), three.copy(), one.copy(), np.zeros(count, bool)
        )

    @staticmethod
    def of(material: Material, normal: Field, albedo: Field, girth: float) -> Surface:
        """One material's surface at many places."""
        one = np.ones(normal.shape[1], np.float32)
        soft, glow = (vector(*colour) * one for colour in (material.soft, material.glow))
        clear = np.full(len(one), material.clear)
        return Surface(normal, albedo, one * material.gloss, one * material.rough, soft, glow, one * girth, clear)

    def put(self, at: Field, part: Surface) -> None:
        """Fill in what was found out about some of the rays."""
        for name, values in vars(part).items():
            getattr(self, name)[..., at] = values

    def take(self, at: Field) -> Surface:
        """The surface for some of the rays."""
        return Surface(**{name: values[..., at] for name, values in vars(self).items()})
