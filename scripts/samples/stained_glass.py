"""Stained glass: a crane rises over a marsh of irises to a sun whose rays fill the window."""

from __future__ import annotations

import numpy as np

from samples import glass_palette as hue
from samples.compositing import reduce
from samples.fields import Colour, Field, Rng, smoothstep, table
from samples.glass_crane import set_crane
from samples.leaded_glass import Part, Window
from samples.splines import across, blade, curve, spline

WIDTH, HEIGHT = 940, 1200
SUN = (668.0, 262.0)
# Every ring of the sky round the sun: its outer radius, the count of its rays, and the glass they alternate in.
RINGS = (
    (34, 1, [(hue.OPAL, hue.GOLD)]),
    (88, 8, [(hue.GOLD, hue.AMBER), (hue.GOLD, hue.OPAL)]),
    (150, 12, [(hue.GOLD, hue.AMBER), (hue.AMBER, hue.FLAME)]),
    (238, 24, [(hue.FLAME, hue.AMBER), (hue.AMBER, hue.GOLD), (hue.ROSE, hue.FLAME)]),
    (350, 24, [(hue.ROSE, hue.VIOLET), (hue.VIOLET, hue.ROSE), (hue.PLUM, hue.ROSE)]),
    (490, 30, [(hue.AZURE, hue.VIOLET), (hue.COBALT, hue.AZURE), (hue.VIOLET, hue.COBALT)]),
    (650, 34, [(hue.COBALT, hue.AZURE), (hue.AZURE, hue.ICE), (hue.TEAL, hue.AZURE), (hue.COBALT, hue.VIOLET)]),
    (830, 38, [(hue.NIGHT, hue.COBALT), (hue.COBALT, hue.TEAL), (hue.AZURE, hue.TEAL)]),
    (1300, 42, [(hue.NIGHT, hue.VIOLET), (hue.COBALT, hue.NIGHT), (hue.TEAL, hue.NIGHT), (hue.NIGHT, hue.COBALT)]),
)
WATER_GLASS = [
    (hue.AZURE, hue.ICE), (hue.COBALT, hue.AZURE), (hue.TEAL, hue.AZURE), (hue.ICE, hue.AZURE),
    (hue.COBALT, hue.NIGHT), (hue.AMBER, hue.ROSE),
]  # fmt: skip
# Spine and width of every leaf.
LEAVES = (
    ("70 1200, 84 1080, 60 960, 96 840", 34), ("130 1200, 120 1090, 168 990, 160 880", 36),
    ("220 1200, 214 1100, 256 1040, 330 990", 34), ("60 1200, 50 1130, 76 1060, 44 1000", 30),
    ("860 1200, 850 1120, 884 1040, 872 960", 32), ("800 1200, 786 1130, 740 1070, 690 1050", 32),
    ("150 1200, 196 1080, 190 980, 214 930", 16), ("100 1200, 104 1060, 112 960, 108 910", 14),
    ("830 1200, 826 1120, 812 1070, 816 1040", 14),
)  # fmt: skip
# Centre, size and lean of every iris.
IRISES = table("232 968 92 0.2, 112 868 80 -0.2, 800 1010 84 0.12")


def set_sky(window: Window) -> None:
    """Fill the window with curving rays, ring by ring, and set the sun into them."""
    dx, dy = window.columns - SUN[0], window.rows - SUN[1]
    turn, radius = np.arctan2(dy, dx), np.hypot(dx, dy)
    waves = 11 * np.sin(5 * turn + radius / 90) + 6 * np.sin(9 * turn - radius / 140)
    radius = radius + smoothstep(40, 260, radius) * waves
    sweep = turn / (2 * np.pi) + radius / 2600 + 0.012 * np.sin(radius / 70)
    inner = 0.0
    for ring, (outer, rays, glass) in enumerate(RINGS):
        keys = ((sweep + 0.31 * ring / rays) % 1 * rays).astype(np.int64)
        window.tile(keys, (radius >= inner) & (radius < outer), glass, Part.SKY if ring > 4 else Part.SOLAR)
        inner = outer


def flow_bands(window: Window, crests: list[Field], glass: list[tuple[Colour, Colour]], stride: float) -> None:
    """Bands between curves from the far to the near, each cut across by slanting joints."""
    for band, crest in enumerate(crests):
        rows = np.interp(window.columns[0], crest[:, 0], crest[:, 1])[None]
        slant = window.columns + 0.5 * (window.rows - rows) + 97 * band + 30 * np.sin(window.rows / 37 + band)
        keys = (slant / stride).astype(np.int64) * 3 + band * 7
        window.tile(keys, window.rows >= rows, glass, Part.LAND)


