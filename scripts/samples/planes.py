"""Textured planes: pictures hung on quadrilaterals in space, seen through the haze."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import ArrayLike

from samples.camera import Camera
from samples.compositing import lay_over, mix
from samples.evening_light import HAZE
from samples.fields import Field

NEAREST = 4.0


@dataclass(frozen=True, eq=False)
class Sheet:
    """A premultiplied RGBA texture on a quadrilateral in space: top left, top right, bottom right, bottom left."""

    corners: Field
    texture: Field


def in_haze(texture: Field, share: float) -> Field:
    """An RGBA texture as it looks through the haze, premultiplied."""
    cover = texture[..., 3:]
    return np.concatenate([mix(texture[..., :3], HAZE, share), np.ones_like(cover)], -1) * cover


def haze_before(distance: float) -> float:
    """The share of haze in what is seen of a thing so many metres away."""
    return float(1 - np.exp(-max(distance - 40, 0) / 620))


def sheet(corners: ArrayLike, texture: Field) -> Sheet:
    """Hang a texture on four corners, in as much haze as they are far from the quay's water."""
    corners = np.asarray(corners, np.float32)
    return Sheet(corners, in_haze(texture, haze_before(float(corners[:, 2].mean()))))


def warp_between(start: Field, stop: Field) -> Field:
    """The homography that takes four spots to four others."""
    return cv2.getPerspectiveTransform(start.astype(np.float32), stop.astype(np.float32))


def shrink_to(texture: Field, spots: Field) -> Field:
    """Shrink a texture to the pixels it gets on its longer sides: what is left out by sampling would flicker."""
    sides = np.linalg.norm(spots - np.roll(spots, -1, axis=0), axis=-1)
    wide, high = (max(int(np.ceil(max(sides[i], sides[i + 2]))), 1) for i in (0, 1))
    size = min(wide, texture.shape[1]), min(high, texture.shape[0])
    return texture if size == texture.shape[1::-1] else cv2.resize(texture, size, interpolation=cv2.INTER_AREA)


def hang(canvas: Field, camera: Camera, hung: Sheet) -> tuple[slice, slice, Field] | None:
    """Draw a sheet; where it fell on the canvas, and how much it covers there."""
    if camera.view(hung.corners)[:, 2].min() < NEAREST:
        return None
    spots = camera.project(hung.corners)
    left, top = np.floor(np.maximum(spots.min(0), -8)).astype(int)
    right, low = np.ceil(np.minimum(spots.max(0), (camera.width + 8, camera.height + 8))).astype(int)
    if right <= max(left, 0) or low <= max(top, 0) or left >= camera.width or top >= camera.height:
        return None
    texture = shrink_to(hung.texture, spots)
    height, width = texture.shape[:2]
    frame = np.float32(((0, 0), (width, 0), (width, height), (0, height))) - 0.5
    warp = warp_between(frame, spots - np.float32((left, top)))
    sprite = cv2.warpPerspective(texture, warp, (right - left, low - top), flags=cv2.INTER_LINEAR)
    lay_over(canvas, sprite, left, top)
    y0, x0 = max(top, 0), max(left, 0)
    cover = sprite[y0 - top : camera.height - top, x0 - left : camera.width - left, 3]
    return slice(y0, y0 + cover.shape[0]), slice(x0, x0 + cover.shape[1]), cover
