"""Facades: the textures of walls and roofs, from weathered plaster and timbers to lit windows and tiles."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from samples.compositing import cut_out, mix, opaque
from samples.evening_light import LAMP
from samples.fields import Colour, Field, Rng, pixel_grid, smoothstep, table
from samples.noise import noise

PLASTERS = table(
    "0.8 0.72 0.56, 0.78 0.5 0.32, 0.7 0.34 0.26, 0.84 0.8 0.72, 0.86 0.68 0.36, "
    "0.56 0.62 0.62, 0.8 0.58 0.5, 0.62 0.66 0.5, 0.5 0.56 0.66"
)
SHUTTERS = table("0.16 0.28 0.22, 0.34 0.14 0.10, 0.20 0.26 0.36")
TIMBER = (0.17, 0.11, 0.08)
STOREY = 2.9


@dataclass(frozen=True, eq=False)
class Wall:
    """A wall: its measures in metres, texture pixels a metre, the light on it, and what it is built of."""

    width: float
    height: float
    gable: float
    metre: float
    light: Field
    colour: Colour
    timbered: bool
    stone: bool


def plaster(height: int, width: int, colour: Colour, rng: Rng, rough: float = 0.06, metre: float = 34) -> Field:
    """A weathered surface: mottling, fine grain, streaks running down and dirt at the foot."""
    shape, unit, (rng,) = (height, width), metre / 34, rng.spawn(1)
    stain = noise(shape, rng, 60 * unit) * rough + noise(shape, rng, 8 * unit, 0.9) * rough * 0.6
    stain += noise(shape, rng, 90 * unit, 1.4, (1, 0.15)) * rough * 0.6
    foot = 1 - 0.35 * np.exp(-np.linspace(6, 0, height))[:, None]
    return np.clip(np.float32(colour) * ((1 + stain) * foot)[..., None], 0.01, 1)


def place_panes(shape: tuple[int, int], wall: Wall, pitch: float) -> list[list[int]]:
    """Window panes of a wall as left, top, right, bottom, floor by floor, kept inside the gable."""
    (height, width), metre = shape, wall.metre
    columns, panes = max(int(width / metre / pitch), 1), []
    for floor in np.arange(height / metre - 2.55, 0.4, -8 if wall.stone else -STOREY):
        room = 1.0 if floor > wall.gable else max((floor - 0.3) / max(wall.gable, 0.1), 0)
        for place in (np.arange(columns) + 0.5) / columns:
            if abs(place - 0.5) < 0.5 * room - 0.55 * metre / width:
                half, high, middle = 0.5 * metre, (3.2 if wall.stone else 1.45) * metre, place * width
                panes.append([int(v) for v in (middle - half, floor * metre, middle + half, floor * metre + high)])
    return panes


def glaze(pane: Field, bar: int, lit: bool, rng: Rng) -> None:
    """Fill a pane with lamplight or dark glass, and set its glazing bars."""
    fall = np.linspace(1.15, 0.55, pane.shape[0])[:, None, None]
    glow = LAMP * rng.uniform(0.45, 1.25) * fall if lit else np.float32((0.10, 0.12, 0.17)) * fall * 1.4
    pane[:] = glow * (1 + 0.12 * rng.spawn(1)[0].standard_normal((1, pane.shape[1], 1)))
    middle, third = pane.shape[1] // 2, pane.shape[0] // 3
    pane[:, middle - bar // 2 : middle + (bar + 1) // 2] *= 0.35
    pane[third : third + bar] *= 0.35
    pane[:bar] *= 0.5


def set_windows(surface: Field, wall: Wall, rng: Rng) -> Field:
    """Light a wall and cut its windows into it; some are lit from inside, most of all on the ground floor."""
    shutter = rng.choice(SHUTTERS) if rng.random() < 0.5 and not wall.stone else None
    panes = place_panes(surface.shape[:2], wall, 3.3 if wall.stone else rng.uniform(1.7, 2.3))
    sunk, leaf = max(int(0.09 * wall.metre), 1), int(0.45 * wall.metre)
    for x0, y0, x1, y1 in panes:
        if shutter is not None:
            surface[y0:y1, max(x0 - leaf, 0) : x1 + leaf] = shutter
        surface[y0 - sunk : y1 + sunk, max(x0 - sunk, 0) : x1 + sunk] = (0.72, 0.70, 0.66)
        surface[y1 + sunk : y1 + 2 * sunk] *= 0.8
    lit_wall = surface * wall.light
    for x0, y0, x1, y1 in panes:
        ground_floor = y1 > surface.shape[0] - 2 * wall.metre
        lit = rng.random() < (0.75 if ground_floor else 0.36)
        glaze(lit_wall[max(y0, 0) : y1, max(x0, 0) : x1], sunk, lit, rng)
    return lit_wall


def frame_timbers(surface: Field, metre: float, rng: Rng) -> None:
    """Draw dark half-timbering over a wall: beams, posts and some braces, storey by storey."""
    height, width = surface.shape[:2]

    def timber(start: tuple[int, int], stop: tuple[int, int]) -> None:
        cv2.line(surface, start, stop, TIMBER, max(int(0.2 * metre), 1), cv2.LINE_AA)

    for row in np.arange(height - STOREY * metre, 0, -STOREY * metre):
        low, top = int(row), int(row - STOREY * metre)
        timber((0, low), (width, low))
        for column in map(int, np.linspace(0, width, 6)):
            timber((column, low), (column, top))
            if rng.random() < 0.4:
                timber((column, low), (column + int(rng.choice((-1, 1)) * width / 5), top))


def wall_texture(wall: Wall, rng: Rng) -> Field:
    """The picture of one wall with an optional gable triangle on top, RGBA."""
    metre = wall.metre
    rows, columns = max(int((wall.height + wall.gable) * metre), 4), max(int(wall.width * metre), 4)
    surface = plaster(rows, columns, wall.colour, rng, metre=metre)
    if wall.timbered:
        frame_timbers(surface, metre, rng)
    lit = set_windows(surface, wall, rng)
    y, x = pixel_grid(rows, columns)
    eaves = wall.gable * metre * np.abs(x / columns - 0.5) * 2
    if wall.gable:
        lit *= mix(0.45, 1, smoothstep(0, 0.9 * metre, y - eaves))
    lit *= (0.6 + 0.4 * smoothstep(0, 4 * metre, rows - y))[..., None]
    lit *= (1 - 0.45 * smoothstep(0, 14, rng.uniform(0, 9) - y / metre * 0.2 - x / metre * 1.1 + 2))[..., None]
    if wall.gable:
        bargeboard = np.float32((0.30, 0.25, 0.22)) * wall.light
        lit = mix(lit, bargeboard, (y - eaves < 0.28 * metre).astype(np.float32))
    return cut_out(lit, (y >= eaves).astype(np.float32))


def roof_texture(width: float, slope: float, metre: float, light: Field, colour: Colour, rng: Rng) -> Field:
    """The picture of one roof plane: courses of tiles, patched and weathered, RGBA."""
    rows, columns = max(int(slope * metre), 4), max(int(width * metre), 4)
    y, x = pixel_grid(rows, columns)
    course = np.floor(y / metre / 0.34)
    place = x / metre / 0.3 + course % 2 * 0.5
    tile = rng.normal(0, 0.11, (512, 512))[(course % 512).astype(int), (place % 512).astype(int)]
    shade = 0.72 + 0.42 * (y / metre / 0.34 % 1) + tile + 0.12 * noise((rows, columns), rng.spawn(1)[0], 1.5 * metre)
    return opaque(np.float32(colour) * shade[..., None] * light)
