"""Motion known from geometry: which plane every pixel shows, and where in the frame before it came from.

Every pixel of a clip shows a point of some plane: a wall, a boat's sheet, the water, or the sky, which is a plane at
infinity. A plane is a matrix (4, 3) whose columns are two directions in it and a point, so that a camera's projection
times that matrix takes places on the plane to pixels, and from frame to frame each plane moves by a homography.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from samples.camera import Camera
from samples.fields import Field, pixel_grid
from samples.planes import Sheet

Numbers = NDArray[np.int64]
# Planes 0 and 1: the sky by its three directions, and the water's surface.
SKY, WATER = 0, 1
SKY_AND_WATER = np.float64([[[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]], [[1, 0, 0], [0, 0, 0], [0, 1, 0], [0, 0, 1]]])
# A pixel of the picture is the mean of two by two drawn ones.
HALVED = np.array([[0.5, 0, -0.25], [0, 0.5, -0.25], [0, 0, 1]])
# Pixels that what lies side by side may drift apart from frame to frame and still count as one surface.
TOGETHER = 0.25
# How much a sheet covers of a pixel that shows it, and of one that has anything of it.
MOST, SOME = 0.5, 0.06


def plane_of(hung: Sheet) -> Field:
    """The plane that a sheet hangs in."""
    first, across, _, down = hung.corners.astype(np.float64)
    return np.stack([np.append(across - first, 0), np.append(down - first, 0), np.append(first, 1)], -1)


@dataclass(frozen=True, eq=False)
class Shown:
    """What one frame shows: its projection, its planes (n, 4, 3), and planes by pixel.

    `layers` (8, height, width) are the planes that the four drawn pixels under each pixel show most, and show any of.
    """

    projection: Field
    planes: Field
    layers: Numbers

    @property
    def surface(self) -> Numbers:
        """The plane that a pixel is taken to show: what most of its drawn pixels do."""
        a, b, c, d = self.layers[:4]
        return np.where((b == c) | (b == d), b, np.where(c == d, c, a))


def shown(camera: Camera, planes: Field, most: Numbers, some: Numbers) -> Shown:
    """Note what a frame shows, from the plane numbers of its drawn pixels."""
    layers = [numbers[y::2, x::2] for numbers in (most, some) for y in (0, 1) for x in (0, 1)]
    return Shown(HALVED @ camera.matrix, planes, np.stack(layers))


def homographies(now: Shown, before: Shown) -> Field:
    """How each plane moves back to the frame before."""
    return (before.projection @ before.planes) @ np.linalg.pinv(now.projection @ now.planes)


def carry(warps: Field, numbers: Numbers, column: Field, row: Field) -> tuple[Field, Field]:
    """Where places come to lie that move with planes of given numbers."""
    warp = warps[numbers]
    x, y, w = (warp[..., i, 0] * column + warp[..., i, 1] * row + warp[..., i, 2] for i in range(3))
    return x / w, y / w


def follows(now: Shown, before: Shown) -> NDArray[np.bool_]:
    """Which pixels show a surface that the frame before shows, too, with nothing else around: no water, no edge."""
    there, back = homographies(now, before), homographies(before, now)
    height, width = now.surface.shape
    row, column = (axis.astype(np.float64) for axis in pixel_grid(height, width))
    x, y = carry(there, now.surface, column, row)
    valid = (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    for layer in now.layers:
        other = layer != now.surface
        other_x, other_y = carry(there, layer[other], column[other], row[other])
        valid[other] &= np.hypot(other_x - x[other], other_y - y[other]) < TOGETHER
        valid &= layer != WATER
    x, y = np.where(valid, x, 0), np.where(valid, y, 0)
    for down in (0, 1):
        for right in (0, 1):
            x0, y0 = np.minimum(np.floor(x) + right, width - 1), np.minimum(np.floor(y) + down, height - 1)
            for layer in before.layers:
                number = layer[y0.astype(int), x0.astype(int)]
                other = number != now.surface
                back_x, back_y = carry(back, number[other], x0[other], y0[other])
                drift = np.hypot(back_x - (column + x0 - x)[other], back_y - (row + y0 - y)[other])
                valid[other] &= drift < TOGETHER
                valid &= number != WATER
    return valid


def pack(frames: Sequence[Shown], cuts: Sequence[int]) -> dict[str, Field]:
    """A clip's motion as arrays, all that is needed to know its flow: see `scripts/clip_flow.py`."""
    valid = [
        np.zeros_like(now.surface, bool) if number in cuts else follows(now, frames[number - 1])
        for number, now in enumerate(frames)
    ]
    seen = np.unique(np.concatenate([np.unique(frame.surface) for frame in frames]))
    renumbered = np.zeros(seen.max() + 1, np.uint16)
    renumbered[seen] = np.arange(len(seen))
    planes = np.zeros((len(frames), len(seen), 4, 3))
    for number, frame in enumerate(frames):
        there = seen < len(frame.planes)
        planes[number, there] = frame.planes[seen[there]]
    moving = np.flatnonzero((planes[: cuts[1]] != planes[0]).any((0, 2, 3)))
    return {
        "surface": renumbered[np.stack([frame.surface for frame in frames])],
        "valid": np.packbits(np.stack(valid), axis=-1),
        "projection": np.stack([frame.projection for frame in frames]),
        "planes": planes[0],
        "moving": moving,
        "moved": planes[:, moving],
        "cuts": np.array(cuts),
    }
