"""The still life: fruit, a jug, a plate and a glass of wine on linen, in the light of one window at the left."""

from __future__ import annotations

import numpy as np

from samples.beads import Beads, Rods
from samples.camera import PHOTOGRAPH_WIDTH
from samples.darkroom import grain
from samples.fields import Field, Rng, table
from samples.fruit import (
    apple,
    apple_skin,
    bunch,
    grape_skin,
    half_lemon,
    half_lemon_skin,
    lemon,
    lemon_skin,
    pear,
    pear_skin,
)
from samples.interior import Wall, limewash, linen, walnut
from samples.light_paths import Film
from samples.linen import lay_cloth
from samples.materials import Material
from samples.noise import noise
from samples.rays import vector
from samples.room import Room
from samples.smoothing import smooth_light, without_sparks
from samples.splines import spline
from samples.table_camera import TableCamera, photograph
from samples.tabletop import Tabletop
from samples.tableware import clear_glass, glass, handle, jug, jug_glaze, pewter, plain, plate, white_wine, wine
from samples.turned import Turned, turn

CLOTH = 0.15
JUG, PLATE, GLASS = (-8, CLOTH, 9), (11, CLOTH, -11), (8.5, CLOTH, 9.5)
# Where things press the cloth down: x, z, radius and height.
PRESSED = (
    (-8, 9, 6.5, CLOTH),
    (11, -11, 8.0, CLOTH),
    (11, -11, 12.9, 0.9),
    (8.5, 9.5, 5.0, CLOTH),
    (-6, -13, 6.5, 0.3),
    (24.5, 3, 4.0, 0.3),
    (18, 8, 4.0, 0.3),
)
BUNCH = "-12 3.6 -6, -10 2.8 -9, -7 2.0 -12, -4 1.3 -15, -0.5 1.0 -18"
CAMERA = TableCamera((3, 34, -125), (1.8, 8.4, 0), 2.15, 1.6, 121)
Sticks = tuple[Field, Field, Field]


def stalk(fruit: Turned, height: float, length: float, thick: float) -> Sticks:
    """A bent stalk, thicker at its end, in the hollow of a fruit."""
    path = np.float32([[0, height, 0], [0.1, height + length / 2, 0.15], [0.4, height + length, 0.3]])
    path = spline(fruit.place + path @ fruit.turned.T, 7)
    return path[:-1], path[1:], np.linspace(thick * 0.8, thick * 1.25, 6).astype(np.float32)


def bark(rng: Rng) -> Material:
    """The skin of stalks."""
    tone = noise((256, 64), rng, 20, 1.2)
    return Material(np.float32((0.13, 0.085, 0.04)) * (1 + 0.25 * tone)[..., None], None, 0.03, 0.5)


def lay_fruit(rng: Rng) -> list[Turned]:
    """Apples, pears and lemons, each in its place, leaning and turned in its own way."""
    red, golden, green, yellow = apple_skin(rng, 0.35), apple_skin(rng, -0.75), pear_skin(rng), lemon_skin(rng)
    laid = (
        (apple(), red, (-19.8, 3.2, -1.0), (-14, -16, 60), 0.12, 0),
        (apple(), golden, (25.0, 3.15, 2.5), (24, -30, 200), 0.12, 0),
        (apple(), red, (17.6, 3.1, 7.5), (-20, 18, 320), 0.10, 0),
        (pear(), green, (-21.0, 3.1, -11.5), (72, 18, 140), 0.10, 0.012),
        (lemon(), yellow, (15.0, 3.55, -8.4), (68, -38, 0), 0.05, 0),
        (half_lemon(), half_lemon_skin(rng), (7.8, 2.95, -13.6), (-22, -52, 20), 0, 0),
    )
    return [
        Turned(body, skin, np.float32(place) + np.float32((0, CLOTH, 0)), turn(*lean), lumps, bend)
        for body, skin, place, lean, lumps, bend in laid
    ]


