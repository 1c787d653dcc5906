"""The pinhole camera of the scenes on the water, and its mirror image below the surface."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from samples.fields import Field, pixel_grid

PHOTOGRAPH_WIDTH = 1600
# Lengths in pixels are given for a picture drawn 2048 wide with a focal length of 2000.
DRAWN_WIDTH, DRAWN_FOCAL = 2048, 2000


@dataclass(frozen=True)
class Camera:
    """A level pinhole camera `eye` metres above the water at (x, z), turned by `pan` radians from +z towards +x.

    Its picture is drawn `width` by `height` pixels large; the lens is its focal length in widths of the picture, the
    skyline is where the horizon lies in heights of it.
    """

    width: int
    height: int
    lens: float
    skyline: float
    eye: float
    x: float = 0
    z: float = 0
    pan: float = 0

    @property
    def focal(self) -> float:
        """The focal length in pixels."""
        return self.lens * self.width

    @property
    def horizon(self) -> float:
        """The row of the horizon."""
        return self.skyline * self.height

    @property
    def scale(self) -> float:
        """What a length counts here that was given in pixels of a picture with a focal length of DRAWN_FOCAL."""
        return self.focal / DRAWN_FOCAL

    def view(self, points: ArrayLike) -> Field:
        """Points (x right, y up, z away, in metres) as the camera has them: right of it, above it, before it."""
        x, y, z = np.moveaxis(np.asarray(points, np.float64) - (self.x, self.eye, self.z), -1, 0)
        cos, sin = np.cos(self.pan), np.sin(self.pan)
        return np.stack([x * cos - z * sin, y, x * sin + z * cos], -1)

    def project(self, points: ArrayLike) -> Field:
        """Columns and rows of points."""
        right, above, before = np.moveaxis(self.view(points), -1, 0)
        spots = np.stack([self.width / 2 + self.focal * right / before, self.horizon - self.focal * above / before], -1)
        return spots.astype(np.float32)

    @property
    def matrix(self) -> Field:
        """The projection (3, 4) of points (x, y, z, 1), or of directions (x, y, z, 0), to pixels."""
        cos, sin = np.cos(self.pan), np.sin(self.pan)
        turn = np.array([[cos, 0, -sin], [0, 1, 0], [sin, 0, cos]])
        inner = np.array([[self.focal, 0, self.width / 2], [0, -self.focal, self.horizon], [0, 0, 1]])
        shift = np.array([[-self.x], [-self.eye], [-self.z]])
        return inner @ turn @ np.hstack([np.eye(3), shift])

    def bearings(self, top: int = 0) -> tuple[Field, Field]:
        """Where every pixel below a row looks: x/z and y/z of its ray, which a pan does not change."""
        rows, columns = pixel_grid(self.height - top, self.width)
        right, above = (columns - self.width / 2) / self.focal, (self.horizon - rows - top) / self.focal
        cos, sin = np.cos(self.pan), np.sin(self.pan)
        away = cos - right * sin
        return (right * cos + sin) / away, above / away

    def drowned(self) -> Camera:
        """The camera's mirror image below the water: its picture upside down is the reflection."""
        return replace(self, eye=-self.eye)


def still_camera(width: int, lens: float, skyline: float, eye: float) -> Camera:
    """The camera for a photograph of a width, 3 to 2, drawn at twice its size."""
    return Camera(width * 2, round(width / 1.5) * 2, lens, skyline, eye)
