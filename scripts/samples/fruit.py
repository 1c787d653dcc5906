"""Fruit: the outlines and the skins of apples, pears and lemons, and how grapes lie in a bunch."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np

from samples.compositing import mix
from samples.fields import Field, Rng, pixel_grid, smoothstep, table
from samples.materials import Material
from samples.noise import noise
from samples.splines import spline
from samples.turned import Outline, outline

ROWS, COLUMNS = 600, 1200
LEMON_FLANK = "3.02 0, 2.9 -1, 2.4 -2.2, 1.6 -3.1, 0.95 -3.5, 0.5 -3.7, 0 -3.75"


@cache
def apple() -> Outline:
    """An apple, with the hollows of its stalk and its eye."""
    line = (
        "0 2.15, 0.35 2.3, 0.9 2.85, 1.7 3.2, 2.6 3.0, 3.4 2.2, 3.8 0.8, 3.7 -0.7, 3.2 -2, 2.4 -3, 1.6 -3.3, "
        "0.9 -3.2, 0.4 -2.9, 0 -2.7"
    )
    return outline(spline(table(line)))


@cache
def pear() -> Outline:
    """A pear."""
    line = (
        "0 5.2, 0.45 5.15, 0.85 4.7, 1.1 3.9, 1.45 2.8, 2.05 1.6, 2.85 0.3, 3.4 -1.2, 3.45 -2.5, 2.8 -3.8, "
        "1.8 -4.4, 0.9 -4.45, 0.4 -4.2, 0 -4.05"
    )
    return outline(spline(table(line)))


@cache
def lemon() -> Outline:
    """A lemon with its nipple."""
    return outline(spline(table(f"0 4.35, 0.3 4.32, 0.55 4.0, 0.9 3.6, 1.6 3.1, 2.4 2.2, 2.9 1, {LEMON_FLANK}")))


@cache
def half_lemon() -> Outline:
    """A lemon cut across."""
    return outline(np.concatenate([table("0 0.2, 2.93 0.2, 2.98 0.1"), spline(table(LEMON_FLANK), 80)]))


def speckles(body: Outline, count: int, size: float, rng: Rng) -> Field:
    """Round specks of about a size in cm, however the skin is stretched: a map of 0..1."""
    dots = np.zeros((ROWS, COLUMNS), np.float32)
    girths = girth_along(body)
    for row, column, grown in zip(
        rng.integers(0, ROWS, count), rng.integers(0, COLUMNS, count), rng.lognormal(0, 0.35, count), strict=True
    ):
        if rng.random() > girths[row] / body.girth:
            continue
        high = size * grown / body.length * ROWS
        wide = size * grown / (2 * np.pi * max(girths[row], 0.4)) * COLUMNS
        axes = max(int(wide * 8), 3), max(int(high * 8), 3)
        cv2.ellipse(dots, (int(column * 16), int(row * 16)), axes, 0, 0, 360, float(rng.uniform(0.4, 1)), -1, 8, 4)
    return cv2.GaussianBlur(dots, (0, 0), 0.8)


def girth_along(body: Outline) -> Field:
    """The distance from the axis for every row of a skin."""
    r, shell = np.arange(body.distance.shape[1]) * body.cell, np.abs(body.distance) < body.cell
    where = (body.along[shell] * (ROWS - 1)).astype(int)
    girths = np.zeros(ROWS)
    np.maximum.at(girths, where, np.broadcast_to(r, shell.shape)[shell])
    known = np.flatnonzero(girths > 0)
    return np.interp(np.arange(ROWS), known, girths[known]).astype(np.float32)


def apple_skin(rng: Rng, blush: float) -> Material:
    """Red streaks over yellow on the sunny side, pale lenticels, russet in the hollow of the stalk."""
    shape = (ROWS, COLUMNS)
    down, around = pixel_grid(*shape)
    down, around = down / ROWS, around / COLUMNS
    streaks = noise(shape, rng, 160, 1.5, (6, 0.35)) + 0.5 * noise(shape, rng, 30, 1.0, (9, 0.5))
    cheek = np.cos(2 * np.pi * around) * 0.75 + 0.45 * noise(shape, rng, 300, 2.4) + blush
    red = smoothstep(-0.7, 0.9, cheek + 0.38 * streaks)
    ground = mix((0.50, 0.42, 0.06), (0.66, 0.44, 0.09), smoothstep(-1, 1, noise(shape, rng, 250, 2.2)))
    crimson = mix((0.50, 0.075, 0.03), (0.26, 0.012, 0.012), smoothstep(-0.4, 1.6, streaks + cheek))
    skin = mix(ground, crimson, red)
    hollow = smoothstep(0.13, 0.04, down + 0.012 * noise(shape, rng, 40, 1.2, (3, 0.6)))
    skin = mix(skin, (0.30, 0.24, 0.07), 0.85 * hollow)
    skin = mix(skin, (0.10, 0.06, 0.03), smoothstep(0.975, 0.995, down))
    skin = mix(skin, (0.72, 0.50, 0.25), 0.55 * speckles(apple(), 1500, 0.045, rng))
    relief = 0.006 * noise(shape, rng, 120, 2.0) + 0.0008 * noise(shape, rng, 10, 1.0)
    return Material(skin, relief, 0.045, 0.16, (0.16, 0.08, 0.05))


def pear_skin(rng: Rng) -> Material:
    """Green-gold, with a faint blush, russet around stalk and eye, and many brown dots."""
    shape = (ROWS, COLUMNS)
    down, around = pixel_grid(*shape)
    down, around = down / ROWS, around / COLUMNS
    patch = noise(shape, rng, 260, 2.2)
    skin = mix((0.40, 0.37, 0.055), (0.60, 0.46, 0.09), smoothstep(-1.2, 1.2, patch + np.cos(2 * np.pi * around)))
    skin = mix(skin, (0.52, 0.16, 0.05), 0.5 * smoothstep(0.6, 1.8, 1.2 * np.cos(2 * np.pi * around) + 0.7 * patch))
    fleck = noise(shape, rng, 60, 1.3)
    russet = smoothstep(0.24, 0.03, down + 0.05 * fleck) + smoothstep(0.84, 0.99, down + 0.03 * fleck)
    russet = np.clip(russet + 0.5 * smoothstep(1.1, 2.4, fleck + 0.6 * patch), 0, 1)
    skin = mix(skin, (0.27, 0.155, 0.055), 0.8 * russet)
    skin = mix(skin, (0.20, 0.12, 0.04), 0.7 * speckles(pear(), 4200, 0.05, rng))
    relief = 0.010 * noise(shape, rng, 160, 2.0) + 0.0022 * noise(shape, rng, 12, 1.0) * (0.4 + russet)
    return Material(skin, relief, 0.04, 0.3, (0.18, 0.13, 0.05))


def pores(body: Outline, rng: Rng) -> Field:
    """The oil glands of a lemon's peel as hollows, in cm."""
    return -0.022 * speckles(body, 7000, 0.12, rng) + 0.016 * noise((ROWS, COLUMNS), rng, 150, 2.4)


