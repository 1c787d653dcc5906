"""Pointillist afternoon: a river bank under a tree, sails and parasols, in dots of divided colour."""

from __future__ import annotations

import numpy as np

from samples.afternoon_figures import place_figures
from samples.afternoon_motif import MotifPainter, Paint
from samples.afternoon_river import paint_river
from samples.brushwork import light_paint
from samples.compositing import mix
from samples.divided_colour import Canvas, Dots
from samples.fields import Field, Rng, table
from samples.noise import noise
from samples.splines import closed, curve, spline

WIDTH, HEIGHT, FRAME = 1200, 860, 21
PASSES = (
    Dots(46000, 6.6, 4.4, 0.10),
    Dots(40000, 4.6, 3.4, 0.20),
    Dots(44000, 3.3, 2.7, 0.24),
    Dots(36000, 2.3, 2.0, 0.18, 0.85),
)
BANK = table("-20 580, 160 604, 360 652, 560 676, 760 668, 960 640, 1100 600, 1220 574")
GRASS: Paint = ((0.78, 0.80, 0.26), (0.66, 0.74, 0.28))
EARTH: Paint = ((0.96, 0.82, 0.60), (0.80, 0.62, 0.56))
POPPY: Paint = ((0.94, 0.30, 0.22), (0.86, 0.20, 0.36))
BARK: Paint = ((0.80, 0.52, 0.38), (0.20, 0.14, 0.36))
YOUNG_LEAF, OLD_LEAF, LEAF_SHADE = (0.66, 0.76, 0.20), (0.80, 0.77, 0.21), (0.07, 0.25, 0.33)
SHADES = (
    "-40 660, 180 640, 420 690, 590 716, 640 764, 500 800, 420 880, -40 900",
    "700 900, 800 846, 960 826, 1240 800, 1240 900",
)
BOUGHS = (
    ("120 790, 138 640, 122 480, 150 300, 120 60", (90, 66, 54, 46, 36)),
    ("140 420, 220 300, 250 180, 330 60", (32, 26, 20, 15)),
    ("130 500, 60 380, 40 220, 0 90", (30, 24, 19, 14)),
    ("208 320, 300 260, 380 230", (16, 12, 8)),
)


def paint_bank(scene: MotifPainter, rng: Rng) -> None:
    """The near bank: sunlit grass, the blue shade of the tree, flowers."""
    shape, edge = scene.rows.shape, spline(BANK, 120)
    outline = np.concatenate([edge, curve((1220, -20), (900, 900))])
    scene.form(outline, GRASS, 40, 0.25, 0)
    land = scene.mask(outline) > 0.5
    scene.form(np.concatenate([edge - np.float32((0, 7)), (edge + np.float32((0, 9)))[::-1]]), EARTH, 8, 0.4, 0.1)
    tone = noise(shape, rng, 120, 1.8, (1, 2.2))
    scene.motif.colour[land] *= (1 + 0.07 * tone[..., None] * np.float32((1.3, 0.9, 0.4)))[land]
    scene.motif.angle[land] = (-1.35 + 0.45 * noise(shape, rng, 90))[land]
    scene.motif.sun[land] = 0.95
    for shade in SHADES:
        scene.shadow(closed(table(shade)), (0.44, 0.60, 0.88), 9)
    for _ in range(120):
        x, y = rng.uniform(640, 1190), rng.uniform(690, 840)
        scene.form(((x - 3, y), (x, y - 3), (x + 3, y), (x, y + 3)), POPPY, 2, 0.9)


def paint_tree(scene: MotifPainter, rng: Rng) -> None:
    """A great tree at the left: trunk, boughs, and a crown in rounded masses with the sky between them."""
    for points, widths in BOUGHS:
        scene.limb(spline(table(points), 60), widths, BARK, 0.5)
    masses = [(rng.uniform(-60, 560), rng.uniform(-50, 260), rng.uniform(36, 84)) for _ in range(90)]
    for x, y, size in sorted(masses, key=lambda mass: mass[1] - mass[0]):
        if 0.42 * x + y > 330 + 40 * np.sin(x / 47):
            continue
        turn, radii = np.linspace(0, 2 * np.pi, 14, endpoint=False), size * (1 + 0.16 * rng.normal(0, 1, 14))
        lump = closed(curve(x + radii * 1.25 * np.cos(turn), y + radii * 0.72 * np.sin(turn)), 60)
        scene.form(lump, (mix(YOUNG_LEAF, OLD_LEAF, rng.random()), LEAF_SHADE), size * 0.34, 0.3)


def paint_frame(scene: MotifPainter) -> None:
    """A painted border, dark and complementary to what it borders on."""
    motif, (row, column) = scene.motif, (scene.rows.astype(int), scene.columns.astype(int))
    near_row, near_column = np.clip(row, FRAME, HEIGHT - FRAME - 1), np.clip(column, FRAME, WIDTH - FRAME - 1)
    inside = motif.colour[near_row, near_column]
    border = np.float32((0.16, 0.13, 0.40)) + 0.30 * (inside.mean(-1, keepdims=True) - inside)
    where = (row != near_row) | (column != near_column)
    motif.colour[where] = np.clip(border, 0.03, 1)[where]
    motif.sun[where], motif.detail[where] = 0.35, 0.5


def pointillist_afternoon(rng: Rng, size: float = 1200) -> Field:
    """Dots over dots of pure colour; nothing is drawn, every form is what the dots add up to."""
    scene, scale = MotifPainter(WIDTH, HEIGHT), 2 * size / WIDTH
    paint_river(scene, rng)
    paint_bank(scene, rng)
    paint_tree(scene, rng)
    place_figures(scene)
    paint_frame(scene)
    canvas = Canvas(scene.finish(0.35), scale, rng)
    for dots in PASSES:
        canvas.set_dots(dots)
    return light_paint(np.clip(canvas.paint * 255, 0, 255).astype(np.uint8), 0.004 * scale / 2, rng, size)
