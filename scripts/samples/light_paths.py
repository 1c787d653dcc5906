"""Paths of light on their way through a room, and the film that gathers what they bring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from samples.fields import Field, Rng
from samples.rays import dot, unit

# By way of what the light of a path reached the lens; and how bright one path off a matte surface may be.
MATTE, SHEEN, MIRROR = 0, 1, 2
BRIGHTEST = 0.7


@dataclass(eq=False)
class Paths:
    """Paths on their way: what they carry, their pixel and which of its passes they are, what they are within.

    `lit` says whether the window counts if they meet it, `odds` how likely their way was chosen where the window was
    sampled, too (per steradian, else inf), `bounces` counts matte surfaces, `by` says by way of what they began:
    MATTE, SHEEN or MIRROR.
    """

    origin: Field
    way: Field
    weight: Field
    pixel: Field
    turn: Field
    lit: Field
    odds: Field
    within: Field
    bounces: Field
    by: Field

    def take(self, at: Field) -> Paths:
        """Some of the paths."""
        return Paths(**{name: values[..., at] for name, values in vars(self).items()})

    def and_also(self, others: Sequence[Paths]) -> Paths:
        """These paths and others."""
        every = [self, *others]
        return Paths(**{name: np.concatenate([vars(p)[name] for p in every], -1) for name in vars(self)})


@dataclass(eq=False)
class Film:
    """What a patch of pixels gathered: light by way of matte surfaces, sheen and mirrors, and what was seen first."""

    matte: Field
    sheen: Field
    mirror: Field
    albedo: Field
    normal: Field
    depth: Field
    clear: Field

    @staticmethod
    def of(count: int) -> Film:
        """An unexposed patch."""
        return Film(*(np.zeros((channels, count), np.float32) for channels in (3, 3, 3, 3, 3, 1, 1)))

    def expose(self, paths: Paths, light: Field) -> None:
        """Gather light that paths brought; one lucky path off a matte surface must not make a star."""
        light = light * paths.weight
        light *= np.where(paths.bounces > 0, np.minimum(1, BRIGHTEST / np.maximum(light.max(0), 1e-6)), 1)
        for on, way in ((self.matte, MATTE), (self.sheen, SHEEN), (self.mirror, MIRROR)):
            at = paths.by == way
            gather(on, paths.pixel[at], light[:, at])


def gather(on: Field, pixel: Field, values: Field) -> None:
    """Add values to their pixels, which may come more than once."""
    for channel, part in zip(on, values, strict=True):
        channel += np.bincount(pixel, part, on.shape[1]).astype(np.float32)


def fresnel(cosine: Field, ratio: Field) -> Field:
    """What a clear surface reflects, its index over the one before it; 1 beyond the critical angle."""
    inner = 1 - (1 - cosine * cosine) / (ratio * ratio)
    within = np.sqrt(np.maximum(inner, 0))
    across = (cosine - ratio * within) / (cosine + ratio * within)
    along = (ratio * cosine - within) / (ratio * cosine + within)
    return np.where(inner <= 0, 1, (across * across + along * along) / 2)


def spread(normal: Field, rough: Field, rng: Rng) -> Field:
    """Normals of the small facets of a surface, their slopes spread evenly about it (Beckmann 1963)."""
    lean = rng.standard_normal(normal.shape, dtype=np.float32) * (0.5 * rough)
    return unit(normal + lean - normal * dot(normal, lean))


def lobe(normal: Field, way: Field, toward: Field, rough: Field) -> Field:
    """The odds (per steradian) that such facets send on `toward` what came along `way`."""
    half = unit(toward - way)
    cosine = np.maximum(dot(half, normal), 0.05)
    variance = np.maximum(0.5 * rough, 1e-3) ** 2
    facets = np.exp((1 - 1 / cosine**2) / (2 * variance)) / (2 * np.pi * variance * cosine**3)
    return facets / (4 * np.maximum(dot(toward, half), 0.05))
