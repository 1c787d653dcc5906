"""The river of an afternoon: sky, the far bank with its poplars and houses, their reflection, sails."""

from __future__ import annotations

import numpy as np

from samples.afternoon_motif import MotifPainter, Paint, Part
from samples.compositing import mix, ramp
from samples.fields import Rng, smoothstep, table
from samples.noise import noise
from samples.splines import closed, curve

SHORE = 296
SKY = table("0.50 0.66 0.86, 0.66 0.78 0.88, 0.86 0.86 0.86, 0.98 0.90 0.76, 0.99 0.86 0.70")
WATER = (0.42, 0.58, 0.76)
HILLS: Paint = ((0.66, 0.68, 0.86), (0.50, 0.52, 0.76))
BUSHES: Paint = ((0.54, 0.70, 0.34), (0.16, 0.34, 0.42))
POPLARS: Paint = ((0.62, 0.74, 0.26), (0.12, 0.30, 0.36))
SAND: Paint = ((0.88, 0.82, 0.46), (0.88, 0.82, 0.46))
WHITE_SAIL: Paint = ((1.0, 0.96, 0.84), (0.68, 0.66, 0.82))
TAN_SAIL: Paint = ((0.97, 0.70, 0.36), (0.70, 0.36, 0.40))
TIMBER: Paint = ((0.62, 0.24, 0.22), (0.20, 0.12, 0.34))
HOUSE = (
    Part("0 -0.75, 0.8 -0.75, 0.8 0, 0 0", ((0.99, 0.88, 0.66), (0.76, 0.62, 0.66)), 0.18, 1.57, True),
    Part("-0.16 -0.7, 0.4 -1.14, 0.96 -0.7", ((0.88, 0.40, 0.24), (0.62, 0.26, 0.34)), 0.14, 0, True),
)
BUSH = "-1 0.1, -1 -1, 0 -1.7, 1 -1, 1 0.1"
MAIN_SAIL, JIB = "0 -0.08, 0.02 -1, 0.2 -0.5, 0.44 -0.09", "-0.05 -0.08, -0.01 -0.86, -0.36 -0.06"
MAST = "0 0, 0.014 0, 0.014 -1.04, 0 -1.04"
HULL = "-0.42 -0.06, 0.52 -0.07, 0.4 0, -0.3 0"
# Foot, height and kind of every boat, the nearer the later.
BOATS = table("1110 330 62 1, 520 338 74 0, 960 352 120 1, 690 420 216 0")


def paint_sky(scene: MotifPainter, rng: Rng) -> None:
    """A sky that pales to peach over the river, with a few level clouds."""
    shape = scene.rows.shape
    clouds = smoothstep(0.5, 1.8, noise(shape, rng, 300, 2.1, (1, 3)))
    scene.motif.colour[:] = mix(ramp(SKY, np.clip(scene.rows / SHORE, 0, 1)), (1.0, 0.95, 0.86), 0.8 * clouds)
    scene.motif.angle[:] = -0.5 + 0.5 * noise(shape, rng, 200)


def paint_far_bank(scene: MotifPainter, rng: Rng) -> None:
    """Hills, bushes, a few houses and a row of poplars beyond the water."""
    right = scene.rows.shape[1] + 20
    x = np.linspace(-20, right, 60)
    hills = curve(x, 246 - 22 * np.sin(x / 190 + 1) - 10 * np.sin(x / 71))
    scene.form(np.concatenate([hills, curve((right, -20), (SHORE, SHORE))]), HILLS, 30, 0.2, 0.2)
    for middle in np.sort(rng.uniform(430, right, 64)):
        size = rng.uniform(9, 22)
        scene.form(closed(table(BUSH), 40) * size + np.float32((middle, SHORE)), BUSHES, size * 0.5, 0.4)
    for left in (560, 604, 650, 1050, 1090):
        scene.stand(HOUSE, left, SHORE, (44, rng.uniform(50, 62)), 0.8)
    for middle in (742, 776, 812, 846, 884, 1160, 1190):
        t = np.linspace(0, 1, 24)
        side = rng.uniform(11, 15) * np.sin(np.pi * t**0.8) ** 0.7 * (1 + 0.12 * np.sin(19 * t + middle))
        rows = SHORE - rng.uniform(110, 165) * t
        poplar = np.concatenate([curve(middle + side, rows), curve(middle - side, rows)[::-1]])
        scene.form(poplar, POPLARS, 7, 0.4, 1.57)
    scene.form(curve((-20, right, right, -20), (SHORE - 7, SHORE - 7, SHORE + 2, SHORE + 2)), SAND, 8, 0.3, 0)


def sail_boats(scene: MotifPainter) -> None:
    """Sailing boats on the river, each first upside down in it."""
    for x, y, tall, kind in BOATS:
        sail = TAN_SAIL if kind else WHITE_SAIL
        parts = ((MAIN_SAIL, sail), (JIB, sail[::-1]), (MAST, TIMBER), (HULL, TIMBER))
        sunk = [
            Part(shape, (mix(a, WATER, 0.42), mix(b, WATER, 0.42)), 0.09, 0, True)
            for shape, (a, b) in parts
            if shape != MAST
        ]
        scene.stand(sunk, x, y, (tall, -0.9 * tall), 0.3)
        scene.stand([Part(shape, paint, 0.09, 1.3, True) for shape, paint in parts], x, y, (tall, tall), 0.75)


def paint_river(scene: MotifPainter, rng: Rng) -> None:
    """Everything beyond the near bank."""
    paint_sky(scene, rng)
    paint_far_bank(scene, rng)
    scene.reflect(SHORE, noise(scene.rows.shape, rng, 60, 1.5, (1, 4)), (0.36, 0.54, 0.78))
    sail_boats(scene)
