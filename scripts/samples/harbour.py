"""The harbour: a town on a slope above a quay, with boats before it, at evening.

The scene is drawn twice, from above the water and from below for its reflection. That is why every part of it draws
its chances from a fixed seed of its own: both times the same town must come out.
"""

from __future__ import annotations

import cv2
import numpy as np

from samples.boats import draw_boats
from samples.camera import SCENE_HEIGHT, SCENE_WIDTH, Camera
from samples.compositing import lay_over, mix, opaque
from samples.darkroom import develop
from samples.evening_light import HAZE, LAMP
from samples.fields import Field, Rng, pixel_grid, smoothstep
from samples.houses import draw_houses, draw_spire, town_houses
from samples.noise import noise
from samples.quayside import Quay, draw_lamps, draw_quay, draw_trees
from samples.sky import Air
from samples.water import Water, compose_scene

DUSK = Air((0.07, 0.14, 0.34), (0.80, 0.50, 0.34), (1.05, 0.55, 0.34), (0.17, 0.19, 0.30), -0.55, 350)
BAY = Water(0.019, (0.03, 0.07, 0.10))
QUAY = Quay(np.float32((-80, 0, 168)), np.float32((62, 0, 34)), 195.0)


def draw_shores(canvas: Field, camera: Camera) -> None:
    """Far hills across the bay, each paler than the next, with scattered lights at their feet."""
    rng = np.random.default_rng(11)
    rows, columns = pixel_grid(SCENE_HEIGHT, SCENE_WIDTH)
    for height, haze in ((125, 0.62), (75, 0.42), (38, 0.2)):
        ridge = noise((1, SCENE_WIDTH * 2), rng, 900, 2.6)[0, :SCENE_WIDTH]
        crest = camera.horizon - height * (1 + 0.28 * ridge + 0.3 * np.sin(columns[0] / 500 + height))
        cover = smoothstep(0, 2, rows - crest) * (rows <= camera.horizon + 1)
        woods = 1 + 0.13 * noise(rows.shape, rng, 90, 1.5)
        colour = mix(np.float32((0.10, 0.13, 0.12)), HAZE, haze) * woods[..., None]
        lay_over(canvas, opaque(colour) * cover[..., None], 0, 0)
    for column, row in zip(rng.uniform(0, 1500, 90), rng.exponential(9, 90), strict=True):
        spot = (int(column), int(camera.horizon - 3 - row))
        cv2.circle(canvas, spot, 1, (*map(float, LAMP * rng.uniform(0.4, 1)), 1.0), -1)


def draw_town(camera: Camera) -> Field:
    """Everything that stands above the water, from the far shore to the boats, premultiplied RGBA."""
    canvas = np.zeros((SCENE_HEIGHT, SCENE_WIDTH, 4), np.float32)
    houses = town_houses(QUAY)
    draw_shores(canvas, camera)
    draw_quay(canvas, camera, QUAY)
    draw_houses(canvas, camera, [house for house in houses if house.corner[1] > 9])
    draw_spire(canvas, camera, QUAY)
    draw_trees(canvas, camera, [QUAY.at(along, 33 + along % 5, 8.5) for along in np.arange(0, 150, 5.3)])
    draw_houses(canvas, camera, [house for house in houses if house.corner[1] <= 9])
    draw_trees(canvas, camera, [QUAY.at(along, 3.6, 2.1) for along in (5, 12, 21, 44, 66, 73, 95, 113, 146)])
    draw_lamps(canvas, camera, QUAY)
    draw_boats(canvas, camera, QUAY)
    return canvas


def harbour(rng: Rng) -> Field:
    """A harbour town at evening: gabled houses above a quay, boats, lit windows, rippled reflections."""
    return develop(compose_scene(Camera(2000, 800, 6), draw_town, DUSK, BAY, rng), rng, 1.3)
