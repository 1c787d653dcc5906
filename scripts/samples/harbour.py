"""The harbour: a town on a slope above a quay, with boats before it, at evening.

The scene is drawn twice, from above the water and from below for its reflection. That is why every part of it draws
its chances from a fixed seed of its own: both times the same town must come out.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from samples.boats import moored_boats
from samples.camera import PHOTOGRAPH_WIDTH, Camera, still_camera
from samples.compositing import cut_out, mix
from samples.darkroom import develop, grain
from samples.evening_light import HAZE, LAMP
from samples.fields import Field, Rng, pixel_grid, smoothstep
from samples.houses import house_sheets, spire_sheets, town_houses
from samples.noise import noise
from samples.planes import Sheet, hang, in_haze
from samples.quayside import Quay, lamp_sheets, quay_sheets, tree_sheets
from samples.sky import Air, cloudy_sky
from samples.water import compose_scene, rippled_water

DUSK = Air((0.055, 0.125, 0.27), (0.80, 0.52, 0.33), (0.98, 0.55, 0.34), (0.14, 0.16, 0.24), -0.55, -0.337)
BAY = 0.019, (0.03, 0.07, 0.10)
QUAY = Quay(np.float32((-80, 0, 168)), np.float32((62, 0, 34)), 195.0)
FAR_SHORE = 9000.0
EXPOSURE = 1.3


def shore_sheets(camera: Camera) -> Iterator[Sheet]:
    """Far hills across the bay, each paler than the next, with scattered lights at their feet."""
    rng = np.random.default_rng(11)
    wide, high = int(5000 * camera.scale), int(320 * camera.scale)
    rows, columns = pixel_grid(high, wide)
    side, up = FAR_SHORE * 1.25, FAR_SHORE * 0.16
    corners = (-side, up, FAR_SHORE), (side, up, FAR_SHORE), (side, 0, FAR_SHORE), (-side, 0, FAR_SHORE)
    for height, haze in ((125, 0.62), (75, 0.42), (38, 0.2)):
        ridge = noise((1, wide * 2), rng.spawn(1)[0], 900 * camera.scale, 2.6)[0, :wide]
        crest = height * (1 + 0.28 * ridge + 0.3 * np.sin(columns[0] / 500 / camera.scale + height)) * camera.scale
        woods = 1 + 0.13 * noise(rows.shape, rng.spawn(1)[0], 90 * camera.scale, 1.5)
        colour = np.float32((0.065, 0.075, 0.085)) * woods[..., None]
        hills = cut_out(mix(colour, HAZE, haze), smoothstep(0, 2, rows - high + crest))
        if height == 38:
            for column, row in zip(rng.uniform(0, wide, 150), rng.exponential(9, 150), strict=True):
                spot = int(column), int(high - (3 + row) * camera.scale)
                cv2.circle(hills, spot, 1, (*map(float, LAMP * rng.uniform(0.4, 1)), 1.0), -1)
        yield Sheet(np.float32(corners), in_haze(hills, 0))


def town_sheets(camera: Camera) -> Iterator[Sheet]:
    """Everything that stands on land, from the far shore to the quay's lamps."""
    houses, quay = town_houses(QUAY), QUAY
    yield from shore_sheets(camera)
    yield from quay_sheets(quay)
    yield from house_sheets(camera, [house for house in houses if house.corner[1] > 9])
    yield from spire_sheets(quay)
    rng = np.random.default_rng(13)
    yield from tree_sheets(camera, [quay.at(along, 33 + along % 5, 8.5) for along in np.arange(0, 150, 5.3)], rng)
    yield from house_sheets(camera, [house for house in houses if house.corner[1] <= 9])
    promenade = (5, 12, 21, 44, 66, 73, 95, 113, 146)
    yield from tree_sheets(camera, [quay.at(along, 3.6, 2.1) for along in promenade], rng)
    yield from lamp_sheets(quay)


def draw_town(camera: Camera) -> Field:
    """Everything that stands above the water, from the far shore to the boats, premultiplied RGBA."""
    canvas = np.zeros((camera.height, camera.width, 4), np.float32)
    for hung in town_sheets(camera):
        hang(canvas, camera, hung)
    for boat in moored_boats(camera, QUAY):
        hang(canvas, camera, boat.sheet(0))
    return canvas


def harbour(rng: Rng, width: int = PHOTOGRAPH_WIDTH) -> Field:
    """A harbour town at evening: gabled houses above a quay, boats, lit windows, rippled reflections."""
    camera = still_camera(width, 0.977, 0.586, 6)
    sky, water = cloudy_sky(DUSK, rng), rippled_water(*BAY, rng)
    return grain(develop(compose_scene(camera, draw_town, sky, water), EXPOSURE), rng)
