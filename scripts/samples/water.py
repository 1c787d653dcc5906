"""Rippled water: it reflects a second picture of the scene, taken by the camera mirrored below the surface."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from samples.camera import DRAWN_FOCAL, Camera
from samples.compositing import mix, resample
from samples.fields import Colour, Field, Rng, pixel_grid
from samples.noise import noise
from samples.sky import Sky

PASSES = 8
# Metres a second that the two swells run, and the quickest glint's radians a second.
SWELL, CHOP, SHIMMER = (0.5, -0.35), (-0.25, -0.3), 7.0


@dataclass(frozen=True, eq=False)
class Water:
    """A body of water: how steep its ripples are, the colour of its depth, its waves and its glints.

    Waves lie on the water; the glints are the ripples too small to be drawn where they lie. They keep to the bearing
    they are seen at, so that a pan leaves them in place, and come and go between two fields.
    """

    slope: float
    deep: Colour
    waves: Field
    glints: tuple[Field, Field]

    def swell(self, x: Field, z: Field, time: float) -> Field:
        """How far the surface leans towards the eye at places on it, in a calm-water unit."""
        long = resample(self.waves, (x + SWELL[0] * time) * 14, (z + SWELL[1] * time) * 14, cv2.BORDER_WRAP)
        short = resample(self.waves, (x + CHOP[0] * time) * 47 + 90, (z + CHOP[1] * time) * 47, cv2.BORDER_WRAP)
        return long / (1 + z / 110) + 0.5 * short / (1 + z / 45)

    def glint(self, aside: Field, rise: Field, layer: int, time: float) -> Field:
        """One layer of the finest ripples, by bearing."""
        phase = SHIMMER * (0.4 + 0.6 * layer / PASSES) * time
        field = self.glints[0] * np.float32(np.cos(phase)) + self.glints[1] * np.float32(np.sin(phase))
        return resample(field, aside * DRAWN_FOCAL + 131 * layer, rise * DRAWN_FOCAL + 293 * layer, cv2.BORDER_WRAP)

    def seen_by(self, camera: Camera, mirror: Field, time: float) -> Field:
        """Water below the horizon: the mirrored scene shaken by wave slopes, mixed with the deep by incidence."""
        top = int(camera.horizon) + 1
        rows, columns = pixel_grid(camera.height - top, camera.width)
        aside, rise = camera.bearings(top)
        drop = rows + top - camera.horizon
        z = camera.focal * camera.eye / drop
        away = camera.eye / np.maximum(-rise, 1e-6)
        swell = self.swell(camera.x + aside * away, camera.z + away, time)
        far_shore = top + np.clip(rows, 18 * camera.scale, 40 * camera.scale)
        surface = np.zeros((*rows.shape, 3), np.float32)
        for layer in range(PASSES):
            glints = self.glint(aside, rise, layer, time)
            tilt = self.slope * (swell + 3.2 * glints * np.minimum(0.25 + z / 90, 1.6))
            struck = np.maximum(rows + top + 2 * camera.focal * tilt, far_shore)
            seen = resample(mirror, columns + tilt * drop * 0.8, struck)
            incidence = np.clip(1 - drop / camera.focal - 3 * tilt, 0, 1)
            surface += mix(self.deep, seen, 0.05 + 0.9 * incidence**4) / PASSES
        return np.concatenate([np.zeros((top, camera.width, 3), np.float32), surface])


def glint_field(rng: Rng) -> Field:
    """Long flat flecks, in pixels of a picture with a focal length of DRAWN_FOCAL, that repeat without a seam."""
    flecks = cv2.copyMakeBorder(rng.standard_normal((1024, 1024), dtype=np.float32), 32, 32, 32, 32, cv2.BORDER_WRAP)
    return cv2.GaussianBlur(flecks, (0, 0), 5, sigmaY=0.7)[32:-32, 32:-32]


def rippled_water(slope: float, deep: Colour, rng: Rng) -> Water:
    """Ruffle a body of water."""
    waves = noise((1024, 1024), rng, 130, 2.1, (1, 0.45))
    return Water(slope, deep, waves, (glint_field(rng), glint_field(rng)))


def compose_scene(camera: Camera, things: Callable[[Camera], Field], sky: Sky, water: Water, time: float = 0) -> Field:
    """Render a scene above the water, the same scene from below as its reflection, and put them together."""
    vault = sky.seen_by(camera)
    above, below = things(camera), things(camera.drowned())
    below = below[..., :3] + vault * (1 - below[..., 3:])
    flipped = np.clip(2 * camera.horizon - np.arange(camera.height), 0, camera.height - 1).astype(int)
    surface = water.seen_by(camera, below[flipped], time)
    behind = np.where((np.arange(camera.height) > camera.horizon)[:, None, None], surface, vault)
    return above[..., :3] + behind * (1 - above[..., 3:])
