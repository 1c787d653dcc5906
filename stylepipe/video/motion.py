"""What moved from one frame to the next, and where that can be relied on."""

from __future__ import annotations

from dataclasses import dataclass

from stylepipe.video.fades import faded_like
from stylepipe.video.flow import Flow, Frame, backward_flow
from stylepipe.video.reliability import Reliability, reliability


@dataclass(frozen=True, eq=False)
class Motion:
    """The backward flow from a frame to an earlier one, (H, W, 2) in pixels, and how far it can be relied on."""

    flow: Flow
    reliable: Reliability


def motion_between(before: Frame, now: Frame) -> Motion:
    """Estimate how things came from one frame to another: flow there and back, and both judged; fades are seen through.

    Both (H, W, 3) uint8 of one size.
    """
    before = faded_like(before, now)
    backward, forward = backward_flow(now, before), backward_flow(before, now)
    return Motion(backward, reliability(backward, forward, now, before))