def lemon_skin(rng: Rng) -> Material:
    """Yellow peel, greener at the tips, with its glands."""
    shape = (ROWS, COLUMNS)
    down, _ = pixel_grid(*shape)
    tone = noise(shape, rng, 200, 2.0)
    skin = mix((0.78, 0.50, 0.022), (0.86, 0.60, 0.05), smoothstep(-1.5, 1.5, tone))
    tips = smoothstep(0.10, 0.02, down / ROWS) + smoothstep(0.93, 0.99, down / ROWS)
    return Material(mix(skin, (0.42, 0.36, 0.05), 0.6 * tips), pores(lemon(), rng), 0.045, 0.24, (0.2, 0.14, 0.03))


def half_lemon_skin(rng: Rng) -> Material:
    """A lemon across: juicy segments between membranes, a pale core, white pith, and the peel around."""
    shape = (ROWS, COLUMNS)
    down, around = pixel_grid(*shape)
    down, around = down / ROWS * half_lemon().length, around / COLUMNS
    wedge = around * 9 + 0.16 * noise(shape, rng, 500, 2.5)
    wall = np.abs(wedge % 1 - 0.5) * down * 2 * np.pi / 9
    vesicles = noise(shape, rng, 60, 1.2, (2.2, 1)) + 0.7 * noise(shape, rng, 22, 0.8, (2.5, 1))
    wide = 0.05 + 0.035 * np.clip(noise(shape, rng, 80, 1.6), -1, 2)
    edge = 2.44 + 0.035 * noise(shape, rng, 90, 1.4, (6, 1)) - 0.2 * smoothstep(0.42, 0.5, np.abs(wedge % 1 - 0.5))
    juicy = smoothstep(0, 0.05, 0.5 * down * 2 * np.pi / 9 - wall - wide) * smoothstep(0.28, 0.42, down)
    juicy = juicy * smoothstep(0.04, -0.02, down - edge)
    pulp = mix((0.70, 0.47, 0.045), (0.92, 0.76, 0.26), smoothstep(-1.6, 1.8, vesicles))
    pith = np.float32((0.80, 0.74, 0.50)) * (1 + 0.04 * noise(shape, rng, 30))[..., None]
    flesh = mix(mix(pith, (0.84, 0.76, 0.42), 0.5), pulp, juicy)
    peel = lemon_skin(rng).albedo
    skin = mix(flesh, peel, smoothstep(2.80, 2.86, down + 0.02 * noise(shape, rng, 60)))
    on_cut = smoothstep(2.9, 2.8, down)
    relief = pores(half_lemon(), rng) * (1 - on_cut) + (0.035 + 0.022 * vesicles) * juicy * on_cut
    return Material(skin, relief, 0.05, 0.12, (0.5, 0.38, 0.10))


