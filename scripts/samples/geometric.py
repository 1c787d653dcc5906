"""Geometric: hard-edged shapes that exchange colours where they cross, each cut from a sheet of brush strokes."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from samples.brushwork import Brush, light_paint, paint_over
from samples.compositing import mix
from samples.fields import Canvas, Colour, Field, Rng, pixel_grid, smoothstep, table
from samples.noise import noise

HEIGHT, WIDTH = 1600, 1920
POSTER = table(
    "0.92 0.86 0.72, 0.8 0.11 0.09, 0.96 0.74 0.1, 0.07 0.07 0.08, 0.08 0.44 0.46, "
    "0.9 0.42 0.1, 0.72 0.78 0.7, 0.12 0.2 0.36, 0.52 0.06 0.1"
)
POSTER_SHARES = (0.3, 0.1, 0.1, 0.06, 0.12, 0.06, 0.16, 0.05, 0.05)
DISCS = table(
    "640 560 430 1, 1180 860 400 3, 1500 380 270 2, 330 1210 290 4, 980 250 190 5, "
    "860 1330 230 7, 1660 1270 240 1, 150 330 170 2"
)
TARGETS = table(
    "640 560 230, 1500 380 170, 1280 960 210, 330 1210 150, 1690 1290 130, 1010 1410 120, 120 760 110, 1800 760 130"
)
WEDGES = (900, 760, 640, 520, 460, 420, 380, 330, 300, 270, 240, 220, 200, 180, 160, 150, 140, 130)
BEAMS = table(
    "-20 1450 1940 180 20, 260 -20 1120 1620 13, -20 240 1940 700 8, 1420 -20 1240 1620 26, "
    "-20 980 1940 1120 6, 700 1620 1940 520 8"
)


class Panel:
    """A panel painted shape by shape: which colour lies where, and the paint with its thickness."""

    def __init__(self, height: int, width: int, rng: Rng) -> None:
        self.rows, self.columns = pixel_grid(height, width)
        self.ink = np.zeros((height, width), np.uint8)
        self.paint = np.zeros((height, width, 4), np.float32)
        self.rng = rng
        self.sheets = [self.brush_sheet(angle) for angle in (0.1, 0.8, 1.5, 2.4)]
        self.lay(np.ones((height, width), bool), 0)

    def brush_sheet(self, angle: float) -> Canvas:
        """A sheet of grey brush strokes in one direction, to be cut from when a shape is painted."""
        sheet = np.full((*self.ink.shape, 4), 128, np.uint8)
        grey = np.full((*self.ink.shape, 3), 0.5, np.float32)
        field = angle + 0.12 * noise(self.ink.shape, self.rng, 200)
        paint_over(sheet, grey, field, Brush(190, 17, 0.022), 4500, self.rng)
        return sheet

    def lay(self, mask: NDArray[np.bool_], ink: int, exchange: bool = False) -> None:
        """Paint a shape; with `exchange` its colour changes wherever it crosses another."""
        rows, columns = np.nonzero(mask)
        under = self.ink[rows, columns]
        shade = (under * 2 + ink + 1) % len(POSTER) if exchange else np.full_like(under, ink)
        shade = np.where(exchange & (shade == under), (shade + 1) % len(POSTER), shade).astype(np.uint8)
        sheet, (down, right) = self.sheets[self.rng.integers(len(self.sheets))], self.rng.integers(0, 900, 2)
        cut = sheet[(rows + down) % mask.shape[0], (columns + right) % mask.shape[1]].astype(np.float32)
        turn = self.rng.uniform(0, 2 * np.pi)
        slant = (columns * np.cos(turn) + rows * np.sin(turn)) / 500
        tone = cut[:, :3] / 128 * (1 + 0.13 * np.sin(slant + turn))[:, None]
        self.ink[rows, columns] = shade
        self.paint[rows, columns, :3] = (np.float32(POSTER)[shade] + 0.02) * tone + (tone - 1) * 0.16
        self.paint[rows, columns, 3] = cut[:, 3] + self.rng.uniform(-35, 35)

    def polygon(self, points: ArrayLike) -> NDArray[np.bool_]:
        """The pixels of a polygon given as column, row pairs."""
        mask = np.zeros(self.ink.shape, np.uint8)
        cv2.fillPoly(mask, [np.asarray(points).round().astype(np.int32)], 1)
        return mask.astype(bool)

    def ring(self, x: float, y: float, outer: float, inner: float = 0) -> NDArray[np.bool_]:
        """The pixels of a disc or a ring."""
        distance = np.hypot(self.columns - x, self.rows - y)
        return (distance < outer) & (distance >= inner)

    def bar(self, start: Colour, stop: Colour, width: float) -> NDArray[np.bool_]:
        """The pixels of a straight bar."""
        a, b = np.float32(start), np.float32(stop)
        side = np.float32((a[1] - b[1], b[0] - a[0])) / max(float(np.hypot(*(b - a))), 1) * (width / 2)
        return self.polygon([a + side, b + side, b - side, a - side])


def divide_panel(panel: Panel, left: float, top: float, right: float, low: float, depth: int) -> None:
    """Divide the ground into unequal rectangles, most of them pale."""
    rng, share = panel.rng, panel.rng.uniform(0.3, 0.7)
    if depth == 0:
        ink = int(rng.choice(len(POSTER), p=POSTER_SHARES))
        panel.lay(panel.polygon([(left, top), (right, top), (right, low), (left, low)]), ink)
    elif right - left > low - top:
        cut = left + (right - left) * share
        divide_panel(panel, left, top, cut, low, depth - 1)
        divide_panel(panel, cut, top, right, low, depth - 1)
    else:
        cut = top + (low - top) * share
        divide_panel(panel, left, top, right, cut, depth - 1)
        divide_panel(panel, left, cut, right, low, depth - 1)


def paint_discs(panel: Panel) -> None:
    """Large overlapping discs that exchange colours, and targets of rings."""
    rng = panel.rng
    for x, y, radius, ink in DISCS:
        panel.lay(panel.ring(x, y, radius), ink, exchange=True)
        if rng.random() < 0.6:
            panel.lay(panel.ring(x, y, radius + 9, radius), 3)
    for x, y, radius in TARGETS:
        for outer in np.arange(radius, 16, -rng.uniform(26, 42)):
            panel.lay(panel.ring(x, y, outer), int(rng.choice((0, 1, 2, 3, 3, 4, 7))))


def paint_wedges(panel: Panel) -> None:
    """Triangles over everything, some long as beams, exchanging colours with what they cross."""
    rng = panel.rng
    for size in WEDGES:
        centre, turn = rng.random(2) * (WIDTH, HEIGHT), rng.uniform(0, 2 * np.pi)
        corners = turn + np.array((0, rng.uniform(1.9, 2.4), rng.uniform(3.0, 4.6)))
        points = centre + size * 0.55 * np.stack([np.cos(corners), np.sin(corners)], -1)
        panel.lay(panel.polygon(points), int(rng.integers(1, 9)), exchange=bool(rng.random() < 0.75))


def paint_fans(panel: Panel) -> None:
    """Fans of thin lines from one foot."""
    rng = panel.rng
    for _ in range(7):
        foot, turn, reach = rng.random(2) * (WIDTH, HEIGHT), rng.uniform(0, 2 * np.pi), rng.uniform(260, 520)
        for step in range(rng.integers(6, 12)):
            heading = turn + step * 0.085
            tip = foot + reach * np.array((np.cos(heading), np.sin(heading)))
            panel.lay(panel.bar(foot, tip, rng.uniform(4, 9)), int(rng.choice((3, 3, 0, 1))))


def paint_chequers(panel: Panel) -> None:
    """Small chequerboards, upright."""
    rng = panel.rng
    for _ in range(7):
        x, y, cell = *(rng.random(2) * (1700, 1400)), rng.integers(24, 44)
        ink, count = int(rng.choice((1, 2, 3, 4))), rng.integers(3, 7, 2)
        i, j = (panel.columns - x) // cell, (panel.rows - y) // cell
        inside = (panel.columns >= x) & (panel.rows >= y) & (i < count[0]) & (j < count[1])
        panel.lay(inside & ((i + j) % 2 == 0), ink)
        panel.lay(inside & ((i + j) % 2 == 1), 0 if ink != 2 else 3)


def paint_ladders(panel: Panel) -> None:
    """Ladders of parallel bars that grow from step to step."""
    rng = panel.rng
    for _ in range(6):
        x, y, slant = *(rng.random(2) * (1800, 1500)), rng.uniform(0, np.pi)
        along = np.array((np.cos(slant), np.sin(slant)))
        for step in range(9):
            foot = np.array((x, y)) + along * step * 24
            tip = foot + np.array((-along[1], along[0])) * (70 + 16 * step)
            panel.lay(panel.bar(foot, tip, 10), int(rng.choice((3, 1, 7))))


def paint_dots(panel: Panel) -> None:
    """Dots and little rings, scattered."""
    rng = panel.rng
    for _ in range(46):
        radius = rng.uniform(9, 40)
        dot = panel.ring(*(rng.random(2) * (WIDTH, HEIGHT)), radius, radius * rng.choice((0, 0, 0.6)))
        panel.lay(dot, int(rng.integers(0, 9)))


def paint_beams(panel: Panel) -> None:
    """Long black beams from edge to edge."""
    for *ends, width in BEAMS:
        panel.lay(panel.bar(ends[:2], ends[2:], width), 3)


def geometric(rng: Rng) -> Field:
    """Hard-edged abstraction: overlapping discs, wedges, grids and beams in brushed poster colours."""
    panel = Panel(HEIGHT, WIDTH, rng)
    divide_panel(panel, 0, 0, WIDTH, HEIGHT, 6)
    for paint in (paint_discs, paint_wedges, paint_fans, paint_chequers, paint_ladders, paint_dots, paint_beams):
        paint(panel)
    worn = noise(panel.ink.shape, rng, 300, 1.2)
    panel.paint[..., :3] = mix(panel.paint[..., :3], (0.82, 0.76, 0.64), 0.55 * smoothstep(2.1, 2.9, worn))
    panel.paint[..., :3] *= 255
    return light_paint(np.clip(panel.paint, 0, 255).astype(np.uint8), 0.010, rng)
