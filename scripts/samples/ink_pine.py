"""An old pine in ink: a scaly trunk in dry strokes, kinked boughs, and pads of needles fan by fan."""

from __future__ import annotations

import numpy as np

from samples.fields import Field, Rng, table
from samples.splines import across, curve, spline
from samples.sumi_ink import InkSheet

TRUNK = table("128 930, 168 868, 196 800, 178 730, 186 670, 236 618, 300 592, 352 548, 372 500, 410 470")
TRUNK_WIDTHS = (62, 44, 37, 34, 31, 27, 23, 18, 13, 8)
ROOTS = (
    "150 900, 124 918, 98 926, 70 952",
    "162 900, 182 924, 214 930, 232 958",
    "146 906, 140 940, 150 964, 132 1002",
)
BOUGHS = (
    ("184 720, 140 690, 96 690, 60 664", 15),
    ("182 700, 220 694, 262 716, 300 708", 13),
    ("230 622, 206 574, 216 530, 190 494", 15),
    ("300 592, 368 620, 428 612, 492 650, 552 640, 596 672", 17),
    ("428 612, 462 590, 506 592", 9),
    ("350 550, 330 506, 344 462", 11),
    ("372 500, 430 512, 474 496", 9),
)
# Centre and half width of every pad of needles, from the farthest; the last number is the ink.
PADS = table(
    "132 500 54 0.4, 420 452 62 0.45, 520 566 58 0.5, 40 640 56 0.6, 196 470 78 0.9, 344 430 74 0.85, "
    "486 474 66 0.9, 110 668 62 0.8, 306 694 58 1.0, 262 700 40 0.8, 470 622 62 0.9, 556 616 66 1.05, "
    "618 664 60 1.1, 412 580 46 0.7, 62 652 50 1.1, 256 548 52 0.8"
)


def grow_pine(sheet: InkSheet, rng: Rng) -> None:
    """The whole tree: pale pads, boughs, trunk, dark pads."""
    for x, y, half, tone in PADS[:4]:
        needle_pad(sheet, np.float32((x, y)), half, tone, rng)
    for text, width in BOUGHS:
        grow_bough(sheet, np.float32(table(text)), width, rng)
    grow_trunk(sheet, rng)
    for x, y, half, tone in PADS[4:]:
        needle_pad(sheet, np.float32((x, y)), half, tone, rng)


def grow_bough(sheet: InkSheet, knots: Field, width: float, rng: Rng) -> None:
    """A bough: kinked strokes set end to end, each thinner than the last, and twigs off its bends."""
    kinks = np.empty((2 * len(knots) - 1, 2), np.float32)
    kinks[::2], kinks[1::2] = knots, (knots[:-1] + knots[1:]) / 2
    kinks[1:-1] += rng.normal(0, 5, (len(kinks) - 2, 2))
    for at, (start, middle, stop) in enumerate(zip(kinks[:-2:2], kinks[1:-1:2], kinks[2::2], strict=True)):
        thick = width * (1 - 0.7 * at / (len(knots) - 1))
        bend = (middle + rng.normal(0, 2.5, 2)).astype(np.float32)
        sheet.stroke(
            (start, bend, stop),
            (thick * 1.15, thick * 0.55, thick * 0.75),
            rng.uniform(1.0, 1.5),
            rng.uniform(0.45, 0.9),
        )
        twig = bend + np.float32((rng.choice((-1, 1)) * rng.uniform(8, 26), -rng.uniform(10, 26)))
        sheet.stroke((bend, (bend + twig) / 2 + rng.normal(0, 3, 2), twig), (thick * 0.4, thick * 0.3, 1.2), 1.1, 0.5)


