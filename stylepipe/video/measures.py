"""How steady a painted clip is, and what that has cost: the measures by which ways of painting clips are compared.

Steadiness alone rewards blur, so it is always told together with sharpness.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stylepipe.video.drift import sharpness
from stylepipe.video.flow import Flow, Picture, warp

Valid = NDArray[np.bool_]
"""Where a flow holds, (H, W)."""


def warp_error(painted: Picture, earlier: Picture, flow: Flow, valid: Valid) -> float:
    """Give how much a painted frame differs from an earlier one brought into its place: 0 when paint sticks to things.

    E_warp of W.-S. Lai et al., Learning Blind Video Temporal Consistency, ECCV 2018, with backward flow: the mean over
    valid pixels and their three channels, of a range of 1, of the squared difference; theirs and many other papers' sum
    over channels is three times that. NaN when nothing is valid. The earlier frame is moved by Lanczos, since a linear
    warp would charge fine detail for its own blur. flow: from the frame to the earlier one.
    """
    return difference(painted, np.clip(warp(earlier, flow), 0, 1), valid)


def difference(painted: Picture, warped: Picture, valid: Valid) -> float:
    """Give E_warp of a painted frame and an earlier one that is in its place already; see `warp_error`."""
    if not valid.any():
        return float("nan")
    return float(np.square(warped[valid] - painted[valid], dtype=np.float64).mean())


def chained(flow: Flow, valid: Valid, before: Flow, valid_before: Valid) -> tuple[Flow, Valid]:
    """Give the flow over two steps of a clip, and where it holds: for errors over k frames, which show drift.

    flow: from a frame to the one before; before: from there on back.
    """
    there = warp(before, flow, soft=True)
    holds = valid & (warp(valid_before.astype(np.float32), flow, soft=True) > 0.999)
    height, width = valid.shape
    row, column = np.indices((height, width), dtype=np.float32)
    x, y = column + flow[..., 0], row + flow[..., 1]
    inside = (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    return flow + there, holds & inside


def sharpness_ratio(painted: Picture, reference: Picture) -> float:
    """Give a painted frame's sharpness against another painting's of the same frame, such as one made on its own."""
    return sharpness(painted) / max(sharpness(reference), 1e-12)
