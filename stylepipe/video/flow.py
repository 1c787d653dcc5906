"""Optical flow between two frames, and pictures moved along it.

All flow here is backward: at a pixel of a frame it points to where the same thing was in the earlier frame, so that the
earlier frame's picture can be brought into the later frame's place by looking up, with no holes.
"""

from __future__ import annotations

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

Frame = NDArray[np.uint8]
"""A frame as read, (H, W, 3) RGB."""

Picture = NDArray[np.float32]
"""A painted frame, (H, W, 3) RGB in [0, 1]."""

Flow = NDArray[np.float32]
"""Backward flow, (H, W, 2), x and y in pixels."""

LARGEST = 2048
"""Longest side in pixels that flow is computed at; larger frames are halved first, which finds as much."""

SMALLEST = 64
"""Shortest side in pixels that the search needs, since it looks at patches on coarser and coarser copies."""


def backward_flow(frame: Frame, earlier: Frame) -> Flow:
    """Estimate where each pixel of a frame was in an earlier one, by dense inverse search (Kroeger et al., ECCV 2016).

    Both (H, W, 3) uint8 of one size.
    """
    now, before = (cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) for image in (frame, earlier))
    height, width = now.shape
    shrink = 1
    while max(height, width) / shrink > LARGEST:
        shrink *= 2
    if shrink == 1:
        return _search(now, before)
    size = (-(-width // shrink), -(-height // shrink))
    coarse = _search(*(cv2.resize(image, size, interpolation=cv2.INTER_AREA) for image in (now, before)))
    flow = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(flow * (width / size[0], height / size[1]), np.float32)


def _search(now: MatLike, before: MatLike) -> Flow:
    height, width = now.shape
    below, right = max(0, SMALLEST - height), max(0, SMALLEST - width)
    if below or right:
        now, before = (cv2.copyMakeBorder(i, 0, below, 0, right, cv2.BORDER_REPLICATE) for i in (now, before))
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    flow = search.calc(now, before, np.zeros((*now.shape, 2), np.float32))
    return np.asarray(flow[:height, :width], np.float32)


def warp(picture: NDArray[np.float32], flow: Flow, *, soft: bool = False) -> NDArray[np.float32]:
    """Bring a picture (H, W) or (H, W, C) of the earlier frame into the later frame's place.

    Lanczos over 8 pixels, because a linear warp loses two thirds of the finest detail each time and a clip is warped
    hundreds of times; `soft` is linear, for masks and flows. Beyond the border the nearest pixel goes on.
    """
    row, column = np.indices(flow.shape[:2], dtype=np.float32)
    how = cv2.INTER_LINEAR if soft else cv2.INTER_LANCZOS4
    moved = cv2.remap(picture, column + flow[..., 0], row + flow[..., 1], how, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, np.float32)