def grow_trunk(sheet: InkSheet, rng: Rng) -> None:
    """The trunk: a pale body, dry strokes pulled along it, broken contours, scales of bark on the lit side."""
    path = spline(TRUNK, 120)
    widths = np.interp(np.linspace(0, 1, 120), np.linspace(0, 1, len(TRUNK_WIDTHS)), TRUNK_WIDTHS)
    sheet.stroke(TRUNK, TRUNK_WIDTHS, 0.26, 0.4, 0.3)
    for root in ROOTS:
        sheet.stroke(table(root), (17, 11, 8, 3), rng.uniform(0.8, 1.4), 0.7)
    normal = across(path)
    for _ in range(46):
        start, aside = int(rng.integers(0, 100)), rng.uniform(-0.42, 0.42)
        stop = min(start + int(rng.integers(12, 40)), 119)
        line = (
            path[start:stop:4]
            + normal[start:stop:4] * (aside * widths[start:stop:4, None])
            + rng.normal(0, 0.9, (len(path[start:stop:4]), 2))
        )
        if len(line) > 2:
            press = widths[start] * rng.uniform(0.14, 0.34)
            sheet.stroke(line, (press, press, press * 0.4), rng.uniform(0.5, 1.2) * (1 + aside), rng.uniform(0.8, 1.3))
    for side in (-1, 1):
        edge = path + normal * (side * widths[:, None] / 2) + np.cumsum(rng.normal(0, 0.4, path.shape), 0)
        start = 0
        while start < 112:
            stop = start + int(rng.integers(9, 22))
            piece = edge[start:stop:3] + rng.normal(0, 1.3, 2)
            if len(piece) > 2:
                sheet.stroke(piece, (6, rng.uniform(4, 9), 2), rng.uniform(0.9, 1.7), rng.uniform(0.35, 0.8))
            start = stop - int(rng.integers(-2, 4))
    for row, place in enumerate(range(3, 108, 4)):
        for aside in np.arange(-0.36, 0.4, 0.26) + 0.13 * (row % 2):
            if rng.random() < 0.42 - 0.5 * aside:
                at = path[place] + normal[place] * aside * widths[place] + rng.normal(0, 2, 2)
                scale_of_bark(sheet, at, widths[place], rng)


def scale_of_bark(sheet: InkSheet, centre: Field, width: float, rng: Rng) -> None:
    """One scale of bark: an open ring, pressed where it starts."""
    size = width * rng.uniform(0.09, 0.2) + 1
    turn = np.linspace(0, rng.uniform(1.8, 3.6), 7) + rng.uniform(-0.6, 0.6)
    ring = centre + np.stack([np.cos(turn) * size * 1.2, np.sin(turn) * size], -1) + rng.normal(0, 0.7, (7, 2))
    sheet.stroke(ring, (rng.uniform(2, 5), 2.2, 1.2), rng.uniform(0.4, 1.3), 0.5)


def needle_pad(sheet: InkSheet, centre: Field, half: float, tone: float, rng: Rng) -> None:
    """One cloud-like pad: a pale wet ground, then fans of needles along its arched top."""
    turn = np.linspace(0, 2 * np.pi, 40)
    lumps = 1 + 0.10 * np.sin(3 * turn + rng.uniform(0, 6)) + 0.08 * np.sin(5 * turn)
    blob = (
        centre + np.stack([np.cos(turn) * half * 0.95, np.sin(turn) * half * 0.34 - half * 0.06], -1) * lumps[:, None]
    )
    sheet.wash(blob.astype(np.float32), 0.30 * tone, 5, 0.1, 5)
    for place in np.sort(rng.uniform(-1, 1, int(half / 6))):
        foot = centre + np.float32((place * half, half * (0.16 - 0.24 * (1 - place**2)) + rng.normal(0, half * 0.10)))
        fan_of_needles(sheet, foot, half * rng.uniform(0.34, 0.5), place * 0.5, tone * rng.uniform(0.75, 1.25), rng)


def fan_of_needles(sheet: InkSheet, foot: Field, reach: float, lean: float, tone: float, rng: Rng) -> None:
    """Needles spread like an open fan over one bud, long ones in the middle."""
    for spread in np.linspace(-1.45, 1.45, int(rng.integers(15, 22))):
        heading = spread + lean + rng.normal(0, 0.07)
        length = reach * (0.72 + 0.28 * np.cos(spread)) * rng.uniform(0.8, 1.1)
        t = np.linspace(0.04, 1, 5)
        bend = heading + 0.12 * t * np.sign(spread)
        needle = foot + curve(np.sin(bend) * length * t, -np.cos(bend) * length * t * 0.92)
        sheet.flick(needle, rng.uniform(0.9, 1.5), tone * rng.uniform(0.6, 1.3))
