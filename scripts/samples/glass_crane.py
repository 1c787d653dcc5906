"""The crane of the stained glass: wings feather by feather, a ruffled breast, a red crown."""

from __future__ import annotations

import numpy as np

from samples import glass_palette as hue
from samples.fields import Field, Rng, table
from samples.leaded_glass import Part, Window
from samples.splines import across, blade, curve, spline

# Leading and trailing edge of each wing, from the shoulder to the tip.
LEFT_WING = (
    "520 610, 430 540, 340 446, 256 404, 176 412",
    "396 772, 316 742, 226 714, 128 656, 52 556, 50 420",
)
RIGHT_WING = ("520 640, 600 622, 690 632, 772 676, 820 742", "430 800, 520 836, 610 866, 710 900, 800 902, 878 836")
CRANE_BODY, CRANE_NECK = "366 806, 420 726, 500 650, 590 574", "500 664, 566 600, 572 544, 624 504, 668 466"


def feather(path: Field, width: float) -> Field:
    """The outline of a feather: nearly parallel sides and a round tip."""
    t = np.linspace(0, 1, len(path))
    half = across(path) * (width / 2 * np.sqrt(np.clip(1 - t**7, 0, 1)) * (0.72 + 0.28 * t))[:, None]
    return np.concatenate([path + half, (path - half)[::-1]])


def barb_feather(window: Window, path: Field, width: float, rng: Rng) -> None:
    """Trace a feather's shaft and the barbs that slant from it."""
    window.trace(path[2:-2], 2.2)
    normal, along = across(path), np.gradient(path, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True) + 1e-6
    length = float(np.linalg.norm(np.diff(path, axis=0), axis=1).sum())
    for place in np.linspace(0.3, 0.92, max(int(length / 15), 2)) * len(path):
        for side in (-1, 1):
            place, reach = int(place), width * rng.uniform(0.2, 0.4)
            t = np.linspace(0, 1, 5)[:, None]
            barb = path[place] + (normal[place] * side + along[place] * 0.9 * t) * reach * t
            window.trace(barb.astype(np.float32), 1.3, rng.uniform(0.4, 0.8))


def set_wing(window: Window, front: str, back: str, count: int, rng: Rng) -> None:
    """A wing: long feathers fanned from its leading edge, coverts over their roots, and the arm in one band."""
    lead, trail = spline(table(front), 200), spline(table(back), 200)
    for share, tint, other in ((1.0, hue.OPAL, hue.ICE), (0.5, hue.ICE, hue.AZURE)):
        for place in np.linspace(0.985, 0.03, count):
            at = int(place * 199)
            a, b = lead[at], trail[at]
            stop = a + (b - a) * share * rng.uniform(0.96, 1.02)
            middle = (a + stop) / 2 + (lead[min(at + 8, 199)] - lead[max(at - 8, 0)]) * 0.5
            path = spline((a, middle, stop), 40)
            if np.linalg.norm(stop - a) < 64:
                continue
            width = float(np.linalg.norm(np.diff((lead + trail) / 2, axis=0), axis=1).sum()) / count * 1.75
            heading = float(np.arctan2(*(stop - a)[::-1]))
            window.lay(feather(path, width), tint, other, heading, Part.BIRD)
            if share == 1 and place > 0.5:
                window.lay(feather(path, width)[[*range(27, 53)]], hue.COBALT, hue.NIGHT, heading, Part.BIRD)
            barb_feather(window, path, width, rng)
    for start, stop in ((0, 60), (58, 120), (118, 200)):
        inner = lead + (trail - lead) * (0.20 - 0.12 * np.linspace(0, 1, 200)[:, None])
        band = np.concatenate([lead[start:stop], inner[start:stop][::-1]])
        window.lay(band, hue.OPAL, hue.GOLD, float(np.arctan2(*(lead[stop - 1] - lead[start])[::-1])), Part.BIRD)


def ruffle(window: Window, path: Field, rng: Rng) -> None:
    """Trace the short feathers of a breast, small arcs open towards the head."""
    heading, side = np.gradient(path, axis=0), across(path)
    heading /= np.linalg.norm(heading, axis=1, keepdims=True)
    for place in range(10, 54, 4):
        for aside in np.linspace(-0.3, 0.3, 5) + 0.07 * (place % 8 > 3):
            t = np.linspace(-1, 1, 7)[:, None]
            arc = path[place] + side[place] * (aside * 90 + 8 * t) - heading[place] * 7 * (1 - t**2)
            window.trace((arc + rng.normal(0, 1.2, 2)).astype(np.float32), 1.5, rng.uniform(0.35, 0.7))


def set_crane(window: Window, rng: Rng) -> None:
    """The crane: legs and plumes, both wings, then body, neck and head with its red crown."""
    for tip, tint in (("200 926", hue.SLATE), ("236 958", hue.COBALT), ("290 950", hue.SLATE), ("178 880", hue.COBALT)):
        path = spline(table(f"412 752, 330 820, {tip}"), 40)
        window.lay(blade(path, 50), tint, hue.AZURE, 2.4, Part.BIRD)
        barb_feather(window, path, 34, rng)
    set_wing(window, *RIGHT_WING, 9, rng)
    set_wing(window, *LEFT_WING, 11, rng)
    body, neck = (spline(table(knots), 60) for knots in (CRANE_BODY, CRANE_NECK))
    for start, width, other in ((0, 112, hue.AZURE), (14, 100, hue.ICE), (32, 84, hue.GOLD)):
        window.lay(blade(body[start:], width), hue.OPAL, other, 2.3, Part.BIRD)
    for start, stop, width in ((0, 26, 62), (24, 44, 50), (42, 60, 42)):
        half = across(neck) * np.linspace(width, 30, 60)[:, None] / 2
        window.lay(
            np.concatenate([(neck + half)[start:stop], (neck - half)[start:stop][::-1]]),
            hue.OPAL,
            hue.ICE,
            2.3,
            Part.BIRD,
        )
    ruffle(window, body, rng)
    window.lay(blade(spline(table("668 470, 710 430, 772 380"), 30), 26), hue.SLATE, hue.COBALT, -0.7, Part.BIRD)
    turn = np.linspace(0, 6.3, 30)
    window.lay(
        np.float32((670, 464)) + 30 * curve(np.cos(turn), 0.84 * np.sin(turn)), hue.OPAL, hue.ICE, 0.5, Part.BIRD
    )
    window.lay(
        blade(spline(table("640 462, 650 436, 676 428, 698 442"), 30), 28), (0.85, 0.03, 0.05), hue.FLAME, 0, Part.BIRD
    )
    window.trace(spline(table("674 464, 680 460, 688 463"), 12), 11)
    window.trace(spline(table("698 448, 730 414, 762 386"), 16), 2)
