"""Rippled water: it reflects a second picture of the scene, taken by the camera mirrored below the surface."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from samples.camera import SCENE_HEIGHT, SCENE_WIDTH, Camera
from samples.compositing import mix, resample
from samples.fields import Colour, Field, Rng, pixel_grid
from samples.noise import noise
from samples.sky import Air, paint_sky


@dataclass(frozen=True)
class Water:
    """A body of water: how steep its ripples are, and the colour of its depth."""

    slope: float
    deep: Colour


def ripple_water(camera: Camera, mirror: Field, water: Water, rng: Rng) -> Field:
    """Water below the horizon: the mirrored scene shaken by wave slopes, mixed with the deep by incidence."""
    top = int(camera.horizon) + 1
    rows, columns = pixel_grid(SCENE_HEIGHT - top, SCENE_WIDTH)
    drop = rows + top - camera.horizon
    z = camera.focal * camera.eye / drop
    x = (columns - SCENE_WIDTH / 2) * z / camera.focal
    waves = noise((1024, 1024), rng, 130, 2.1, (1, 0.45))
    surface = np.zeros((*rows.shape, 3), np.float32)
    swell = resample(waves, x * 14, z * 14, cv2.BORDER_WRAP) / (1 + z / 110)
    swell += 0.5 * resample(waves, x * 47 + 90, z * 47, cv2.BORDER_WRAP) / (1 + z / 45)
    far_shore = top + np.clip(rows, 18, 40)
    for _ in range(8):
        glints = cv2.GaussianBlur(rng.standard_normal(rows.shape, dtype=np.float32), (0, 0), 5, sigmaY=0.7)
        tilt = water.slope * (swell + 3.2 * glints * np.minimum(0.25 + z / 90, 1.6))
        struck = np.maximum(rows + top + 2 * camera.focal * tilt, far_shore)
        seen = resample(mirror, columns + tilt * drop * 0.8, struck)
        incidence = np.clip(1 - drop / camera.focal - 3 * tilt, 0, 1)
        surface += mix(water.deep, seen, 0.05 + 0.9 * incidence**4) / 8
    return np.concatenate([np.zeros((top, SCENE_WIDTH, 3), np.float32), surface])


def compose_scene(camera: Camera, things: Callable[[Camera], Field], air: Air, water: Water, rng: Rng) -> Field:
    """Render a scene above the water, the same scene from below as its reflection, and put them together."""
    sky = paint_sky(camera, air, rng)
    above, below = things(camera), things(camera.drowned())
    below = below[..., :3] + sky * (1 - below[..., 3:])
    flipped = np.clip(2 * camera.horizon - np.arange(SCENE_HEIGHT), 0, SCENE_HEIGHT - 1).astype(int)
    surface = ripple_water(camera, below[flipped], water, rng)
    behind = np.where((np.arange(SCENE_HEIGHT) > camera.horizon)[:, None, None], surface, sky)
    return above[..., :3] + behind * (1 - above[..., 3:])
