"""The mountain lake: terrain and forest in clear air, mist on the water, stones and sedge in front."""

from __future__ import annotations

import cv2
import numpy as np

from samples.camera import SCENE_HEIGHT, SCENE_WIDTH, Camera
from samples.compositing import mix, opaque, resample
from samples.conifers import draw_forest, plant_forest
from samples.darkroom import develop
from samples.fields import Field, Rng, pixel_grid, smoothstep
from samples.foreshore import draw_grass, draw_stones
from samples.noise import noise
from samples.sky import Air
from samples.terrain import Land, light_land, raise_mountains, see_land
from samples.water import Water, compose_scene

NOON = Air((0.10, 0.24, 0.56), (0.66, 0.76, 0.86), (1.15, 1.08, 1.0), (0.50, 0.57, 0.68), -0.45, 300)
LAKE = Water(0.007, (0.03, 0.08, 0.09))
MIST = np.float32((0.60, 0.69, 0.80))


def veil_of_air(camera: Camera, depth: Field, rng: Rng) -> Field:
    """How much air lies before every pixel: haze that grows with distance, and mist over the water."""
    rows, _ = pixel_grid(SCENE_HEIGHT, SCENE_WIDTH)
    above = np.maximum(np.abs(camera.horizon - rows) * depth / camera.focal, 0)
    veil = noise(depth.shape, rng, 260, 2.2, (0.4, 2.2))
    low = np.exp(-above / np.maximum(60 + 25 * veil, 12))
    mist = low * smoothstep(500, 2600, depth) * np.clip(0.6 + 0.3 * veil, 0, 1)
    return 1 - np.exp(-depth / 9500) * (1 - 0.8 * mist)


def draw_mountains(camera: Camera, land: Land, trees: Field, rng: Rng) -> Field:
    """Land and forest through the air, premultiplied RGBA."""
    depth = see_land(camera, land)
    _, columns = pixel_grid(SCENE_HEIGHT, SCENE_WIDTH)
    cells = land.cells((columns - SCENE_WIDTH / 2) / camera.focal * depth, depth)
    seen = depth > 0
    colour = resample(land.colour, *cells) * (1 + 0.14 * noise(depth.shape, rng, 16, 1.1))[..., None]
    cover = cv2.GaussianBlur(seen.astype(np.float32), (0, 0), 0.7) * seen
    canvas = opaque(colour) * cover[..., None]
    draw_forest(canvas, depth, camera, trees)
    canvas[..., :3] = mix(canvas[..., :3], MIST * canvas[..., 3:], veil_of_air(camera, depth, rng))
    return canvas


def mountain_lake(rng: Rng) -> Field:
    """A mountain lake: snowy ridges, single conifers, mist, reflection, stones and sedge in front."""
    height, shore = raise_mountains(rng)
    land = Land(height, light_land(height, rng))
    trees = plant_forest(land, shore, rng)

    def mountains(camera: Camera) -> Field:
        return draw_mountains(camera, land, trees, np.random.default_rng(6))

    picture = opaque(compose_scene(Camera(2000, 790, 5), mountains, NOON, LAKE, rng))
    draw_stones(picture, rng)
    draw_grass(picture, rng)
    return develop(picture[..., :3], rng, 0.95)
