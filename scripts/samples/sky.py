"""The sky of the scenes: a graded vault, the glow of a low sun, and a layer of clouds in perspective."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from samples.camera import Camera
from samples.compositing import mix, resample
from samples.fields import Colour, Field, Rng, smoothstep
from samples.noise import noise


@dataclass(frozen=True)
class Air:
    """The colours of a sky, how much cloud it carries, and the bearing (x/z) of its glow."""

    zenith: Colour
    skyline: Colour
    cloud_lit: Colour
    cloud_shade: Colour
    cover: float
    glow_at: float


@dataclass(frozen=True, eq=False)
class Sky:
    """A sky with its heaps of cloud, to be seen by a camera whichever way it turns."""

    air: Air
    heaps: Field

    def density(self, u: Field, v: Field) -> Field:
        """How thick the clouds are at places of their layer."""
        return smoothstep(self.air.cover, self.air.cover + 1.5, resample(self.heaps, u, v, cv2.BORDER_WRAP))

    def seen_by(self, camera: Camera) -> Field:
        """A graded sky with a perspective layer of fBm clouds lit from the side of the glow."""
        air, (aside, rise) = self.air, camera.bearings()
        rise = np.abs(rise)
        sky = mix(air.skyline, air.zenith, 1 - np.exp(-rise * 5.5))
        glow = np.exp(-(((aside - air.glow_at) / 0.45) ** 2) - (rise * 5) ** 2)
        sky = sky + glow[..., None] * np.array([0.55, 0.26, 0.06], np.float32)
        reach = 1 / (rise + 0.11)
        u, v = aside * reach * 170, reach * 250
        density = self.density(u, v)
        nearer = self.density(u + 26 * np.sign(air.glow_at), v - 16)
        lit = np.clip(0.62 + 1.5 * (density - nearer) - 0.25 * density, 0, 1)
        clouds = mix(air.cloud_shade, air.cloud_lit, lit)
        return mix(sky, clouds, density * np.exp(-0.06 / (rise + 0.02)))


def cloudy_sky(air: Air, rng: Rng) -> Sky:
    """Heap clouds into the air."""
    return Sky(air, noise((2048, 2048), rng, 420, 2.15, (1.5, 1)))