def grape_skin(rng: Rng) -> Material:
    """Green-gold and half clear, with faint veins, a bloom that fingers have partly wiped away, and a dark eye."""
    shape = (ROWS, COLUMNS)
    down, _ = pixel_grid(*shape)
    tone, dust = noise(shape, rng, 400, 2.4), noise(shape, rng, 200, 1.7)
    skin = mix((0.34, 0.40, 0.075), (0.46, 0.43, 0.10), smoothstep(-1.5, 1.5, tone))
    skin *= (1 + 0.07 * noise(shape, rng, 50, 1.4, (7, 0.8)))[..., None]
    skin = mix(skin, (0.50, 0.53, 0.44), 0.22 * smoothstep(-0.4, 1.8, dust))
    skin = mix(skin, (0.12, 0.075, 0.03), smoothstep(0.962, 0.985, down / ROWS))
    return Material(skin, None, 0.05, 0.075, (0.5, 0.55, 0.2), glow=(0.30, 0.33, 0.05))


def bunch(spine: Field, count: int, size: float, rng: Rng) -> tuple[Field, Field]:
    """Places and radii of grapes that crowd around a spine, none within another or the table."""
    radii = size * rng.uniform(0.86, 1.1, count).astype(np.float32)
    home = spine[rng.integers(len(spine), size=count)]
    places = home + rng.normal(0, 1.1, (count, 3)).astype(np.float32)
    for _ in range(500):
        apart = places[:, None] - places[None]
        length = np.linalg.norm(apart, axis=-1) + np.eye(count)
        overlap = np.maximum((radii[:, None] + radii[None]) * 0.975 - length, 0) * (1 - np.eye(count))
        places += (apart / length[..., None] * overlap[..., None]).sum(1) * 0.3
        places += (home - places) * 0.008
        places[:, 1] = np.maximum(places[:, 1] - 0.01, radii + 0.16)
    return places.astype(np.float32), radii
