"""Textured planes: a picture hung on a quadrilateral in space, seen through the haze."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import ArrayLike

from samples.camera import SCENE_HEIGHT, SCENE_WIDTH, Camera
from samples.compositing import lay_over, mix
from samples.evening_light import HAZE
from samples.fields import Field


def hang(canvas: Field, camera: Camera, corners: ArrayLike, texture: Field) -> None:
    """Draw an RGBA texture on a quadrilateral in space (top left, top right, bottom right, bottom left)."""
    corners = np.asarray(corners, np.float32)
    if corners[:, 2].min() < 4:
        return
    spots = camera.project(corners)
    left, top = np.floor(np.maximum(spots.min(0), -8)).astype(int)
    right, low = np.ceil(np.minimum(spots.max(0), (SCENE_WIDTH + 8, SCENE_HEIGHT + 8))).astype(int)
    if right - left < 1 or low - top < 1:
        return
    height, width = texture.shape[:2]
    frame = np.float32(((0, 0), (width, 0), (width, height), (0, height)))
    haze = 1 - np.exp(-max(float(corners[:, 2].mean()) - 40, 0) / 620)
    sheet = np.concatenate([mix(texture[..., :3], HAZE, haze), np.ones_like(texture[..., :1])], -1) * texture[..., 3:]
    warp = cv2.getPerspectiveTransform(frame, spots - np.float32((left, top)))
    lay_over(canvas, cv2.warpPerspective(sheet, warp, (right - left, low - top), flags=cv2.INTER_LINEAR), left, top)
