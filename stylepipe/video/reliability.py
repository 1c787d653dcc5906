"""Where a flow can be relied on: M. Ruder, A. Dosovitskiy, T. Brox, Artistic Style Transfer for Videos, GCPR 2016.

A pixel of a frame has no counterpart in the earlier one when something uncovered it, and none that can be named at the
edge of a moving thing. Painted there, the old picture would leave a ghost.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from stylepipe.video.flow import Flow, Frame, warp

MOST_CHANGE = 0.12
"""Mean difference of RGB in [0, 1] between a frame and the earlier one brought into its place, beyond which the flow is
taken to be wrong, whatever it says itself."""


@dataclass(frozen=True, eq=False)
class Reliability:
    """How far a backward flow can be relied on, each (H, W) float32 in [0, 1].

    seen: the earlier frame shows the same thing. steady: it does, and no motion boundary is near: what the temporal
    loss counts.
    """

    seen: NDArray[np.float32]
    steady: NDArray[np.float32]


def reliability(backward: Flow, forward: Flow, frame: Frame, earlier: Frame) -> Reliability:
    """Judge a backward flow by the forward one, by its own edges, and by what it makes of the frames.

    backward: from the frame to the earlier one; forward: the other way; both (H, W, 2) in pixels.
    """
    hidden = ~_inside(backward) | _inconsistent(backward, forward) | _changed(backward, frame, earlier)
    # Hidden pixels count below zero, so that they eat into their surroundings when the mask is softened.
    seen = np.where(hidden, np.float32(-1), np.float32(1))
    steady = np.where(~hidden & _at_motion_boundary(backward), np.float32(0), seen)
    return Reliability(_soften(seen), _soften(steady))


def _soften(mask: NDArray[np.float32]) -> NDArray[np.float32]:
    softened: NDArray[np.float32] = np.clip(cv2.GaussianBlur(mask, (5, 5), 0.8), 0, 1)
    return softened


def _inside(flow: Flow) -> NDArray[np.bool_]:
    height, width = flow.shape[:2]
    row, column = np.indices((height, width), dtype=np.float32)
    x, y = column + flow[..., 0], row + flow[..., 1]
    inside: NDArray[np.bool_] = (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    return inside


def _inconsistent(backward: Flow, forward: Flow) -> NDArray[np.bool_]:
    """Say where going back and forth again does not lead home (Ruder et al., section 3; Sundaram et al., ECCV 2010)."""
    returning = warp(forward, backward, soft=True)
    astray: NDArray[np.bool_] = (
        _squared(backward + returning) >= 0.01 * (_squared(backward) + _squared(returning)) + 0.5
    )
    return astray


def _at_motion_boundary(flow: Flow) -> NDArray[np.bool_]:
    kernel = np.array([[-0.5, 0, 0.5]], np.float32)
    slopes = sum(_squared(cv2.filter2D(flow, -1, k, borderType=cv2.BORDER_REPLICATE)) for k in (kernel, kernel.T))
    boundary: NDArray[np.bool_] = slopes > 0.01 * _squared(flow) + 0.002
    return boundary


def _changed(backward: Flow, frame: Frame, earlier: Frame) -> NDArray[np.bool_]:
    """Say where the frame does not look like the earlier one brought into its place, be the flow ever so consistent."""
    now, before = (image.astype(np.float32) / np.float32(255) for image in (frame, earlier))
    difference = cv2.blur(np.abs(warp(before, backward, soft=True) - now).mean(2), (3, 3))
    changed: NDArray[np.bool_] = difference > MOST_CHANGE
    return changed


def _squared(vectors: MatLike) -> NDArray[np.float32]:
    squared: NDArray[np.float32] = np.square(vectors).sum(2)
    return squared
