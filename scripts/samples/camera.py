"""The pinhole camera of the two scenes, and its mirror image below the water."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from samples.fields import Field

SCENE_WIDTH, SCENE_HEIGHT = 2048, 1366


@dataclass(frozen=True)
class Camera:
    """A level pinhole camera `eye` metres above the water, looking along +z."""

    focal: float
    horizon: float
    eye: float

    def project(self, points: ArrayLike) -> Field:
        """Columns and rows of points (x right, y up, z away, in metres)."""
        x, y, z = np.moveaxis(np.asarray(points, np.float32), -1, 0)
        return np.stack([SCENE_WIDTH / 2 + self.focal * x / z, self.horizon - self.focal * (y - self.eye) / z], -1)

    def drowned(self) -> Camera:
        """The camera's mirror image below the water: its picture upside down is the reflection."""
        return Camera(self.focal, self.horizon, -self.eye)
