"""The mountain lake: terrain and forest in clear air, mist on the water, stones and sedge in front."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from samples.camera import PHOTOGRAPH_WIDTH, Camera, still_camera
from samples.compositing import mix, opaque, resample
from samples.conifers import draw_forest, plant_forest
from samples.darkroom import develop, grain
from samples.fields import Field, Rng, pixel_grid, smoothstep
from samples.foreshore import draw_grass, draw_stones
from samples.noise import noise
from samples.sky import Air, Sky, cloudy_sky
from samples.terrain import Land, light_land, raise_mountains, see_land
from samples.water import Water, compose_scene, rippled_water

NOON = Air((0.10, 0.24, 0.56), (0.66, 0.76, 0.86), (1.15, 1.08, 1.0), (0.50, 0.57, 0.68), -0.45, -0.362)
LAKE = 0.007, (0.03, 0.08, 0.09)
EXPOSURE = 0.95
# The axes of space as points at infinity: what a pan turns.
DIRECTIONS = np.eye(4)[:, :3]
MIST = np.float32((0.60, 0.69, 0.80))


def veil_of_air(camera: Camera, depth: Field, rng: Rng) -> Field:
    """How much air lies before every pixel: haze that grows with distance, and mist over the water."""
    rows, _ = pixel_grid(*depth.shape)
    above = np.maximum(np.abs(camera.horizon - rows) * depth / camera.focal, 0)
    veil = noise(depth.shape, rng, 260 * camera.scale, 2.2, (0.4, 2.2))
    low = np.exp(-above / np.maximum(60 + 25 * veil, 12))
    mist = low * smoothstep(500, 2600, depth) * np.clip(0.6 + 0.3 * veil, 0, 1)
    return 1 - np.exp(-depth / 9500) * (1 - 0.8 * mist)


def draw_mountains(camera: Camera, land: Land, trees: Field, rng: Rng) -> Field:
    """Land and forest through the air, premultiplied RGBA."""
    depth = see_land(camera, land)
    _, columns = pixel_grid(*depth.shape)
    cells = land.cells((columns - camera.width / 2) / camera.focal * depth, depth)
    seen = depth > 0
    colour = resample(land.colour, *cells) * (1 + 0.14 * noise(depth.shape, rng, 16 * camera.scale, 1.1))[..., None]
    cover = cv2.GaussianBlur(seen.astype(np.float32), (0, 0), 0.7 * camera.scale) * seen
    canvas = opaque(colour) * cover[..., None]
    draw_forest(canvas, depth, camera, trees)
    canvas[..., :3] = mix(canvas[..., :3], MIST * canvas[..., 3:], veil_of_air(camera, depth, rng))
    return canvas


@dataclass(frozen=True, eq=False)
class Lakeside:
    """The lake, drawn once for a camera: land above the water and mirrored in it, and what lies before the camera."""

    camera: Camera
    sky: Sky
    water: Water
    above: Field
    below: Field
    foreshore: Field

    def turned(self, picture: Field, camera: Camera) -> Field:
        """A picture drawn for this lake's camera as another sees it that is panned or sees less."""
        if camera == self.camera:
            return picture
        warp = (camera.matrix @ DIRECTIONS) @ np.linalg.inv(self.camera.matrix @ DIRECTIONS)
        return cv2.warpPerspective(picture, warp, (camera.width, camera.height), flags=cv2.INTER_CUBIC)

    def seen_by(self, camera: Camera, time: float = 0) -> Field:
        """The light of the lake."""

        def land(seen: Camera) -> Field:
            return self.turned(self.above if seen is camera else self.below, camera)

        near = self.turned(self.foreshore, camera)
        return compose_scene(camera, land, self.sky, self.water, time) * (1 - near[..., 3:]) + near[..., :3]


def lakeside(camera: Camera, rng: Rng) -> Lakeside:
    """Raise the mountains, plant the forest, and draw the lake for a camera."""
    height, shore = raise_mountains(rng)
    land = Land(height, light_land(height, rng))
    trees = plant_forest(land, shore, rng)
    above, below = (draw_mountains(seen, land, trees, np.random.default_rng(6)) for seen in (camera, camera.drowned()))
    sky, water = cloudy_sky(NOON, rng), rippled_water(*LAKE, rng)
    foreshore = np.zeros((camera.height, camera.width, 4), np.float32)
    draw_stones(foreshore, camera, rng)
    draw_grass(foreshore, camera, rng)
    return Lakeside(camera, sky, water, above, below, foreshore)


def mountain_lake(rng: Rng, width: int = PHOTOGRAPH_WIDTH) -> Field:
    """A mountain lake: snowy ridges, single conifers, mist, reflection, stones and sedge in front."""
    camera = still_camera(width, 0.977, 0.578, 5)
    return grain(develop(lakeside(camera, rng).seen_by(camera), EXPOSURE), rng)
