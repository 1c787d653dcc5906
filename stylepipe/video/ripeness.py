"""Paint that is only just on the canvas is not held to.

What comes into view has had a few steps when the rest of the frame has had hundreds. Were it held to at once, it would
stay the half-painted photograph that it began as, all shot long.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stylepipe.video.flow import Flow, warp
from stylepipe.video.reliability import Reliability

RIPENS_IN = 6
"""Frames until new paint counts in full: with some 30 steps each, as many as a picture has at full size and more."""

Ripeness = NDArray[np.float32]
"""How far each pixel's paint is done, (H, W) in [0, 1]: 1 all over a shot's first frame, 0 where there is none yet."""


def carried(ripeness: Ripeness, flow: Flow, reliable: Reliability) -> Ripeness:
    """Give how ripe the last frame's paint is in this one's place; what was not seen before has none."""
    here: Ripeness = np.clip(warp(ripeness, flow, soft=True), 0, 1) * reliable.seen
    return here


def older(ripeness: Ripeness) -> Ripeness:
    """Give how ripe the paint is when one more frame has been painted over it."""
    ripened: Ripeness = np.minimum(ripeness + np.float32(1 / RIPENS_IN), np.float32(1))
    return ripened


def counted(ripeness: Ripeness) -> NDArray[np.float32]:
    """Give how much of the trust in each pixel counts: the cube, since a small share of the weight already holds."""
    counts: NDArray[np.float32] = ripeness**3
    return counts
