"""Gouache cut-outs: fronds, leaves, stars and a bird scissored from brushed paper over a patchwork of sheets."""

from __future__ import annotations

import numpy as np

from samples.compositing import reduce
from samples.cut_paper import Collage
from samples.fields import Field, Rng, table
from samples.splines import across, closed, curve, spline

WIDTH, HEIGHT = 1200, 900
ULTRAMARINE, SKY, PINE, OLIVE = (0.08, 0.15, 0.52), (0.44, 0.62, 0.80), (0.03, 0.35, 0.26), (0.62, 0.65, 0.13)
LEMON, ORANGE, VERMILION, ROSE = (0.97, 0.80, 0.16), (0.93, 0.47, 0.12), (0.82, 0.17, 0.10), (0.78, 0.13, 0.38)
PINK, PLUM, BLACK, WHITE = (0.91, 0.66, 0.71), (0.29, 0.11, 0.32), (0.075, 0.075, 0.09), (0.965, 0.95, 0.91)
# Left, top, right and low edge of every sheet of the patchwork.
PATCHES = (
    ("-10 -10 374 566", ULTRAMARINE),
    ("364 -10 694 334", PINK),
    ("684 -10 1212 262", LEMON),
    ("366 322 690 626", WHITE),
    ("682 252 964 646", PINE),
    ("954 250 1212 566", VERMILION),
    ("-10 556 252 912", ORANGE),
    ("242 616 566 912", BLACK),
    ("556 620 836 912", SKY),
    ("826 554 1212 912", OLIVE),
)
CARDS = (
    ("596 196 742 372", PLUM),
    ("292 486 428 660", PINK),
    ("770 556 892 716", WHITE),
    ("1096 486 1222 640", BLACK),
)
SUN = (520, 452, 98)
# Stem, fingers a side, their reach, width and curl, and the pigment of every frond.
FRONDS = (
    ("236 664, 148 520, 240 360, 162 210, 226 84", 7, 186, 42, 1.0, WHITE),
    ("566 332, 500 262, 552 170, 508 92", 6, 100, 27, 0.9, PINE),
    ("500 636, 556 540, 500 446, 548 372", 6, 92, 28, 1.0, BLACK),
    ("846 676, 786 566, 866 450, 800 350", 7, 108, 33, -0.8, PINK),
    ("84 912, 158 820, 84 720, 140 636", 6, 104, 34, 0.9, PLUM),
    ("226 880, 320 764, 430 836, 536 700", 7, 108, 35, 0.9, LEMON),
    ("972 930, 1076 810, 940 690, 1030 560", 7, 172, 40, 1.0, ROSE),
    ("664 366, 650 320, 686 270, 668 232", 5, 50, 17, 0.8, LEMON),
    ("830 708, 814 660, 848 620, 830 584", 4, 50, 18, 0.8, ULTRAMARINE),
    ("1158 640, 1136 600, 1176 556, 1156 518", 5, 46, 15, 0.8, WHITE),
)
CORAL = ("640 894, 662 810, 626 740, 648 684", 5, 52, 24, 0.9)
STARS = ((1084, 408, 116, 11, WHITE, LEMON), (358, 572, 58, 8, SKY, WHITE), (1124, 800, 54, 8, PINK, PLUM))
LEAFLET = "-0.5 0.02, -0.25 -0.14, 0.1 -0.2, 0.5 -0.06, 0.2 0.1, -0.2 0.14"
BIRD = (
    "-0.72 -0.1, -0.62 -0.2, -0.5 -0.2, -0.36 -0.12, -0.1 -0.12, 0.2 0.02, 0.5 0.1, 0.86 0.06, 0.7 0.18, "
    "0.88 0.3, 0.5 0.24, 0.1 0.24, -0.25 0.16, -0.46 0, -0.6 -0.06",
    "-0.3 -0.08, -0.2 -0.3, 0.02 -0.48, 0.32 -0.62, 0.62 -0.66, 0.44 -0.5, 0.5 -0.4, 0.34 -0.32, 0.36 -0.2, "
    "0.2 -0.1, 0.1 0.1, -0.1 0.1",
    "-0.24 0.06, 0 0.1, 0.14 0.2, 0.12 0.36, 0.2 0.44, 0.08 0.5, 0.06 0.62, -0.06 0.56, -0.16 0.4, -0.26 0.24",
)
# Place, size, turn and pigment of every loose leaf.
LEAVES = (
    ("40 70 74 1.1, 70 150 60 0.7, 44 226 46 1.4, 330 470 60 -0.8, 342 384 44 -1.2", LEMON),
    ("724 52 70 0.5, 742 126 56 0.2, 1150 224 60 -0.5", VERMILION),
    ("404 52 60 1.2, 402 134 46 0.9", PLUM),
    ("712 600 66 -1.0, 934 600 50 0.4, 716 520 46 -1.3", OLIVE),
    ("986 300 60 0.8, 1182 300 52 -0.6", BLACK),
    ("404 374 60 0.6, 650 590 66 0.9, 654 506 44 1.3", VERMILION),
    ("206 606 50 0.7, 222 690 40 1.2", WHITE),
    ("862 880 80 0.3, 872 800 60 0.8, 1176 880 60 -0.4, 880 738 44 1.2", PINE),
)
SEEDS = table("290 680 11, 330 664 9, 372 676 12, 412 700 10, 500 880 13, 540 862 10, 460 892 9")