def set_land(window: Window) -> None:
    """Two hills, then water in bands that swing and pinch together."""
    x = np.linspace(-20, WIDTH + 20, 90)
    hills = [
        curve(x, 800 - 60 * np.sin(x / 210 + 0.4) - 22 * np.sin(x / 83)),
        curve(x, 842 + 40 * np.sin(x / 170 + 1.9)),
    ]
    flow_bands(window, hills[:1], [(hue.TEAL, hue.VIOLET), (hue.LEAF, hue.TEAL), (hue.MOSS, hue.TEAL)], 105)
    flow_bands(window, hills[1:], [(hue.LEAF, hue.MOSS), (hue.MOSS, hue.LIME), (hue.LIME, hue.MOSS)], 130)
    water = [
        curve(
            x, 884 + 46 * step + (13 + 3 * step) * np.sin(x / (96 + 9 * step) + 2.1 * step) + 6 * np.sin(x / 41 + step)
        )
        for step in range(7)
    ]
    flow_bands(window, water, WATER_GLASS, 165)


def set_leaf(window: Window, points: str, width: float, tints: tuple[Colour, Colour], rng: Rng) -> None:
    """A sword leaf in two or three pieces, veined along."""
    path = spline(table(points), 60)
    heading = float(np.arctan2(*(path[-1] - path[0])[::-1]))
    for start, stop in ((0, 24), (23, 60)):
        outline, tint = blade(path, width), tints[int(rng.integers(2))]
        half = len(path)
        piece = np.concatenate([outline[start:stop], outline[2 * half - stop : 2 * half - start]])
        window.lay(piece, tint, hue.LIME, heading, Part.PLANT)
    for aside in (-0.2, 0.05, 0.24):
        vein = path[4:-6] + across(path)[4:-6] * aside * width * np.sin(np.linspace(0.4, 3, 50))[:, None]
        window.trace(vein.astype(np.float32), 1.8, 0.75)


def set_iris(window: Window, x: float, y: float, size: float, turn: float, rng: Rng) -> None:
    """An iris: three standards, three falls with a golden beard, traced with veins."""
    petals = ((-0.62, 1.0, hue.VIOLET), (0.62, 1.0, hue.VIOLET), (0, 1.08, (0.52, 0.30, 0.78)))
    falls = ((-2.25, 1.05, hue.PLUM), (2.25, 1.05, hue.PLUM), (np.pi, 0.95, (0.46, 0.12, 0.62)))
    for spread, reach, tint in (*petals, *falls):
        heading = turn + spread - np.pi / 2
        along = np.float32((np.cos(heading), np.sin(heading)))
        bend = np.float32((-along[1], along[0])) * (0.22 * np.sign(spread) * size)
        knots = np.float32((x, y)) + np.float32([along * size * reach * s + bend * s**2 * 2 for s in (0, 0.5, 1)])
        path = spline(knots, 40)
        window.lay(blade(path, size * 0.86), tint, hue.ROSE if spread > 2 else hue.ICE, heading, Part.PLANT)
        for aside in np.linspace(-0.28, 0.28, 5):
            fan = path[6:-8] + across(path)[6:-8] * (aside * size * np.sin(np.linspace(0.5, 2.6, 26)))[:, None]
            window.trace(fan[: int(rng.integers(14, 26))].astype(np.float32), 1.8, 0.7)
    for spread in (-2.25, 2.25, np.pi):
        heading = turn + spread - np.pi / 2
        tip = np.float32((x, y)) + np.float32((np.cos(heading), np.sin(heading))) * size * 0.5
        window.lay(blade(spline(((x, y), tip), 16), size * 0.26), hue.GOLD, hue.AMBER, heading, Part.PLANT)


def set_frame(window: Window) -> None:
    """A border of short and long pieces between two straight cames."""
    edge = np.minimum(np.minimum(window.rows, HEIGHT - window.rows), np.minimum(window.columns, WIDTH - window.columns))
    upright = np.minimum(window.columns, WIDTH - window.columns) < np.minimum(window.rows, HEIGHT - window.rows)
    place = np.where(upright, window.rows, window.columns) / 74
    short = (place % 1) < 0.3
    side = upright * 2 + np.where(upright, window.columns > WIDTH / 2, window.rows > HEIGHT / 2)
    keys = (place.astype(np.int64) * 2 + short) * 10 + short * 1 + side * 1000
    window.tile(keys, edge < 36, [(hue.LEAF, hue.TEAL), (hue.AMBER, hue.GOLD)], Part.FRAME)
    for x in (0, WIDTH - 36):
        for y in (0, HEIGHT - 36):
            window.lay(
                np.float32(((x, y), (x + 36, y), (x + 36, y + 36), (x, y + 36))), hue.ROSE, hue.PLUM, 0.8, Part.FRAME
            )


def stained_glass(rng: Rng, size: float = 1200) -> Field:
    """A leaded window of one bird, one sun and flowing water, every piece of glass its own."""
    window = Window(WIDTH, HEIGHT, 2 * size / HEIGHT, rng)
    set_sky(window)
    set_land(window)
    set_crane(window, rng)
    for points, width in LEAVES:
        set_leaf(window, points, width, (hue.LEAF, hue.MOSS), rng)
    for x, y, bloom, turn in IRISES:
        set_iris(window, x, y, bloom, turn, rng)
    set_frame(window)
    return reduce(window.glaze(), size)
