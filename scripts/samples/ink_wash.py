"""Ink wash: a crag with an old pine before mountains that sink into mist, brushed wet and dry on bare paper."""

from __future__ import annotations

import cv2
import numpy as np

from samples.compositing import mix, reduce
from samples.fields import Field, Rng, smoothstep, table
from samples.ink_mountains import RANGES, build_crag, raise_range
from samples.ink_pine import grow_pine
from samples.splines import curve
from samples.sumi_ink import InkSheet

WIDTH, HEIGHT = 900, 1200
CINNABAR = (0.72, 0.15, 0.10)
# Place and half span of every goose.
GEESE = table("150 176 13, 186 190 12, 214 212 11, 118 198 12, 92 226 10, 250 226 10, 296 250 8, 70 258 8")
SEAL_X, SEAL_Y, SEAL_SIZE = 776, 1058, 62


def float_boat(sheet: InkSheet, rng: Rng) -> None:
    """A fishing boat on the empty water, in a dozen strokes, with its ripples and a sheen below it."""
    x, y = 640, 916
    sheet.stroke(((x - 62, y - 10), (x - 30, y + 6), (x + 16, y + 8), (x + 66, y - 14)), (3, 9, 9, 3), 1.3, 0.35)
    sheet.stroke(((x - 58, y - 8), (x - 10, y - 1), (x + 62, y - 12)), (2, 3.5, 2), 0.9, 0.5)
    sheet.stroke(((x - 10, y - 4), (x + 2, y - 24), (x + 26, y - 26), (x + 38, y - 6)), (3, 5, 5, 3), 0.9, 0.4)
    sheet.stroke(((x + 2, y - 22), (x + 14, y - 14), (x + 34, y - 16)), (8, 14, 8), 0.45, 0.5)
    sheet.stroke(((x - 34, y - 4), (x - 34, y - 22), (x - 30, y - 32)), (12, 10, 4), 1.1, 0.15)
    sheet.stroke(((x - 42, y - 32), (x - 31, y - 42), (x - 20, y - 33)), (3, 6, 3), 1.3, 0.1)
    sheet.flick(curve((x - 36, x - 76, x - 128), (y - 22, y - 46, y - 62)), 1.8, 1.3)
    sheet.flick(curve((x - 128, x - 129, x - 128), (y - 62, y - 30, y + 2)), 0.9, 0.6)
    sheet.stroke(((470, 1012), (640, 1000), (930, 1018)), (34, 74, 30), 0.13, 1.0, 0.7, 0.5)
    for drop, tone in ((16, 0.4), (26, 0.26), (40, 0.18), (60, 0.13), (-14, 0.10)):
        left, reach = x - rng.uniform(60, 130), rng.uniform(120, 230)
        t = np.linspace(0, 1, 6)
        sheet.stroke(curve(left + reach * t, y + drop + 2 * np.sin(9 * t + drop)), (2, 5, 2), tone, 0.7, 0, 0.8)


def fly_geese(sheet: InkSheet, rng: Rng) -> None:
    """A flight of geese far above the tree."""
    for x, y, span in GEESE:
        beat = rng.uniform(-0.2, 0.25)
        wings = ((-1, beat - 0.35), (-0.45, -0.5), (0, 0), (0.5, -0.55), (1.05, beat - 0.2))
        sheet.stroke(np.float32((x, y)) + span * np.float32(wings), (1, 2.4, 2.2, 2.4, 0.8), 0.8, 0.1)


def far_shore(sheet: InkSheet, rng: Rng) -> None:
    """A spit of land in the mist with bushes and two roofs, wet in wet."""
    for left, right, row, tone in ((560, 940, 778, 0.34), (660, 960, 800, 0.5)):
        t = np.linspace(0, 1, 8)
        sheet.stroke(curve(left + (right - left) * t, row + rng.normal(0, 2.5, 8)), (3, 13, 9, 14), tone, 0.5, -0.8, 1)
    for _ in range(60):
        x = rng.uniform(640, 905)
        y, size = 786 - rng.uniform(0, 14), rng.uniform(5, 15)
        bush = ((x, y), (x + 3, y - size * 0.5), (x + 4, y - size))
        sheet.stroke(bush, (size, size * 0.8, 3), rng.uniform(0.2, 0.8), 0.3, 0, 1)
    for x in (770, 806):
        sheet.stroke(((x - 20, 772), (x - 4, 758), (x + 16, 770)), (2, 5, 2), 1.0, 0.2)
        sheet.stroke(((x - 16, 774), (x, 776), (x + 14, 773)), (2, 3, 2), 0.5, 0.4)


def carve_seal(sheet: InkSheet, rng: Rng) -> Field:
    """Our own seal, three hills under a ring, as the share of cinnabar paste on every pixel."""
    scale, stone = sheet.scale, np.zeros(sheet.shape, np.uint8)
    corners = np.float32(((0, 1), (1, 0), (SEAL_SIZE - 2, 1), (SEAL_SIZE, SEAL_SIZE - 1), (1, SEAL_SIZE)))
    at = np.float32((SEAL_X, SEAL_Y))
    cv2.fillPoly(stone, [np.round((at + corners) * scale * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    lines = [curve((x, x + 8, x + 16), (48, 48 - h, 48)) for x, h in ((8, 16), (22, 24), (37, 14))]
    turn = np.linspace(0, 2 * np.pi, 24)
    lines += [curve(31 + 7 * np.cos(turn), 15 + 7 * np.sin(turn)), curve((8, 54), (54, 53)), curve((8, 20), (14, 14))]
    for line in lines:
        points = np.round((at + line + rng.normal(0, 0.5, line.shape)) * scale * 16).astype(np.int32)
        cv2.polylines(stone, [points], False, 0, max(round(3 * scale), 1), cv2.LINE_AA, 4)
    paste = cv2.GaussianBlur(stone.astype(np.float32) / 255, (0, 0), 0.6 * scale)
    return smoothstep(0.3, 0.7, paste + 0.10 * sheet.tooth) * smoothstep(-1.9, -0.9, sheet.tooth + sheet.wander[0])


def ink_wash(rng: Rng, size: float = 1200) -> Field:
    """Sumi-e: mist, mountains and a pine; most of the paper is left alone."""
    sheet = InkSheet(WIDTH, HEIGHT, 2 * size / HEIGHT, rng)
    for mountains in RANGES:
        raise_range(sheet, mountains, rng)
    far_shore(sheet, rng)
    float_boat(sheet, rng)
    fly_geese(sheet, rng)
    build_crag(sheet, rng)
    grow_pine(sheet, rng)
    page = mix(sheet.settle(), CINNABAR, 0.92 * carve_seal(sheet, rng))
    return reduce(page, size)
