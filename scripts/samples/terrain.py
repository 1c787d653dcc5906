"""Mountains as a height field: raised by ridged noise, lit cell by cell, marched column by column."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from samples.camera import Camera
from samples.compositing import mix, resample
from samples.fields import Field, Rng, pixel_grid, smoothstep, table
from samples.noise import noise

CELL, LAND = 3.4, 2048
SUN = np.float32((-0.72, 0.50, -0.48))
SUN_LIGHT = np.float32((1.25, 1.12, 0.92))
BLUE_LIGHT = np.float32((0.22, 0.30, 0.42))
PEAKS = table("420 4300 1000 1000, -1600 3700 720 800, 1900 3600 620 800, -600 5800 1050 1100")


@dataclass(frozen=True)
class Land:
    """A square of land ahead of the camera: heights and lit colours, one cell every CELL metres."""

    height: Field
    colour: Field

    def cells(self, x: Field, z: Field) -> tuple[Field, Field]:
        """Column and row of the cells at places in metres."""
        return x / CELL + LAND / 2, z / CELL


def fold_ridges(rng: Rng) -> Field:
    """Nine octaves of noise, the long ones folded into ridges; each is damped where the land is already steep."""
    shape = (LAND, LAND)
    ridged, slope_x, slope_z, reach = np.zeros(shape, np.float32), 0.0, 0.0, 1.0
    for octave in range(9):
        length = 620 / 2**octave
        wave = noise(shape, rng, length, 4.5, shortest=length / 3)
        dz, dx = np.gradient(wave)
        slope_x, slope_z = slope_x + dx * length * reach * 0.4, slope_z + dz * length * reach * 0.4
        form = 1.1 - np.abs(wave) * 1.5 if octave < 4 else wave * 0.75
        ridged += reach * form / (1 + 0.25 * (slope_x**2 + slope_z**2)) ** 0.5
        reach *= 0.52
    return ridged


def raise_mountains(rng: Rng) -> tuple[Field, Field]:
    """Ridged mountains around a lake basin: heights and distance from the shore."""
    z, x = (axis * CELL for axis in pixel_grid(LAND, LAND))
    x = x - LAND * CELL / 2
    bays = noise((LAND, LAND), rng, 220, 2.2) * 90
    shore = np.maximum(np.maximum(-x - 330, x - 520 + z * 0.05), z - 1750 + x * 0.4) + bays
    ridged = fold_ridges(rng)
    peaks = sum(high * np.exp(-((np.hypot(x - px, z - pz) / wide) ** 1.3)) for px, pz, high, wide in PEAKS)
    rise = smoothstep(0, 1500, shore)
    height = 0.10 * shore + rise * (110 + 190 * ridged) + smoothstep(100, 2200, shore) * peaks * (0.72 + 0.24 * ridged)
    return np.where(shore > 0, np.maximum(height, 0.05 * shore), shore * 0.1).astype(np.float32), shore


def light_land(height: Field, rng: Rng) -> Field:
    """Colour the land by slope and height (grass, rock, snow); light it with sun, cast shadow and sky."""
    dz, dx = np.gradient(height, CELL)
    normal = np.stack([-dx, np.ones_like(dx), -dz], -1) / np.sqrt(dx**2 + dz**2 + 1)[..., None]
    ray = height + np.arange(LAND, dtype=np.float32) * CELL * 0.58
    shadow = smoothstep(4, 40, np.maximum.accumulate(ray, 1) - ray)
    hollow = np.clip(0.8 + (height - cv2.GaussianBlur(height, (0, 0), 14)) / 120, 0.35, 1.25)
    mottle = noise(height.shape, rng, 120, 1.5)
    strata = np.sin(height / 9 + 3 * noise(height.shape, rng, 300))
    rock = np.float32((0.34, 0.31, 0.29)) * (1 + 0.22 * mottle + 0.10 * strata)[..., None]
    grass = np.float32((0.125, 0.145, 0.06)) * (1 + 0.28 * mottle)[..., None]
    flat = normal[..., 1] + 0.05 * mottle
    ground = mix(rock, grass, smoothstep(0.56, 0.76, flat) * (1 - smoothstep(420, 800, height + 90 * mottle)))
    snow = smoothstep(0.46, 0.62, flat + 0.05 * strata) * smoothstep(430, 760, height + 90 * mottle)
    ground = mix(ground, (0.90, 0.92, 0.96), snow)
    direct = np.clip(normal @ SUN, 0, 1) * (1 - 0.93 * shadow)
    from_sky = hollow * (0.6 + 0.4 * normal[..., 1])
    return ground * (direct[..., None] * SUN_LIGHT * 1.35 + from_sky[..., None] * BLUE_LIGHT)


def see_land(camera: Camera, land: Land) -> Field:
    """The distance of the land behind every pixel (0 where none), marching away from the camera."""
    z = np.geomspace(280, LAND * CELL - 10, 1500).astype(np.float32)[:, None]
    x = (np.arange(camera.width, dtype=np.float32)[None] - camera.width / 2) / camera.focal * z
    ground = resample(land.height, *land.cells(x, np.broadcast_to(z, x.shape)), cv2.BORDER_REPLICATE)
    rows = np.where(ground > 0, camera.horizon - camera.focal * (ground - camera.eye) / z, np.float32(1e6))
    skyline = -np.minimum.accumulate(rows, 0)
    depth = np.zeros((camera.height, camera.width), np.float32)
    asked = -np.arange(camera.height, dtype=np.float32)
    for column in range(camera.width):
        first = np.searchsorted(skyline[:, column], asked)
        seen = (first > 0) & (first < len(z))
        seen[seen] &= rows[first[seen] - 1, column] < 1e5
        near, far = rows[first[seen] - 1, column], rows[first[seen], column]
        share = np.clip((near + asked[seen]) / np.maximum(near - far, 1e-3), 0, 1)
        depth[seen, column] = z[first[seen] - 1, 0] * (1 - share) + z[first[seen], 0] * share
    return depth
