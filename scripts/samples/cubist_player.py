"""The guitar player of the cubist picture: head, coat, arms and guitar as facets, and the signs that name them."""

from __future__ import annotations

import numpy as np

from samples.compositing import mix, ramp
from samples.faceted_planes import UMBER, FacetCanvas
from samples.fields import Colour, Field, table
from samples.splines import curve, spline

OCHRE = table("0.16 0.10 0.06, 0.40 0.27 0.14, 0.64 0.47 0.25, 0.82 0.68 0.43, 0.93 0.86 0.69")
GREY = table("0.12 0.12 0.12, 0.30 0.29 0.26, 0.51 0.49 0.43, 0.71 0.68 0.59, 0.89 0.85 0.75")
OLIVE = table("0.11 0.11 0.06, 0.26 0.25 0.14, 0.44 0.42 0.25, 0.64 0.59 0.39, 0.84 0.78 0.59")
COLD = table("0.06 0.09 0.13, 0.15 0.22 0.29, 0.31 0.40 0.46, 0.54 0.60 0.61, 0.80 0.81 0.76")
HUES = (OCHRE, GREY, OLIVE, COLD)
# Corners (the first edge is the dark one), hue, dark and light tone, and how far it opens.
COAT = (
    ("470 390, 290 462, 236 640, 420 640", 1, 0.18, 0.52, 0.5),
    ("712 478, 548 396, 584 640, 756 660", 3, 0.14, 0.50, 0.4),
    ("430 640, 474 392, 548 398, 604 650", 1, 0.50, 0.92, 0.3),
    ("474 392, 500 520, 452 600, 440 470", 0, 0.10, 0.30, 0.2),
    ("552 400, 522 520, 572 610, 606 470", 1, 0.08, 0.34, 0.3),
    ("222 600, 300 462, 350 560, 290 720", 2, 0.16, 0.55, 0.4),
    ("290 730, 214 612, 190 560, 262 520, 330 640", 0, 0.24, 0.72, 0.5),
    ("790 640, 712 480, 660 700, 742 790", 1, 0.10, 0.44, 0.4),
    ("742 800, 640 690, 560 740, 600 822", 0, 0.30, 0.86, 0.3),
)
HEAD = (
    ("486 320, 478 400, 512 446, 552 404, 548 314", 0, 0.34, 0.70, 0.4),
    ("452 296, 462 104, 532 112, 522 336", 0, 0.48, 0.94, 0.2),
    ("596 140, 532 112, 522 336, 584 280", 1, 0.10, 0.46, 0.2),
    ("606 128, 434 122, 476 52, 578 60", 0, 0.04, 0.24, 0.3),
    ("414 132, 628 138, 610 116, 440 108", 1, 0.05, 0.22, 0.1),
    ("496 262, 508 180, 528 188, 534 262", 0, 0.20, 0.62, 0.2),
    ("470 212, 502 200, 498 222, 474 226", 0, 0.06, 0.40, 0.1),
    ("540 204, 570 200, 568 224, 542 222", 3, 0.08, 0.56, 0.1),
    ("484 300, 542 296, 530 312, 496 314", 0, 0.06, 0.36, 0.1),
)
GUITAR = (
    ("430 700, 520 640, 640 720, 560 800, 470 800", 0, 0.40, 0.86, 0.2),
    ("470 800, 560 800, 640 720, 800 830, 790 960, 640 1010, 520 930", 0, 0.36, 0.78, 0.2),
    ("800 830, 790 960, 640 1010, 700 860", 1, 0.16, 0.48, 0.2),
    ("520 930, 460 800, 500 740, 640 980", 2, 0.12, 0.40, 0.2),
    ("560 690, 640 720, 720 790, 620 850", 1, 0.56, 0.92, 0.3),
    ("182 486, 156 520, 452 750, 482 712", 0, 0.05, 0.34, 0.1),
    ("96 398, 74 440, 150 516, 184 484", 0, 0.10, 0.52, 0.2),
)
# Half of the guitar's outline and its pegs: how far along, how far aside.
HALF_OUTLINE = table("0.0 0, 0.02 90, 0.10 146, 0.20 150, 0.28 112, 0.34 96, 0.42 116, 0.50 104, 0.555 50, 0.56 20")
PEGS = table("1.05 30, 1.11 32, 1.17 30, 1.05 -30, 1.11 -32, 1.17 -28")
LETTERS = {
    "N": ("0 0, 0 1", "0.02 0.02, 0.58 0.98", "0.6 0, 0.6 1"),
    "O": ("0.26 0, 0.04 0.2, 0.04 0.8, 0.26 1", "0.38 0, 0.6 0.2, 0.6 0.8, 0.38 1"),
    "C": ("0.52 0.16, 0.3 0, 0.04 0.24, 0.04 0.76, 0.3 1, 0.52 0.84",),
    "T": ("0 0.04, 0.24 0.04", "0.36 0.04, 0.6 0.04", "0.3 0.04, 0.3 1"),
    "U": ("0 0, 0.02 0.8, 0.24 1", "0.36 1, 0.58 0.8, 0.6 0"),
}


