"""Boats: yachts and trawlers drawn from the side on a sheet, which then stands on the water."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from samples.camera import Camera
from samples.evening_light import LAMP, daylight
from samples.fields import Colour, Field, Rng, pixel_grid, smoothstep, table
from samples.noise import noise
from samples.planes import Sheet, haze_before, in_haze
from samples.quayside import Quay
from samples.splines import spline

HULLS = table(
    "0.10 0.18 0.34, 0.80 0.80 0.78, 0.72 0.72 0.70, 0.38 0.09 0.07, 0.07 0.22 0.22, 0.10 0.11 0.13, 0.60 0.52 0.38"
)
SAILCLOTHS = table("0.75 0.72 0.66, 0.14 0.2 0.42")
UP = np.float32((0, 1, 0))
ANCHORAGES = ((-13.5, 0, 37, False), (-27, 0, 64, True), (5.5, 0, 50, True))


class BoatSheet:
    """A sheet 14 m wide and 15 m high, its foot on the waterline, on which a boat is drawn from the side."""

    def __init__(self, scale: float) -> None:
        self.scale, self.sheet = scale, np.zeros((int(15 * scale), int(14 * scale), 4), np.float32)
        self.light = daylight(np.float32((-0.5, 0.2, -0.84)))

    def spots(self, points: ArrayLike) -> NDArray[np.float64]:
        """Pixels of points in metres from the middle of the waterline."""
        return (np.float32((7, 15)) + np.float32(points) * (1, -1)) * self.scale

    def shape(self, points: ArrayLike, colour: ArrayLike) -> None:
        """Fill an outline."""
        tone = (*map(float, np.float32(colour) * self.light), 1.0)
        cv2.fillPoly(self.sheet, [np.round(self.spots(points)).astype(np.int32)], tone)

    def spar(self, start: ArrayLike, stop: ArrayLike, thick: float, colour: ArrayLike) -> None:
        """Draw a mast, a boom or a stay."""
        ends = np.round(self.spots((start, stop))).astype(int).tolist()
        tone = (*map(float, np.float32(colour) * self.light), 1.0)
        cv2.line(self.sheet, ends[0], ends[1], tone, max(int(thick * self.scale), 1))

    def rig_yacht(self, mast: float, sail: Colour) -> None:
        """A low cabin with a dark window band, a furled sail on its boom, spreaders."""
        self.shape(table("-3.4 1.1, -3.0 1.75, 1.2 1.85, 2.6 1.2"), (0.82, 0.80, 0.76))
        self.shape(table("-2.6 1.35, -2.5 1.6, 0.9 1.65, 1.1 1.4"), (0.07, 0.09, 0.12))
        self.shape(((-4.2, 2.45), (-4.0, 2.75), (mast, 3.0), (mast, 2.5)), sail)
        self.spar((mast - 0.9, 8.2), (mast + 0.9, 8.2), 0.07, (0.5, 0.5, 0.5))
        self.rail((-5.2, 1.2), (2.2, 1.15), 6)
        self.rail((2.2, 1.15), (6.0, 1.9), 4)

    def rig_trawler(self, mast: float) -> None:
        """A wheelhouse with lit windows, a fish hold, a crate and a derrick."""
        self.shape(table("-3.9 1.0, -3.7 3.3, -1.3 3.3, -0.9 1.0"), (0.84, 0.80, 0.72))
        self.shape(table("-0.9 1.0, -0.9 1.7, 0.9 1.75, 1.0 1.0"), (0.46, 0.32, 0.20))
        self.shape(table("2.6 1.2, 2.7 1.75, 4.1 1.8, 4.2 1.3"), (0.20, 0.30, 0.30))
        self.shape(table("-4.2 3.28, -4.1 3.5, -1.0 3.5, -0.8 3.28"), (0.50, 0.15, 0.10))
        for left in (-3.45, -2.75, -2.05):
            self.shape(((left, 2.35), (left, 3.0), (left + 0.5, 3.0), (left + 0.5, 2.35)), LAMP * 1.3)
        self.spar((mast, 2.2), (5.2, 6.2), 0.12, (0.42, 0.30, 0.18))
        self.spar((-3, 3.5), (-3, 5.8), 0.08, (0.3, 0.3, 0.3))
        self.spar((-3.5, 4.6), (-2.5, 4.6), 0.06, (0.3, 0.3, 0.3))
        self.shape(spline(table("-5.2 1.2, -4.9 1.75, -4.4 1.6, -4.0 1.9, -3.9 1.1"), 20), (0.10, 0.16, 0.15))
        self.rail((1.6, 1.1), (6.0, 1.9), 5)

    def lay_hull(self, colour: Colour) -> None:
        """The hull with its rubbing strake, boot top and fenders."""
        sheer = spline(table("-5.6 1.25, -2 1.0, 2 1.15, 6.3 1.95"), 30)
        self.shape(np.concatenate([sheer, np.float32(table("5.3 0.5, 4.7 -0.1, -5.0 -0.1"))]), colour)
        self.shape(np.concatenate([sheer, (sheer - np.float32((0, 0.2)))[::-1]]), (0.80, 0.74, 0.62))
        self.shape(table("-4.97 -0.1, -5.1 0.3, 5.05 0.3, 4.75 -0.1"), (0.30, 0.09, 0.07))
        for left in (-3, -0.4, 2.3):
            self.spar((left, 1.1), (left, 0.7), 0.03, (0.3, 0.3, 0.3))
            self.spar((left, 0.75), (left, 0.3), 0.2, (0.30, 0.31, 0.34))

    def rail(self, start: ArrayLike, stop: ArrayLike, posts: int) -> None:
        """A lifeline along the deck on thin posts."""
        high = np.float32((0, 0.55))
        first, last = np.float32(start), np.float32(stop)
        self.spar(first + high, last + high, 0.025, (0.42, 0.42, 0.42))
        for foot in np.linspace(first, last, posts):
            self.spar(foot, foot + high, 0.035, (0.5, 0.5, 0.5))

    def shaded(self, rng: Rng) -> Field:
        """The sheet halved, with planks and the hull's turn from light to shade."""
        rows, columns = pixel_grid(*self.sheet.shape[:2])
        bend = rows / self.scale + 0.022 * (columns / self.scale - 6) ** 2
        seam = (bend * 4.5 % 1 < 0.16) * (rows > 13 * self.scale)
        turned = 0.45 + 0.55 * smoothstep(0, 2.2, 15.6 - bend) - 0.11 * seam
        turned *= 1.12 - 0.05 * np.abs(columns / self.scale - 4)
        self.sheet[..., :3] *= (
            turned * (1 + 0.05 * noise(rows.shape, rng.spawn(1)[0], 0.5 * self.scale, 1.3, (0.2, 1)))
        )[..., None]
        sheet = cv2.resize(self.sheet, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        sheet[..., :3] /= np.maximum(sheet[..., 3:], 1e-3)
        return sheet


def boat_texture(metre: float, sailing: bool, rng: Rng) -> Field:
    """A moored yacht or trawler seen from the side, RGBA."""
    boat = BoatSheet(metre * 2)
    hull = rng.choice(HULLS)
    mast, top = (0.6, 13.6) if sailing else (1.6, 9.5)
    for foot in ((-5.5, 1.2), (6.2, 1.9), (mast - 1.2, 1.1), (mast + 1.1, 1.1)):
        boat.spar(foot, (mast, top), 0.025, (0.12, 0.12, 0.13))
    if sailing:
        boat.rig_yacht(mast, rng.choice(SAILCLOTHS))
    else:
        boat.rig_trawler(mast)
    boat.spar((mast, 1), (mast, top), 0.16, (0.62, 0.56, 0.48) if sailing else (0.40, 0.28, 0.17))
    boat.lay_hull(hull)
    return boat.shaded(rng)


@dataclass(frozen=True, eq=False)
class Boat:
    """A boat: where the middle of its waterline lies, half its sheet's length along its heading, its texture in haze.

    It makes `way` metres a second along its heading, and heaves and rolls a little in a rhythm of its own.
    """

    place: Field
    side: Field
    texture: Field
    way: float = 0
    rhythm: float = 0

    def at(self, time: float) -> Field:
        """The middle of the waterline after some seconds."""
        heave = 0.03 * np.sin(1.9 * time + self.rhythm)
        return self.place + self.side / np.linalg.norm(self.side) * self.way * time + UP * heave

    def sheet(self, time: float) -> Sheet:
        """The boat after some seconds."""
        roll = 0.006 * np.sin(1.3 * time + 2 * self.rhythm)
        up, side, place = UP * 15 - self.side / 7 * roll * 15, self.side + UP * 7 * roll, self.at(time)
        return Sheet(np.stack([place - side + up, place + side + up, place + side, place - side]), self.texture)


def build_boat(camera: Camera, place: Field, heading: float, sailing: bool, rng: Rng, way: float = 0) -> Boat:
    """A boat drawn as finely as the camera can see it."""
    metre = min(camera.focal / place[2] * 1.05, 60 * camera.scale)
    side = np.float32((np.cos(heading), 0, np.sin(heading))) * 7 * rng.uniform(0.75, 1.0)
    texture = in_haze(boat_texture(metre, sailing, rng), haze_before(place[2]))
    return Boat(np.float32(place), side, texture, way, rng.uniform(0, 6))


def moored_boats(camera: Camera, quay: Quay) -> list[Boat]:
    """Boats moored along the quay, and three riding at anchor in front."""
    rng = np.random.default_rng(5)
    berths = [(quay.at(along, -rng.uniform(4, 13), 0), rng.random() < 0.7) for along in np.arange(8, 152, 7.5)]
    berths += [(np.float32(place), sailing) for *place, sailing in ANCHORAGES]
    boats = []
    for place, sailing in sorted(berths, key=lambda berth: -berth[0][2]):
        heading = rng.choice((0.06, -0.1, np.pi - 0.08) if place[2] < 70 else (-0.5, -0.75, np.pi - 0.7))
        boats.append(build_boat(camera, place, heading, bool(sailing), rng.spawn(1)[0]))
    return boats