def lay_grapes(rng: Rng) -> tuple[Beads, Sticks]:
    """A bunch of grapes and its stem."""
    stem = spline(table(BUNCH), 40)
    places, radii = bunch(stem, 58, 1.1, rng)
    inner = stem[np.linalg.norm(places[:, None] - stem[None], axis=-1).argmin(1)]
    axes = inner - places
    axes /= np.maximum(np.linalg.norm(axes, axis=1, keepdims=True), 1e-6)
    tints = rng.uniform(0.85, 1.12, (58, 1)) * rng.uniform((0.92, 0.97, 0.8), (1.1, 1.0, 1.1), (58, 3))
    return Beads(places, radii, axes, tints.astype(np.float32), grape_skin(rng)), stem_rods(stem)


def stem_rods(stem: Field) -> Sticks:
    """A stem along a path."""
    return stem[:-1:3], stem[1::3], np.full(13, 0.17, np.float32)


def set_table(rng: Rng) -> Room:
    """Everything in its place."""
    fruit, (grapes, stem) = lay_fruit(rng), lay_grapes(rng)
    grown = {apple(): (2.3, 1.9), pear(): (5.0, 2.2)}
    stalks = [stalk(body, *grown[body.outline], 0.11) for body in fruit if body.outline in grown]
    ware = [
        Turned(jug(), jug_glaze(rng), np.float32(JUG), turn(0, 0, 75)),
        Turned(plate(), pewter(rng), np.float32(PLATE)),
    ]
    starts, stops, radii = handle(28)
    glazed = Material(plain(0.64, 0.63, 0.58), None, 0.05, 0.05)
    grip = Rods(starts + np.float32(JUG), stops + np.float32(JUG), radii, glazed)
    top = Tabletop(walnut(rng), linen(rng), lay_cloth(np.random.default_rng(5), PRESSED))
    standing = [*ware, grip, *fruit, grapes, *(Rods(*sticks, bark(rng)) for sticks in (*stalks, stem))]
    filled = ((glass(), clear_glass()), (wine(), white_wine()))
    clear = [(Turned(body, skin, np.float32(GLASS)), skin) for body, skin in filled]
    return Room([Wall(limewash(rng)), top], standing, clear, vector(-36, 0, -27), vector(36, 25, 26))


def develop_light(light: Field, exposure: float) -> Field:
    """Turn linear light into a photograph: the shoulder and toe of film, then the display's own curve."""
    x = light * exposure
    film = np.clip(x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14), 0, 1)
    return np.where(film < 0.0031308, film * 12.92, 1.055 * film ** (1 / 2.4) - 0.055)


def settle(film: Film, width: int, height: int) -> Field:
    """The light of a film, smoothed: matte surfaces apart from their colours, sheen less, what mirrors show hardly."""
    maps = {name: values.T.reshape(height, width, -1) for name, values in vars(film).items()}
    guide = np.concatenate([maps["normal"] * 6, maps["depth"] / 2], -1)
    albedo = np.maximum(maps["albedo"], 0.02)
    matte = smooth_light(without_sparks(maps["matte"] / albedo, 5), guide, 4, 1.2)
    sheen = smooth_light(without_sparks(maps["sheen"], 5), guide, 3, 1.2)
    return matte * albedo + sheen + smooth_light(without_sparks(maps["mirror"], 5), guide, 2, 0.6)


def finish(film: Film, width: int, height: int, rng: Rng) -> Field:
    """The photograph from a film's light."""
    return grain(develop_light(settle(film, width, height), 1.4), rng)


def still_life(rng: Rng, width: int = PHOTOGRAPH_WIDTH, passes: int = 18) -> Field:
    """A still life: fruit, a jug, a plate and a glass of wine on linen, in the light of one window."""
    height = round(width / 1.5)
    film = photograph(set_table(rng), CAMERA, (width, height), passes, rng)
    return finish(film, width, height, rng)
