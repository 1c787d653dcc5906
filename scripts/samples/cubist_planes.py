"""Cubist planes: a guitar player broken into facets along a scaffold of lines, in ochre, umber, grey and cold blue."""

from __future__ import annotations

import numpy as np

from samples.brushwork import light_paint
from samples.cubist_player import COAT, GUITAR, HEAD, build_planes, comb_wood, draw_guitar, draw_hands, stencil, tones
from samples.faceted_planes import UMBER, FacetCanvas
from samples.fields import Field, Rng, table
from samples.splines import spline

WIDTH, HEIGHT = 960, 1200
GROUND = (0.56, 0.49, 0.37)
FAMILIES = (1.42, 1.85, 0.68, 2.36, 0.10, 2.9)
TABLE = (
    ("40 1040, 930 962, 960 1200, 0 1200", 0, 0.22, 0.58, 0.5),
    ("60 1040, 360 1014, 300 1200, 20 1200", 2, 0.14, 0.46, 0.5),
    ("620 1010, 900 980, 930 1120, 650 1150", 1, 0.62, 0.94, 0.1),
    ("130 1060, 400 1010, 450 1120, 180 1180", 1, 0.54, 0.90, 0.2),
    ("836 520, 790 700, 780 1000, 900 1000, 892 700", 3, 0.08, 0.50, 0.3),
    ("846 440, 836 560, 884 560, 880 440", 3, 0.10, 0.62, 0.2),
    ("800 780, 890 772, 890 880, 800 892", 1, 0.56, 0.90, 0.1),
    ("96 820, 130 930, 190 940, 222 816", 3, 0.44, 0.86, 0.6),
)


class Scaffold:
    """Families of parallel lines at uneven distances; facets are cut along them, so that edges run on."""

    def __init__(self, rng: Rng) -> None:
        self.rng = rng
        self.lines = [np.cumsum(rng.uniform(40, 116, 44)) - 1500 for _ in FAMILIES]

    def cut(self, x: float, y: float, skip: int) -> Field:
        """The quadrilateral between the lines of two families round a point; `skip` takes in more lines."""
        first, second = self.rng.choice(len(FAMILIES), 2, replace=False)
        while abs(np.sin(FAMILIES[first] - FAMILIES[second])) < 0.5:
            first, second = self.rng.choice(len(FAMILIES), 2, replace=False)
        bounds = []
        for family in (first, second):
            normal = np.array((-np.sin(FAMILIES[family]), np.cos(FAMILIES[family])))
            place = int(np.searchsorted(self.lines[family], normal @ (x, y)))
            bounds.append((normal, self.lines[family][place - 1], self.lines[family][min(place + skip, 43)]))
        (n, low, high), (m, left, right) = bounds
        corners = ((low, left), (low, right), (high, right), (high, left))
        return np.float32([np.linalg.solve(np.stack([n, m]), pair) for pair in corners])


def brightness(x: float, y: float) -> float:
    """How light the picture is meant to be at a place: lit down the middle, dim towards the corners."""
    figure = np.exp(-(((x - 480 - 0.10 * (y - 600)) / 230) ** 2) - ((y - 560) / 520) ** 2)
    return float(0.50 + 0.24 * figure - 0.16 * np.hypot((x - 480) / 700, (y - 600) / 800))


