"""Facades: the textures of walls and roofs, weathered plaster, timbers and tiles in the light of evening and lamps."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from samples.compositing import cut_out, mix, opaque
from samples.evening_light import LAMP
from samples.fields import Colour, Field, Rng, pixel_grid, smoothstep, table
from samples.noise import noise
from samples.openings import place_panes, set_openings

PLASTERS = table(
    "0.8 0.72 0.56, 0.78 0.5 0.32, 0.7 0.34 0.26, 0.84 0.8 0.72, 0.86 0.68 0.36, "
    "0.56 0.62 0.62, 0.8 0.58 0.5, 0.62 0.66 0.5, 0.5 0.56 0.66"
)
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


def lay_stones(surface: Field, metre: float, rng: Rng) -> None:
    """Give a wall courses of stones of several greys, and a cornice with its shadow at the foot of every stage."""
    y, x = pixel_grid(*surface.shape[:2])
    course = np.floor(y / metre / 0.55)
    place = x / metre / 0.95 + course % 2 * 0.5
    tone = rng.normal(1, 0.07, (64, 64))[(course % 64).astype(int), (place % 64).astype(int)]
    joint = (y / metre % 0.55 < 0.05) | (place % 1 < 0.05)
    surface *= (tone * np.where(joint, 0.82, 1))[..., None]
    for low in np.arange(surface.shape[0] - 8 * metre, metre, -8 * metre).astype(int):
        surface[low : low + max(int(0.35 * metre), 1)] = (0.52, 0.48, 0.43)
        surface[low + int(0.35 * metre) : low + int(0.75 * metre)] *= 0.62


def street_light(up: Field, along: Field, phase: float) -> Field:
    """What the lamps of the street below throw on a wall, at metres up and along it."""
    return LAMP * (0.16 * np.exp(-up / 2.6) * (0.6 + 0.4 * np.sin(2 * np.pi * along / 9 + phase)))[..., None]


def wall_texture(wall: Wall, rng: Rng) -> Field:
    """The picture of one wall with an optional gable triangle on top, RGBA."""
    metre = wall.metre
    rows, columns = max(int((wall.height + wall.gable) * metre), 4), max(int(wall.width * metre), 4)
    surface = plaster(rows, columns, wall.colour, rng, metre=metre)
    if wall.timbered:
        frame_timbers(surface, metre, rng)
    if wall.stone:
        lay_stones(surface, metre, rng)
    panes = place_panes(
        (wall.width, wall.height, wall.gable),
        metre,
        3.3 if wall.stone else rng.uniform(1.7, 2.3),
        8 if wall.stone else STOREY,
    )
    lit = set_openings(surface, panes, metre, wall.light, not wall.stone, rng)
    y, x = pixel_grid(rows, columns)
    lit += surface * street_light((rows - y) / metre, x / metre, rng.uniform(0, 6))
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
