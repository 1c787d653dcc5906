"""The sky of the two scenes: a graded vault, the glow of a low sun, and a layer of clouds in perspective."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from samples.camera import SCENE_HEIGHT, SCENE_WIDTH, Camera
from samples.compositing import mix, resample
from samples.fields import Colour, Field, Rng, pixel_grid, smoothstep
from samples.noise import noise


@dataclass(frozen=True)
class Air:
    """The colours of a sky and how much cloud it carries."""

    zenith: Colour
    skyline: Colour
    cloud_lit: Colour
    cloud_shade: Colour
    cover: float
    glow_at: float


def paint_sky(camera: Camera, air: Air, rng: Rng) -> Field:
    """A graded sky with a perspective layer of fBm clouds lit from the side of the glow."""
    rows, columns = pixel_grid(SCENE_HEIGHT, SCENE_WIDTH)
    rise = np.abs(camera.horizon - rows) / camera.focal
    sky = mix(air.skyline, air.zenith, 1 - np.exp(-rise * 5.5))
    glow = np.exp(-(((columns - air.glow_at) / 900) ** 2) - (rise * 5) ** 2)
    sky = sky + glow[..., None] * np.array([0.55, 0.26, 0.06], np.float32)
    reach = 1 / (rise + 0.11)
    u, v = (columns - SCENE_WIDTH / 2) / camera.focal * reach * 170, reach * 250
    heaps = noise((2048, 2048), rng, 420, 2.15, (1.5, 1))
    density = smoothstep(air.cover, air.cover + 1.5, resample(heaps, u, v, cv2.BORDER_WRAP))
    toward = np.sign(air.glow_at - SCENE_WIDTH / 2)
    nearer = smoothstep(air.cover, air.cover + 1.5, resample(heaps, u + 26 * toward, v - 16, cv2.BORDER_WRAP))
    lit = np.clip(0.62 + 1.5 * (density - nearer) - 0.25 * density, 0, 1)
    clouds = mix(air.cloud_shade, air.cloud_lit, lit)
    return mix(sky, clouds, density * np.exp(-0.06 / (rise + 0.02)))
