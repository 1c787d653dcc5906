"""Figures of an afternoon: people with parasols and hats on the river bank, as silhouettes to be modelled by light."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from samples.afternoon_motif import MotifPainter, Paint, Part
from samples.fields import table
from samples.splines import closed, spline

SKIN: Paint = ((0.98, 0.76, 0.58), (0.70, 0.44, 0.46))
INK: Paint = ((0.34, 0.26, 0.44), (0.10, 0.07, 0.22))
SLATE: Paint = ((0.66, 0.66, 0.80), (0.28, 0.27, 0.52))
STRAW: Paint = ((0.99, 0.88, 0.46), (0.76, 0.54, 0.34))
CREAM: Paint = ((1.0, 0.95, 0.84), (0.66, 0.64, 0.84))
ROSE: Paint = ((0.96, 0.60, 0.58), (0.52, 0.20, 0.46))
BLUE: Paint = ((0.44, 0.58, 0.86), (0.14, 0.17, 0.50))
RED: Paint = ((0.97, 0.44, 0.24), (0.60, 0.12, 0.34))
DOME = (
    "-0.30 0.02, -0.24 -0.10, -0.12 -0.18, 0 -0.21, 0.12 -0.18, 0.24 -0.10, 0.30 0.02, 0.2 -0.02, 0.1 0.03, 0 -0.01, "
    "-0.1 0.03, -0.2 -0.02"
)
PANELS = (
    "-0.2 -0.015, -0.12 -0.13, 0 -0.205, -0.05 -0.14, -0.08 -0.005",
    "0.1 -0.015, 0.06 -0.13, 0 -0.205, 0.12 -0.14, 0.2 -0.005",
)
SKIRT = (
    "-0.05 -0.57, 0.05 -0.58, 0.14 -0.53, 0.20 -0.43, 0.19 -0.25, 0.22 0, 0.05 0.015, -0.14 0, -0.11 -0.2, -0.07 -0.4"
)
STROLLER = (
    Part(SKIRT, ROSE, 0.055, 1.4),
    Part("-0.06 -0.78, 0.0 -0.81, 0.06 -0.77, 0.075 -0.68, 0.045 -0.56, -0.05 -0.55, -0.085 -0.68", INK, 0.035),
    Part("0.02 -0.76, 0.02 -0.68, -0.06 -0.60, -0.13 -0.67, -0.12 -0.70, -0.06 -0.65, -0.02 -0.74", INK, 0.02),
    Part("-0.045 -0.86, 0 -0.92, 0.045 -0.87, 0.02 -0.81, -0.02 -0.80", SKIN, 0.02),
    Part("0 -0.92, 0.05 -0.91, 0.065 -0.86, 0.03 -0.83, 0.01 -0.87", INK, 0.015),
    Part("-0.07 -0.90, -0.02 -0.925, 0.05 -0.935, 0.06 -0.97, 0 -0.995, -0.04 -0.96", RED, 0.02),
)
SITTER = (
    Part("-0.55 0.03, -0.52 -0.12, -0.2 -0.30, 0.05 -0.38, 0.3 -0.3, 0.36 -0.1, 0.34 0.04", BLUE, 0.09),
    Part("-0.06 -0.34, -0.10 -0.60, 0 -0.70, 0.14 -0.66, 0.2 -0.5, 0.2 -0.28", CREAM, 0.06),
    Part("-0.02 -0.62, -0.16 -0.44, -0.30 -0.34, -0.28 -0.29, -0.1 -0.36, 0.04 -0.52", CREAM, 0.03),
    Part("-0.03 -0.76, 0.04 -0.86, 0.12 -0.80, 0.09 -0.70, 0.02 -0.69", SKIN, 0.03),
    Part("-0.12 -0.82, 0.0 -0.86, 0.02 -0.94, 0.11 -0.94, 0.14 -0.85, 0.22 -0.80, 0.05 -0.81", STRAW, 0.03),
)
TROUSERS = "0.1 0, 0.05 -0.2, 0.35 -0.34, 0.75 -0.36, 0.9 -0.2, 1.25 -0.12, 1.3 0, 0.9 -0.02, 0.7 -0.14, 0.45 -0.02"
LOUNGER = (
    Part(TROUSERS, SLATE, 0.07),
    Part("-0.05 0, -0.12 -0.34, 0.0 -0.60, 0.16 -0.58, 0.28 -0.28, 0.3 -0.02", RED, 0.07),
    Part("0.05 -0.5, 0.26 -0.26, 0.34 -0.05, 0.26 -0.02, 0.12 -0.26", RED, 0.03),
    Part("-0.02 -0.68, 0.05 -0.80, 0.15 -0.74, 0.13 -0.62, 0.03 -0.58", SKIN, 0.03),
    Part("-0.10 -0.76, 0 -0.78, 0 -0.90, 0.14 -0.90, 0.16 -0.78, 0.26 -0.75, 0.08 -0.735", STRAW, 0.03),
)
CHILD = (
    Part("-0.07 0, -0.06 -0.16, 0.0 -0.2, 0.07 -0.16, 0.08 0, 0.02 0, 0.0 -0.1, -0.02 0", INK, 0.03, 1.5),
    Part("-0.10 -0.64, 0.09 -0.64, 0.15 -0.4, 0.24 -0.13, 0 -0.09, -0.24 -0.13, -0.15 -0.4", CREAM, 0.09),
    Part("-0.16 -0.42, 0.16 -0.42, 0.17 -0.36, -0.17 -0.36", RED, 0.03, 0),
    Part("-0.08 -0.72, 0 -0.82, 0.08 -0.72, 0 -0.63", SKIN, 0.04),
    Part("-0.17 -0.77, -0.08 -0.80, -0.06 -0.90, 0.06 -0.90, 0.09 -0.80, 0.18 -0.76, 0 -0.77", STRAW, 0.04),
)
FALLEN = "0.1 -0.02, -0.24 -0.04, -0.75 0.02, -0.3 0.045, 0.08 0.025"


def place_figure(scene: MotifPainter, parts: Sequence[Part], x: float, y: float, tall: float) -> None:
    """Put a figure on the bank, its shadow thrown away from the sun."""
    scene.shadow(closed(table(FALLEN)) * tall + np.float32((x, y)), (0.42, 0.50, 0.80), 4)
    scene.stand(parts, x, y, (tall, tall), 0.95)


def open_parasol(scene: MotifPainter, hand: ArrayLike, top: ArrayLike, size: float, lean: float, paint: Paint) -> None:
    """Open a parasol: stick, dome with scalloped rim, and darker panels."""
    ends = np.float32((hand, top))
    scene.limb(spline((ends[0], ends.mean(0), ends[1]), 12), (3.6, 3.6), STRAW, 0.9)
    turn = np.float32(((np.cos(lean), np.sin(lean)), (-np.sin(lean), np.cos(lean)))) * size
    scene.form(closed(table(DOME), 200) @ turn + ends[1], paint, 0.10 * size, 0.95)
    for panel in PANELS:
        scene.form(closed(table(panel), 60) @ turn + ends[1], (paint[1], paint[1]), 0.05 * size, 0.95)


def place_figures(scene: MotifPainter) -> None:
    """Two in the shade of the tree, a child in the sun, and a stroller with her parasol nearest."""
    place_figure(scene, CHILD, 640, 740, 118)
    place_figure(scene, LOUNGER, 250, 812, 150)
    place_figure(scene, SITTER, 470, 776, 176)
    open_parasol(scene, (424, 716), (420, 640), 250, -0.25, CREAM)
    place_figure(scene, STROLLER, 940, 814, 372)
    open_parasol(scene, (894, 562), (934, 428), 380, 0.12, RED)
