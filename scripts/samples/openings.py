"""Openings: the windows and doors of a facade, with their frames, shutters, curtains and lamplight."""

from __future__ import annotations

import numpy as np

from samples.compositing import mix
from samples.evening_light import LAMP
from samples.fields import Field, Rng, smoothstep, table

SHUTTERS = table("0.16 0.28 0.22, 0.34 0.14 0.10, 0.20 0.26 0.36, 0.52 0.50 0.46")
DOORS = table("0.12 0.07 0.04, 0.06 0.12 0.10, 0.22 0.05 0.04")
FRAME, SILL = (0.66, 0.64, 0.60), (0.40, 0.38, 0.36)
# What lamps look like through a curtain or a plain bulb, and what shows in a dark pane.
BULB = np.float32((1.75, 1.35, 0.80))
DARK, NET = np.float32((0.040, 0.050, 0.078)), np.float32((0.17, 0.165, 0.17))
Box = tuple[int, int, int, int]


def place_panes(size: tuple[float, float, float], metre: float, pitch: float, storey: float) -> list[Box]:
    """Panes of a wall (its width, height and gable in metres) as left, top, right, bottom in texture pixels."""
    width, height, gable = size
    tall, columns, panes = storey > 4, max(int(width / pitch), 1), []
    for floor in np.arange(height + gable - 2.55, 0.4, -storey):
        room = 1.0 if floor > gable else max((floor - 0.3) / max(gable, 0.1), 0)
        for place in (np.arange(columns) + 0.5) / columns:
            if abs(place - 0.5) < 0.5 * room - 0.55 / width:
                left, high = place * width - 0.5, 3.2 if tall else 1.45
                panes.append(tuple(int(v * metre) for v in (left, floor, left + 1, floor + high)))
    return panes


def frame_pane(surface: Field, box: Box, metre: float, shutter: Field | None) -> None:
    """Set a frame into a wall, with a sill that throws a shadow, and shutters beside it."""
    x0, y0, x1, y1 = box
    sunk, leaf = max(int(0.09 * metre), 1), int(0.45 * metre)
    if shutter is not None:
        slats = 1 - 0.25 * (np.arange(y0, y1) % max(int(0.12 * metre), 2) == 0)
        surface[y0:y1, max(x0 - leaf, 0) : x1 + leaf] = shutter * slats[: len(surface) - y0, None, None]
    surface[max(y0 - sunk, 0) : y1 + sunk, max(x0 - sunk, 0) : x1 + sunk] = FRAME
    surface[y1 + sunk : y1 + 2 * sunk, max(x0 - 2 * sunk, 0) : x1 + 2 * sunk] = SILL
    surface[y1 + 2 * sunk : y1 + 4 * sunk, max(x0 - sunk, 0) : x1 + sunk] *= 0.72


def curtains(columns: Field, rng: Rng) -> Field:
    """How much curtains cover at shares of a pane's width, drawn aside more or less, with soft folds."""
    drawn = rng.uniform(0.02, 0.48)
    folds = 0.75 + 0.25 * np.sin(columns * rng.uniform(40, 70) + rng.uniform(0, 6))
    return smoothstep(0.5 - drawn - 0.04, 0.5 - drawn + 0.04, np.abs(columns - 0.5)) * folds


def lamplight(rows: Field, columns: Field, rng: Rng) -> Field:
    """A lit room behind a pane: brightest around its lamp, dim below, dimmer where curtains hang."""
    tint = mix(LAMP, BULB, np.float32(rng.random())) * rng.lognormal(-0.35, 0.45)
    away = np.hypot(columns - rng.uniform(0.2, 0.8), rows - rng.uniform(0.1, 0.5))
    glow = 0.45 + 0.9 * np.exp(-((away / 0.35) ** 2)) - 0.25 * rows
    return tint * (glow * (1 - 0.62 * curtains(columns, rng)))[..., None]


def glaze(pane: Field, bar: int, lit: bool, rng: Rng) -> None:
    """Fill a pane with lamplight, or with dark glass that mirrors a little of the sky, and set its glazing bars."""
    (rng,) = rng.spawn(1)
    rows, columns = (np.linspace(0, 1, size, dtype=np.float32) for size in pane.shape[:2])
    rows = rows[:, None] + 0 * columns
    columns = columns[None] + 0 * rows
    if lit:
        pane[:] = lamplight(rows, columns, rng)
    else:
        # Each light of old glass leans its own way, and mirrors another part of the sky.
        leaning = rng.uniform(0.5, 1.7, (3, 2))[np.minimum(rows * 3, 2).astype(int), (columns > 0.5).astype(int)]
        net = rng.choice((0.0, 0.0, 0.7)) * curtains(columns, rng)
        pane[:] = mix(DARK * leaning[..., None], NET, net)
    middle, third = pane.shape[1] // 2, pane.shape[0] // 3
    pane[:, middle - bar // 2 : middle + (bar + 1) // 2] *= 0.3
    pane[third : third + bar] *= 0.3
    pane[:bar] *= 0.5


def hang_door(surface: Field, box: Box, metre: float, rng: Rng) -> None:
    """Put a panelled door with a stone step where a pane of the ground floor was."""
    x0, y0, x1, _ = box
    sunk, foot = max(int(0.12 * metre), 1), surface.shape[0]
    surface[max(y0 - sunk, 0) :, max(x0 - sunk, 0) : x1 + sunk] = SILL
    leaf = surface[y0:, x0:x1]
    leaf[:] = rng.choice(DOORS)
    leaf[:, (x1 - x0) // 2 : (x1 - x0) // 2 + max(sunk // 3, 1)] *= 0.4
    surface[max(foot - 2 * sunk, 0) :, max(x0 - 2 * sunk, 0) : x1 + 2 * sunk] = FRAME


def set_openings(surface: Field, panes: list[Box], metre: float, light: Field, homely: bool, rng: Rng) -> Field:
    """Light a wall and cut its windows, and a door if it is homely; most lamps burn on the ground floor."""
    shutter = np.float32(rng.choice(SHUTTERS)) if rng.random() < 0.5 and homely else None
    ground = [box for box in panes if box[3] > surface.shape[0] - 2 * metre]
    door = ground.pop(int(rng.integers(len(ground)))) if ground and homely else None
    for box in panes:
        if box != door:
            frame_pane(surface, box, metre, shutter)
    if door:
        hang_door(surface, door, metre, rng)
    lit_wall = surface * light
    for box in panes:
        lit, (x0, y0, x1, y1) = rng.random() < (0.72 if box in ground else 0.30), box
        if box == door:
            y1 = y0 + (y1 - y0) // 3
        glaze(lit_wall[max(y0, 0) : y1, max(x0, 0) : x1], max(int(0.08 * metre), 1), lit, rng)
    return lit_wall
