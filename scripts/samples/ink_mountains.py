"""Mountains in ink: ranges that sink into mist, and a crag of rocks cut with the side of the brush."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from samples.fields import Field, Rng, smoothstep, table
from samples.noise import noise
from samples.splines import curve, spline
from samples.sumi_ink import InkSheet


@dataclass(frozen=True)
class Range:
    """A range of peaks: crest, ink, the depth over which it sinks, the row where mist ends it, roughness of crest."""

    crest: str
    tone: float
    fade: float
    mist: float
    rough: float


RANGES = (
    Range("380 560, 520 470, 600 440, 680 452, 740 400, 800 396, 850 430, 960 480", 0.20, 90, 600, 3),
    Range("-60 520, 60 470, 140 380, 190 360, 240 400, 300 480, 380 540, 440 600", 0.30, 110, 600, 4),
    Range(
        "270 680, 380 540, 440 380, 484 300, 505 250, 545 190, 590 182, 630 230, 660 330, 720 400, 770 500, 890 690",
        0.95, 190, 640, 6,
    ),
    Range("600 730, 700 610, 760 566, 800 552, 850 578, 900 620, 960 660", 0.7, 80, 720, 4),
)  # fmt: skip
# Every rock of the crag from the farthest: its outline clockwise from the left end of its top edge.
ROCKS = (
    "-40 884, 30 866, 92 888, 150 894, 208 918, 226 968, 214 1040, 200 1100, -40 1100",
    "140 1000, 176 968, 236 978, 298 1010, 312 1052, 336 1082, 322 1150, 130 1150",
    "-50 1020, 24 984, 84 1004, 112 1042, 156 1066, 166 1130, 190 1240, -50 1240",
    "236 1120, 282 1078, 344 1082, 394 1112, 412 1160, 470 1240, 220 1240",
    "96 1180, 150 1120, 214 1132, 250 1160, 276 1240, 90 1240",
)


def raise_range(sheet: InkSheet, mountains: Range, rng: Rng) -> None:
    """One range: a wash that sinks into mist, its crest in broken side-loaded strokes, folds pulled down its flanks."""
    crest = spline(table(mountains.crest), 240)
    crest[:, 1] += noise((1, 1024), rng, 90, 1.7)[0, :240] * mountains.rough
    rows = np.interp(sheet.columns[0], crest[:, 0] * sheet.scale, crest[:, 1] * sheet.scale)[None].astype(np.float32)
    depth, level = (sheet.rows - rows) / sheet.scale, sheet.rows / sheet.scale + 24 * sheet.wander[0]
    lifted = 1 - smoothstep(mountains.mist - 170, mountains.mist, level)
    mist = np.exp(-np.maximum(depth, 0) / mountains.fade) * (0.75 + 0.25 * np.clip(sheet.wander[1], -1, 1)) * lifted
    foot = curve((crest[-1, 0], crest[0, 0]), sheet.shape[0] / sheet.scale)
    outline = np.concatenate([crest, foot])
    sheet.reserve(outline)
    sheet.wash(outline, 0.5 * mountains.tone * mist, 1.2, 0.5 * mountains.tone * lifted, 3)
    for start in np.arange(0, 232, rng.integers(12, 18)):
        piece = crest[start : start + rng.integers(18, 40)][::4] + rng.normal(0, 1.2, 2)
        if len(piece) > 3:
            tone = mountains.tone * rng.uniform(0.55, 1.45) * clearing(mountains, float(piece[:, 1].mean()))
            inward = piece + np.float32((0, 9))
            sheet.stroke(inward, (8, rng.uniform(20, 36), 12), tone, rng.uniform(0.3, 0.7), 1, 0.5)
    fold_flanks(sheet, crest, mountains, rng)


def clearing(mountains: Range, row: float) -> float:
    """How far the mist leaves a row of a range clear."""
    return float(1 - smoothstep(mountains.mist - 190, mountains.mist - 30, row))


def fold_flanks(sheet: InkSheet, crest: Field, mountains: Range, rng: Rng) -> None:
    """Pull folds down from the crest, steep and dry, lighter as they sink."""
    slope = np.gradient(crest[:, 1], crest[:, 0])
    for _ in range(int(40 + 110 * mountains.tone)):
        place = int(rng.integers(8, 232))
        lean = float(np.clip(slope[place], -3, 3))
        reach, sink = mountains.fade * rng.uniform(0.25, 0.9), rng.uniform(0, 0.6) * mountains.fade
        t = np.linspace(0, 1, 6)
        x = crest[place, 0] + reach * (0.16 * np.sign(lean) * t + 0.30 * rng.normal(0, 1) * t * (1 - t))
        path = curve(x, crest[place, 1] + 5 + sink + reach * t)
        tone = mountains.tone * rng.uniform(0.3, 1.0) * np.exp(-0.8 * sink / mountains.fade)
        tone *= clearing(mountains, float(path[-1, 1]) - 40)
        if rng.random() < 0.6:
            sheet.stroke(path, (3, rng.uniform(10, 34), 5), tone, rng.uniform(0.5, 1.1), np.sign(lean) * 0.9, 0.2)
        else:
            path = path + rng.normal(0, 1, path.shape)
            sheet.stroke(path, (rng.uniform(2, 5), 3, 1.6, 0.8), 0.9 * tone, rng.uniform(0.5, 1.0))


def build_crag(sheet: InkSheet, rng: Rng) -> None:
    """The crag, rock before rock, then dots of moss along every edge."""
    for text in ROCKS:
        cut_rock(sheet, np.float32(table(text)), rng)
    for text in ROCKS:
        edge = spline(table(text)[:-2], 90)
        for place in rng.integers(0, 90, 26):
            (x, y), size = edge[place] + rng.normal(0, 1, 2) * (7, 4), rng.uniform(3, 9)
            dot = ((x, y + 5), (x + size * 0.3, y + 6), (x + size * 0.6, y + 5))
            sheet.stroke(dot, (size, size, size * 0.6), 1.7, 0.1, 0, 0.4)


def cut_rock(sheet: InkSheet, corners: Field, rng: Rng) -> None:
    """One rock: pale wet ground, axe-cut strokes that hang from its edges, a broken angular contour."""
    corners = corners + rng.normal(0, 2, corners.shape).astype(np.float32)
    top = corners[:-2]
    sheet.reserve(corners)
    depth = np.maximum(sheet.rows / sheet.scale - top[:, 1].min(), 0) + 40 * sheet.wander[0]
    sheet.wash(corners, 0.10 + 0.34 * smoothstep(30, 190, depth), 1.5, 0.4, 3)
    low = float(corners[:, 1].max())
    for _ in range(60):
        x = rng.uniform(top[0, 0], top[-2, 0])
        sink = rng.choice((0.0, 0.0, 0.25, 0.5)) * (low - top[:, 1].min()) + rng.uniform(0, 14)
        start = np.array((x, np.interp(x, top[:, 0], top[:, 1]) + sink))
        reach, slant = rng.uniform(18, 62), rng.uniform(0.1, 0.45)
        path = start + np.outer((0, 0.3, 0.7, 1), (slant * reach, reach)) + rng.normal(0, 1.5, (4, 2))
        press = rng.uniform(6, 22)
        sheet.stroke(path, (press, press * 0.8, 4), rng.gamma(3, 0.3), rng.uniform(0.5, 1.15), -0.8)
    for start, stop in pairwise(top):
        kink = start + (stop - start) * 0.5 + rng.normal(0, 3, 2)
        press = rng.uniform(8, 19)
        sheet.stroke(
            (start, kink, stop), (press, press * 0.3, press * 0.65, 2), rng.uniform(1.2, 1.9), rng.uniform(0.25, 0.6)
        )
        if rng.random() < 0.6:
            sheet.stroke((start + 7, kink + 8, stop + 8), (12, 26, 14), 0.7, 0.9, 1.1)
