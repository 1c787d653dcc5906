"""What a frame is painted from, given the last painted one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stylepipe.video.flow import Flow, Frame, Picture, warp
from stylepipe.video.reliability import Reliability


@dataclass(frozen=True, eq=False)
class WarmStart:
    """Where the optimisation of a frame begins, and what holds it to the last one.

    start: (H, W, 3) in [0, 1]. warped: the last painted frame brought into this one's place, which the temporal loss
    compares with. trust: (H, W) in [0, 1], how much each pixel counts there.
    """

    start: Picture
    warped: Picture
    trust: NDArray[np.float32]


def warm_start(painted: Picture, frame: Frame, flow: Flow, reliable: Reliability) -> WarmStart:
    """Bring the last painted frame into place, and fill what was uncovered with the frame in the painting's colours.

    painted: (H, W, 3) float32 in [0, 1]. flow: backward, from the frame to the one that was painted.
    """
    warped = np.clip(warp(painted, flow), 0, 1)
    seen = reliable.seen[..., None]
    start = seen * warped + (1 - seen) * in_colours_of(painted, frame)
    return WarmStart(start, warped, reliable.steady)


def in_colours_of(painted: Picture, frame: Frame) -> Picture:
    """Give a frame with the mean and spread of each channel moved to the painting's: plain pixels would pop out.

    Returns (H, W, 3) float32 in [0, 1].
    """
    pixels = frame.astype(np.float32) / 255
    mean, spread = pixels.mean((0, 1)), pixels.std((0, 1))
    moved = (pixels - mean) / np.maximum(spread, 1e-3) * painted.std((0, 1)) + painted.mean((0, 1))
    clipped: Picture = np.clip(moved, 0, 1).astype(np.float32)
    return clipped
