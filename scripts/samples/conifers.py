"""Conifers by the thousand: where they grow, and each drawn as a sprite where the land does not hide it."""

from __future__ import annotations

import cv2
import numpy as np

from samples.camera import Camera
from samples.compositing import lay_over
from samples.fields import Field, Rng
from samples.noise import noise
from samples.terrain import CELL, LAND, SUN_LIGHT, Land


def conifer(rng: Rng) -> Field:
    """A conifer's sprite: tiers of drooping branches, lit from the left, RGBA."""
    tree = np.zeros((192, 96, 4), np.float32)
    lean = rng.uniform(0.8, 1.15)
    cv2.line(tree, (48, 6), (48, 191), (0.05, 0.035, 0.025, 1.0), 3)
    for row in np.arange(182, 6, -2.4):
        reach = (row / 190) ** 0.85 * 40 * lean * rng.uniform(0.55, 1.1)
        for side in rng.permutation((-1, 1, -0.5, 0.5)):
            tip = (int(48 + side * reach), int(row + abs(side) * reach * 0.28 + rng.uniform(-2, 3)))
            glow = rng.uniform(0.6, 1.2) * (1.25 - 0.6 * side) * (0.65 + 0.5 * (1 - row / 190))
            cv2.line(tree, (48, int(row)), tip, (0.055 * glow, 0.085 * glow, 0.035 * glow, 1.0), rng.integers(2, 5))
    return cv2.GaussianBlur(tree, (0, 0), 0.8)


def plant_forest(land: Land, shore: Field, rng: Rng) -> Field:
    """Places (x, y, z) of trees: thick near the shore, thinning with height and slope."""
    cells = rng.uniform(1, LAND - 2, (330000, 2)).astype(np.float32)
    row, column = cells.astype(int).T
    slope = np.hypot(*(axis[row, column] for axis in np.gradient(land.height, CELL)))
    height, groves = land.height[row, column], noise((LAND, LAND), rng, 90, 1.6)[row, column]
    wooded = (height > 1.5) & (slope < 1.3) & (height + 120 * groves + rng.normal(0, 40, len(row)) < 430)
    x, z = (cells[:, 1] - LAND / 2) * CELL, cells[:, 0] * CELL
    keep = wooded & (groves > -0.9) & (z > 330) & (np.abs(x) < z * 0.53 + 20) & (shore[row, column] > 3)
    return np.stack([x, height, z], -1)[keep]


def draw_forest(canvas: Field, depth: Field, camera: Camera, trees: Field) -> None:
    """Draw every tree from far to near where the land does not hide it, and note its distance."""
    rng = np.random.default_rng(17)
    sprites = [conifer(rng) for _ in range(7)]
    sizes, kinds = rng.uniform(9, 25, len(trees)), rng.integers(7, size=len(trees))
    tones = rng.uniform(0.65, 1.4, (len(trees), 1)) * SUN_LIGHT
    tones[:, 0] *= 1 + 0.25 * (rng.random(len(trees)) - 0.4)
    spots = camera.project(trees)
    for i in np.argsort(-trees[:, 2], kind="stable"):
        z, high = trees[i, 2], int(camera.focal * sizes[i] / trees[i, 2])
        wide, top = max(high // 2, 1), int(spots[i, 1]) - high
        column, row = int(spots[i, 0]), min(int(spots[i, 1]) - high // 2, camera.height - 1)
        left = column - wide // 2
        if high < 3 or not 0 <= column < camera.width or row < 0 or 0 < depth[row, column] < z - 25:
            continue
        sprite = cv2.resize(sprites[kinds[i]], (wide, high), interpolation=cv2.INTER_AREA)
        sprite[..., :3] *= tones[i].astype(np.float32)
        lay_over(canvas, sprite, left, top)
        core = depth[max(top + high // 4, 0) : top + high, max(left + wide // 3, 0) : max(left + wide - wide // 3, 0)]
        core[(core == 0) | (core > z)] = z
