"""Bundles of rays: origins and directions as (3, n) arrays, the arithmetic on them, and marching along them."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import ArrayLike

from samples.fields import Field

# Centimetres: how near counts as struck, and how far a ray starts off the surface that it leaves.
STRUCK, OFF_SURFACE = 6e-4, 3e-3
# Steps along a ray; how many places OpenCV reads at once.
LONGEST_MARCH, LONGEST_LOOKUP = 128, 32000


def vector(*numbers: float) -> Field:
    """A column that broadcasts against a bundle."""
    return np.float32(numbers)[:, None]


def dot(first: Field, second: Field) -> Field:
    """Scalar products."""
    return first[0] * second[0] + first[1] * second[1] + first[2] * second[2]


def unit(vectors: Field) -> Field:
    """Vectors brought to length 1."""
    return vectors / np.sqrt(np.maximum(dot(vectors, vectors), 1e-20))


def cross(first: Field, second: Field) -> Field:
    """Vector products."""
    (a, b, c), (d, e, f) = first, second
    return np.stack([b * f - c * e, c * d - a * f, a * e - b * d])


def frame_of(normals: Field) -> tuple[Field, Field]:
    """Two directions square to each normal and to one another (Duff et al. 2017)."""
    x, y, z = normals
    sign = np.copysign(np.float32(1), z)
    a = -1 / (sign + z)
    b = x * y * a
    return np.stack([1 + sign * x * x * a, sign * b, -sign * x]), np.stack([b, sign + y * y * a, -y])


def mirrored(way: Field, normal: Field) -> Field:
    """Directions after reflection."""
    return way - normal * (2 * dot(way, normal))


def lookup(image: Field, column: ArrayLike, row: ArrayLike, border: int = cv2.BORDER_REPLICATE) -> Field:
    """Read a map at fractional places, linearly: (n,) of a map of numbers, (c, n) of one with channels."""
    column, row = np.float32(column), np.float32(row)
    reads = [np.zeros((0, *image.shape[2:]), np.float32)]
    for start in range(0, len(column), LONGEST_LOOKUP):
        places = column[None, start : start + LONGEST_LOOKUP], row[None, start : start + LONGEST_LOOKUP]
        reads.append(cv2.remap(image, *places, cv2.INTER_LINEAR, borderMode=border)[0])
    return np.concatenate(reads).T


def through_ball(origin: Field, way: Field, centre: ArrayLike, radius: float) -> tuple[Field, Field]:
    """Where rays enter and leave a ball; they enter behind where they leave if they miss it."""
    offset = origin - np.asarray(centre, np.float32).reshape(3, 1)
    middle = -dot(offset, way)
    half = radius * radius - dot(offset, offset) + middle * middle
    half = np.where(half > 0, np.sqrt(np.maximum(half, 0)), -np.inf)
    return middle - half, middle + half


def through_box(origin: Field, way: Field, low: Field, high: Field) -> tuple[Field, Field]:
    """Where rays enter and leave a box along the axes."""
    inverse = 1 / np.where(np.abs(way) < 1e-9, np.float32(1e-9), way)
    first, second = (low - origin) * inverse, (high - origin) * inverse
    return np.minimum(first, second).max(0), np.maximum(first, second).min(0)


def march(distance: Callable[[Field], Field], origin: Field, way: Field, near: Field, far: Field) -> Field:
    """How far each ray goes until the distance left vanishes, or inf if it does not before `far`."""
    found, live, t = np.full(near.shape, np.inf, np.float32), np.arange(len(near)), near
    for step in range(LONGEST_MARCH):
        left = distance(origin + way * t)
        t = t + left
        if step % 4 == 3:
            # A ray that grazes takes many short steps: in the end it is let strike from farther off.
            struck, gone = np.abs(left) < STRUCK * (1 + 0.15 * step), t > far
            found[live[struck]] = t[struck]
            keep = np.flatnonzero(~(struck | gone))
            if not len(keep):
                break
            live, origin, way, t, far = live[keep], origin[:, keep], way[:, keep], t[keep], far[keep]
    return found