def tones(hue: int, dark: float, light: float) -> tuple[Colour, Colour]:
    """Two tones of a hue."""
    low, high = ramp(HUES[hue], np.clip(0.5 + 1.14 * (np.float32((dark, light)) - 0.5), 0, 1))
    return low.tolist(), high.tolist()


def build_planes(canvas: FacetCanvas, planes: tuple[tuple[str, int, float, float, float], ...], touch: float) -> None:
    """Paint a thing's facets, and a contour along most of their dark edges."""
    for text, hue, dark, light, opening in planes:
        corners = np.float32(table(text)) + canvas.rng.normal(0, 3, (len(table(text)), 2)).astype(np.float32)
        canvas.facet(corners, *tones(hue, dark, light), 0.6 * opening, touch)
        edge = corners[0] + (corners[1] - corners[0]) * np.float32((-0.04, 0.4, 0.8, 1.06))[:, None]
        canvas.contour(edge, canvas.rng.uniform(3, 6))
        if canvas.rng.random() < 0.5:
            canvas.contour(corners[1:3], canvas.rng.uniform(2, 3.5))


def guitar_point(along: float, aside: float) -> Field:
    """A place on the guitar: 0 at its tail, 1 at the nut; aside in units of the picture."""
    tail, nut = np.float32((742, 948)), np.float32((170, 503))
    axis = (nut - tail) / np.linalg.norm(nut - tail)
    return tail + (nut - tail) * along + np.float32((-axis[1], axis[0])) * aside


def draw_guitar(canvas: FacetCanvas) -> None:
    """The guitar's signs: two outlines that do not meet, the sound hole, bridge, frets, strings and pegs."""
    for side, shift in ((1, 0.0), (-1, 0.03)):
        path = spline([guitar_point(along + shift, aside * side) for along, aside in HALF_OUTLINE], 60)
        for start in (0, 22, 43):
            canvas.contour(path[start : start + canvas.rng.integers(17, 26)][::4], canvas.rng.uniform(4, 7))
    draw_sound_hole(canvas)
    canvas.contour([guitar_point(0.115, side) for side in (-44, 0, 44)], 13, UMBER, 0.2)
    canvas.contour([guitar_point(0.118, side) for side in (-40, 0, 40)], 3, (0.86, 0.78, 0.60))
    for along in 1 - 0.42 * (1 - 0.89 ** np.arange(11)):
        canvas.contour([guitar_point(float(along), side) for side in (-20, 0, 20)], 2.2, (0.72, 0.64, 0.46))
    for aside in np.linspace(-15, 15, 6):
        for start, stop in ((0.115, 0.34), (0.36, 0.70), (0.72, 1.0)):
            ends = [guitar_point(share, aside * (1.5 - 0.5 * share)) for share in np.linspace(start, stop, 4)]
            canvas.contour(ends, 1.7, (0.93, 0.88, 0.74), 0.3)
    for along, aside in PEGS:
        peg = [guitar_point(along + 0.006 * (share > 1), aside * share) for share in (0.6, 1, 1.3)]
        canvas.contour(peg, 8, UMBER, 0.1)


