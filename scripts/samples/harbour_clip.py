"""The clip: a pan over the harbour, then a slow dolly, while two boats pass; after a hard cut, the mountain lake.

Nothing is drawn anew by chance from frame to frame: town and boats are built once, and the camera moves before them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from samples.boats import Boat, build_boat, moored_boats
from samples.camera import Camera
from samples.darkroom import develop
from samples.fields import Canvas, Field, smoothstep
from samples.film_file import write_film
from samples.harbour import BAY, DUSK, QUAY, town_sheets
from samples.harbour import EXPOSURE as EVENING
from samples.motion import MOST, SKY, SKY_AND_WATER, SOME, WATER, Shown, pack, plane_of, shown
from samples.mountain_lake import EXPOSURE as MIDDAY
from samples.mountain_lake import lakeside
from samples.planes import Sheet, hang
from samples.sky import cloudy_sky
from samples.soundtrack import HERTZ, soundtrack
from samples.wakes import wake, wake_texture
from samples.water import compose_scene, rippled_water

WIDTH, HEIGHT, RATE, FRAMES, CUT = 640, 360, 24, 96, 72
# Pixels that the film camera's lens is softer than the still one's: finer detail would glitter when it moves.
SOFTNESS = 0.45
START = Camera(2 * WIDTH, 2 * HEIGHT, 0.93, 0.645, 6)


def harbour_camera(time: float) -> Camera:
    """The camera after some seconds: it pans to the right, comes to rest on the church, and moves in."""
    pan = -0.24 + 0.28 * float(smoothstep(-0.2, 1.9, time))
    dolly = float(smoothstep(0.7, 4.1, time))
    return replace(START, pan=pan, x=2.0 * dolly, z=14 * dolly)


def passing_boats(camera: Camera) -> list[Boat]:
    """A yacht that leaves to the right under engine, and a trawler that comes home to the left."""
    yacht, trawler = (np.random.default_rng(seed) for seed in (41, 51))
    return [
        build_boat(camera, np.float32((-19, 0, 45)), 0.05, True, yacht, way=3.0),
        build_boat(camera, np.float32((22, 0, 43)), np.pi - 0.05, False, trawler, way=3.4),
    ]


def filmed(light: Field, exposure: float) -> Field:
    """One picture of the film."""
    return cv2.GaussianBlur(develop(light, exposure), (0, 0), SOFTNESS)


class Harbour:
    """The harbour, built once: sheets that stand, and boats that move."""

    def __init__(self) -> None:
        rng = np.random.default_rng(1)
        self.sky, self.water = cloudy_sky(DUSK, rng), rippled_water(*BAY, rng)
        self.standing, self.passing = list(town_sheets(START)), passing_boats(START)
        self.boats = [*moored_boats(START, QUAY), *self.passing]
        self.wake = wake_texture(rng)

    def sheets(self, time: float) -> Iterator[tuple[int, Sheet]]:
        """Everything from far to near with the number of its plane."""
        flat = [*self.standing, *(wake(boat, self.wake, time) for boat in self.passing)]
        numbered = list(enumerate([*flat, *(boat.sheet(time) for boat in self.boats)], len(SKY_AND_WATER)))
        yield from numbered[: len(flat)]
        yield from sorted(numbered[len(flat) :], key=lambda afloat: -float(afloat[1].corners[:, 2].mean()))

    def frame(self, time: float) -> tuple[Field, Shown]:
        """The picture after some seconds, and what it shows."""
        camera, sheets = harbour_camera(time), list(self.sheets(time))
        most = np.where(np.arange(camera.height)[:, None] > camera.horizon, WATER, SKY) + np.zeros(camera.width, int)
        some = most.copy()

        def draw(through: Camera) -> Field:
            canvas = np.zeros((camera.height, camera.width, 4), np.float32)
            for number, hung in sheets:
                fallen = hang(canvas, through, hung)
                if fallen is not None and through is camera:
                    rows, columns, cover = fallen
                    most[rows, columns][cover > MOST] = number
                    some[rows, columns][cover > SOME] = number
            return canvas

        light = compose_scene(camera, draw, self.sky, self.water, time)
        planes = np.concatenate([SKY_AND_WATER, [plane_of(hung) for _, hung in sorted(sheets, key=lambda s: s[0])]])
        return filmed(light, EVENING), shown(camera, planes, most, some)


def with_margin(camera: Camera, aside: int, below: int) -> Camera:
    """The camera with a picture so many pixels larger to both sides and below."""
    width, height = camera.width + 2 * aside, camera.height + below
    return replace(camera, width=width, height=height, lens=camera.focal / width, skyline=camera.horizon / height)


def lake_frames(count: int) -> Iterator[tuple[Field, Shown]]:
    """The lake under a slow pan: with no step aside, all of it turns like the sky."""
    ahead = replace(START, skyline=0.62, eye=5)
    lake = lakeside(with_margin(ahead, 80, 12), np.random.default_rng(1))
    for number in range(count):
        camera = replace(ahead, pan=-0.03 + 0.0022 * number)
        wet = np.arange(camera.height)[:, None] > camera.horizon
        cover = np.maximum(*(lake.turned(part[..., 3], camera) for part in (lake.above, lake.foreshore)))
        most, some = (np.where(wet & (cover < dry), WATER, SKY) for dry in (MOST, 1 - SOME))
        yield filmed(lake.seen_by(camera, number / RATE), MIDDAY), shown(camera, SKY_AND_WATER, most, some)


def clip_frames() -> Iterator[tuple[Field, Shown]]:
    """All frames in order, each with what it shows."""
    harbour = Harbour()
    for number in range(CUT):
        yield harbour.frame(number / RATE)
    yield from lake_frames(FRAMES - CUT)


def write_clip(folder: Path) -> list[Path]:
    """Film the clip and write it, and beside it where everything in it moves."""
    film, motion = folder / "harbour.mp4", folder / "harbour_flow.npz"
    seen: list[Shown] = []

    def pictures() -> Iterator[Canvas]:
        for picture, what in clip_frames():
            seen.append(what)
            yield np.round(np.clip(picture, 0, 1) * 255).astype(np.uint8)

    sound = soundtrack((CUT / RATE, (FRAMES - CUT) / RATE))
    write_film(pictures(), (WIDTH, HEIGHT), RATE, sound, HERTZ, film)
    np.savez_compressed(motion, **pack(seen, (0, CUT)))
    return [film, motion]