def scatter_facets(
    canvas: FacetCanvas, scaffold: Scaffold, count: int, spread: float, skip: int, touch: float, body: float
) -> None:
    """Facets thrown round the figure's axis, each with the tones of its place and a hue of its neighbourhood."""
    rng = canvas.rng
    for _ in range(count):
        x, y = rng.uniform(0, WIDTH), rng.uniform(0, HEIGHT)
        if spread:
            x = 470 + 0.06 * (y - 600) + rng.normal(0, spread * (0.5 + 0.7 * y / HEIGHT))
        corners = np.roll(scaffold.cut(x, y, skip), int(rng.integers(4)), 0)
        if rng.random() < 0.3:
            corners = corners[:3]
        value, hue = brightness(x, y) + rng.normal(0, 0.07), int(rng.choice(4, p=(0.46, 0.30, 0.17, 0.07)))
        opening = rng.uniform(0.5, 1)
        canvas.facet(corners, *tones(hue, value - rng.uniform(0.12, 0.34), value + 0.14), opening, touch, body)
        if rng.random() < 0.6:
            edge = corners[0] + (corners[1] - corners[0]) * np.float32((-0.05, 0.4, 0.8, 1.08))[:, None]
            canvas.contour(edge[int(rng.integers(2)) :], rng.uniform(2.2, 5))


def set_table(canvas: FacetCanvas) -> None:
    """The table: a sheet of music, a bottle, a glass, a stencilled word."""
    build_planes(canvas, TABLE, 15)
    for line in ("848 446, 846 560, 800 640, 786 720, 784 990", "880 446, 882 556, 894 640, 900 720, 898 1000"):
        canvas.contour(spline(table(line), 12), 5)
    for line in (
        "92 820, 130 806, 190 806, 226 818, 190 832, 130 832, 94 822",
        "96 828, 128 926, 158 944, 192 930, 222 824",
    ):
        canvas.contour(spline(table(line), 14), 3.6)
    canvas.contour(((158, 944), (160, 1000), (158, 1040)), 5)
    canvas.contour(((118, 1046), (158, 1038), (204, 1044)), 5)
    for staff in (0, 46):
        for line in range(5):
            start = np.float32((150 + staff * 0.4, 1074 + staff + 7 * line))
            canvas.contour([start + np.float32((252, -46)) * t for t in (0, 0.5, 1)], 1.5)
        for along, line, stem in ((0.2, 1, -30), (0.36, 3, -32), (0.5, 2, 30), (0.66, 4, -30), (0.82, 1, 30)):
            x, y = 150 + staff * 0.4 + 252 * along, 1074 + staff + 7 * line - 46 * along
            canvas.touch(((x - 4, y + 1), (x, y), (x + 4, y - 2)), 8, UMBER, 0.1)
            canvas.contour(((x + 4, y - 2), (x + 4, y + stem * 0.5), (x + 4, y + stem)), 1.7)
    stencil(canvas, "NOCTU", 640, 1052, 58, -0.11)


def cubist_planes(rng: Rng, size: float = 1200) -> Field:
    """Analytic cubism: one figure seen from many sides, in facets that shut on one side and open on the other."""
    scale = 2 * size / HEIGHT
    canvas = FacetCanvas(WIDTH, HEIGHT, scale, GROUND, rng)
    scaffold = Scaffold(rng)
    scatter_facets(canvas, scaffold, 64, 0, 2, 20, 0.9)
    scatter_facets(canvas, scaffold, 50, 250, 1, 15, 0.8)
    set_table(canvas)
    build_planes(canvas, COAT, 15)
    scatter_facets(canvas, scaffold, 16, 250, 1, 13, 0.4)
    build_planes(canvas, HEAD, 12)
    build_planes(canvas, GUITAR, 14)
    comb_wood(canvas, np.float32(table("470 800, 560 800, 600 870, 640 1010, 520 930")), 0.66, (0.34, 0.21, 0.10))
    comb_wood(canvas, np.float32(table("60 1040, 300 1020, 250 1200, 20 1200")), 0.1, (0.16, 0.12, 0.06), 6)
    draw_guitar(canvas)
    draw_hands(canvas)
    scatter_facets(canvas, scaffold, 22, 210, 0, 11, 0.5)
    paint = np.concatenate([canvas.paint, canvas.thickness[..., None]], -1)
    return light_paint(np.clip(paint * 255, 0, 255).astype(np.uint8), 0.007 * scale / 2, rng, size)