def draw_sound_hole(canvas: FacetCanvas) -> None:
    """The sound hole in two halves that have slipped, and arcs of its rosette."""
    turn = np.linspace(0, 2 * np.pi, 30)
    circle = np.stack([np.cos(turn), 0.86 * np.sin(turn)], -1).astype(np.float32)
    for centre, first, radius, tone in (
        (guitar_point(0.375, 4), 0, 42, UMBER),
        (guitar_point(0.355, -10), 14, 46, (0.30, 0.19, 0.10)),
    ):
        half = centre + radius * circle[first : first + 17]
        canvas.facet(half, tone, mix(tone, (0.4, 0.3, 0.2), 0.4).tolist(), 0.05, 9)
    for radius in (53, 60):
        arc = guitar_point(0.365, 0) + radius * circle
        canvas.contour(arc[3:14:3], 2.4)
        canvas.contour(arc[17:27:3], 2.0, (0.88, 0.80, 0.62))


def draw_hands(canvas: FacetCanvas) -> None:
    """Fingers, as rows of short light facets, on the strings and round the neck."""
    for step in range(4):
        foot = np.float32((622 - 21 * step, 790 + 13 * step))
        tip = foot + np.float32((-62, 22 + 5 * step))
        side = np.float32((3, 9))
        canvas.facet([foot - side, tip - side, tip + side, foot + side], *tones(0, 0.42, 0.94), 0.1, 8)
        canvas.contour([foot + side, (foot + tip) / 2 + side, tip + side], 3.4)
    for step in range(4):
        foot = np.float32((262 + 24 * step, 556 + 19 * step))
        tip = foot + np.float32((-22, 46))
        side = np.float32((9, 4))
        canvas.facet([foot - side, tip - side, tip + side, foot + side], *tones(0, 0.40, 0.9), 0.1, 8)
        canvas.contour([foot - side, tip - side, tip + side], 3.0)


def stencil(
    canvas: FacetCanvas, word: str, left: float, top: float, tall: float, lean: float, tone: Colour = UMBER
) -> None:
    """Stencil a word: straight strokes that leave the bridges of the stencil open."""
    for letter in word:
        for line in LETTERS[letter]:
            points = np.float32(table(line)) * tall
            points = points + np.float32((left, top)) + points[:, :1] * np.float32((0, lean))
            if len(points) == 2:
                points = np.float32((points[0], points.mean(0), points[1]))
            canvas.touch(points, tall * 0.17, tone, 0.35, None, 16)
        left, top = left + tall * 0.86, top + tall * 0.86 * lean


def comb_wood(canvas: FacetCanvas, corners: Field, slant: float, tone: Colour, gap: float = 5) -> None:
    """Comb wood grain into a facet: parallel lines that bend round two knots."""
    low, high = corners.min(0), corners.max(0)
    middle, reach = (low + high) / 2, float(np.linalg.norm(high - low)) / 2
    along = np.float32((np.cos(slant), np.sin(slant)))
    normal = np.float32((-along[1], along[0]))
    mask = canvas.inside(corners)
    knots = canvas.rng.uniform(-0.7, 0.7, (2, 2)) * reach
    for aside in np.arange(-reach, reach, gap):
        t = np.linspace(-reach, reach, 30)
        bend = sum(9 * np.sign(aside - b) * np.exp(-(((t - a) / 26) ** 2) - ((aside - b) / 24) ** 2) for a, b in knots)
        path = middle + curve(t, t) * along + np.outer(aside + bend + canvas.rng.normal(0, 0.8), normal)
        canvas.touch(path[::3], canvas.rng.uniform(1.4, 3), tone, 0.75, mask, 24)