def lobe(foot: Field, heading: float, reach: float, width: float, curl: float) -> Field:
    """One rounded finger of a frond."""
    t = np.linspace(0, 1, 16)
    turn = heading + curl * t
    steps = np.stack([np.cos(turn), np.sin(turn)], -1) * (reach / 15)
    path = (foot + np.cumsum(steps, 0) - steps[0]).astype(np.float32)
    half = across(path) * (width / 2 * (0.6 + 0.55 * t) * np.sqrt(np.clip(1 - t**6, 0, 1)))[:, None]
    return np.concatenate([path + half, (path - half)[::-1]])


def frond(points: str, lobes: int, reach: float, width: float, curl: float, rng: Rng) -> list[Field]:
    """The outlines of an alga: a stem that thins, with fingers on both sides and one at its tip."""
    stem = spline(table(points), 80)
    t = np.linspace(0, 1, 80)
    half = across(stem) * (width * 0.55 * (1 - 0.5 * t) * np.minimum(0.5 + 5 * t, 1))[:, None]
    outlines = [np.concatenate([stem + half, (stem - half)[::-1]])]
    for side in (-1, 1):
        for place in np.linspace(0.2, 0.93, lobes) + rng.normal(0, 0.012, lobes) + 0.03 * side:
            at = int(np.clip(place, 0.02, 0.98) * 78)
            heading = float(np.arctan2(*(stem[at + 1] - stem[at])[::-1])) + side * rng.uniform(0.75, 1.05)
            size = reach * (0.55 + 0.55 * np.sin(np.pi * np.clip(place * 0.9 + 0.12, 0, 1))) * rng.uniform(0.85, 1.15)
            outlines.append(lobe(stem[at], heading, size, width * rng.uniform(0.85, 1.15), -side * curl))
    heading = float(np.arctan2(*(stem[-1] - stem[-4])[::-1]))
    outlines.append(lobe(stem[-6], heading, reach * 0.8, width, curl * 0.3))
    return outlines


def star(x: float, y: float, reach: float, rays: int, rng: Rng) -> list[Field]:
    """The outlines of a star flower, finger by finger."""
    turns = np.linspace(0, 2 * np.pi, rays, endpoint=False) + rng.normal(0, 0.07, rays)
    return [
        lobe(np.float32((x, y)), turn, reach * rng.uniform(0.82, 1.12), reach * 3.1 / rays, rng.normal(0, 0.25))
        for turn in turns
    ]


def turned(points: str, x: float, y: float, size: float, turn: float = 0) -> Field:
    """A closed outline through points, set at a place in a size and turned."""
    turning = np.float32(((np.cos(turn), np.sin(turn)), (-np.sin(turn), np.cos(turn)))) * size
    return (closed(table(points)) @ turning + np.float32((x, y))).astype(np.float32)


def disc(x: float, y: float, radius: float) -> Field:
    """A round, as round as scissors make it."""
    turn = np.linspace(0, 2 * np.pi, 40)
    return curve(x + radius * np.cos(turn) * 1.04, y + radius * np.sin(turn) + 0.05 * radius * np.cos(3 * turn))


def lay_patchwork(board: Collage, rng: Rng) -> None:
    """Paste the large sheets, none quite square, then cards over their seams."""
    for text, pigment in (*PATCHES, *CARDS):
        left, top, right, low = map(float, text.split())
        corners = np.float32(((left, top), (right, top), (right, low), (left, low))) + rng.normal(0, 4, (4, 2))
        board.paste(board.silhouette([corners.astype(np.float32)], 0), pigment, 0.6)


def lay_coral(board: Collage, rng: Rng) -> None:
    """A white card with a frond cut out of it, and beside it the frond that was cut out."""
    points, *shape = CORAL
    outlines = frond(points, *shape, rng)
    card = board.silhouette([np.float32(((574, 636), (706, 642), (700, 902), (568, 896)))], 0)
    board.paste(card & (1 - board.silhouette(outlines)), WHITE)
    board.paste(board.silhouette([outline + np.float32((128, -4)) for outline in outlines]), WHITE)


def gouache_cutouts(rng: Rng, size: float = 1200) -> Field:
    """Flat, saturated, brushed by hand and cut by hand."""
    board = Collage(WIDTH, HEIGHT, 2 * size / WIDTH, rng)
    lay_patchwork(board, rng)
    board.paste(board.silhouette([disc(*SUN)]), LEMON)
    for points, lobes, reach, width, curl, pigment in FRONDS:
        board.paste(board.silhouette(frond(points, lobes, reach, width, curl, rng)), pigment)
    lay_coral(board, rng)
    for x, y, reach, rays, pigment, heart in STARS:
        board.paste(board.silhouette(star(x, y, reach, rays, rng)), pigment)
        board.paste(board.silhouette(star(x, y, reach * 0.36, 5, rng), 1), heart, 0.5)
    for places, pigment in LEAVES:
        for x, y, length, turn in table(places):
            board.paste(board.silhouette([turned(LEAFLET, x, y, length, turn)], 1), pigment, 0.8)
    for seed in SEEDS:
        board.paste(board.silhouette([disc(*seed)], 0), WHITE, 0.5)
    board.paste(board.silhouette([turned(part, 930, 168, 250, -0.12) for part in BIRD], 2), ULTRAMARINE, 1.4)
    board.paste(board.silhouette([disc(771, 133, 7)], 0), WHITE, 0.3)
    return reduce(board.photograph(), size)
