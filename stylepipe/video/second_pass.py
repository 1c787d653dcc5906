"""Going through a painted shot once more, backwards.

The first pass knows only what was before: what comes into view is painted in a hurry, and ripens over the frames that
follow. Backwards, its ripe paint is carried into the frames where it was new, and slow change is met from both ends
(the multi-pass algorithm of M. Ruder, A. Dosovitskiy, T. Brox, Artistic Style Transfer for Videos, GCPR 2016).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import torch

from stylepipe.video.flow import Picture, warp
from stylepipe.video.motion import Motion
from stylepipe.video.pixels import tensor_of
from stylepipe.video.preparation import PreparedFrame
from stylepipe.video.shot import (
    LEAST_SEEN,
    Easel,
    FrameFacts,
    PaintedFrame,
    apart,
    facts_of,
    gone_on,
    held_to,
    painting_of,
    share_of,
)
from stylepipe.video.shot_state import ShotState

BLEND = np.float32(0.5)
"""Share of the frame behind it in what a frame is painted from, where the motion holds; the paper's delta."""


def repaint_shot(
    frames: Iterable[tuple[PreparedFrame, Picture]], easel: Easel, state: ShotState
) -> Iterator[PaintedFrame]:
    """Paint the frames of one shot once more, from the last but one to the first: the last stays as it is.

    frames: in that order what `prepare_shot` makes of them, given the same state, each with its first pass's
    `underpainting`; a frame repeats where it is equal to the one behind it. state: of the first pass's last frame, or
    of the frame repainted last, to go on from there; what follows is then the same to the last bit. Only with
    `warm_start: flow` does it gain anything. Raises what `stylize` raises.
    """
    for frame, underpainting in frames:
        repainted = repaint_frame(frame, underpainting, easel, state)
        state = repainted.state
        yield repainted


def repaint_frame(frame: PreparedFrame, underpainting: Picture, easel: Easel, state: ShotState) -> PaintedFrame:
    """Paint one frame once more, from what it is and what the frame behind it has become."""
    if frame.repeats:
        return PaintedFrame(state.shown, FrameFacts("repeated"), state, underpainting)
    if frame.flash:
        return PaintedFrame(underpainting, FrameFacts("kept"), replace(state, shown=underpainting), underpainting)
    warped, trust = _behind(state.underpainting, frame.motion, underpainting)
    start = tensor_of(underpainting + BLEND * trust[..., None] * (warped - underpainting))
    hold, state = held_to(warped, torch.from_numpy(trust)[None, None], start, frame.content, easel, state)
    painting = painting_of(
        frame.content, state.opening, easel, start=start, hold=hold, iterations=easel.video.frame_iterations
    )
    facts = replace(facts_of("flow", painting, trusted=share_of(hold)), warp_error=apart(painting, warped, trust))
    return gone_on(painting, facts, frame.levels, state)


def _behind(painted: Picture, motion: Motion | None, own: Picture) -> tuple[Picture, Picture]:
    """Give the painting of the frame behind in a frame's place, and how far it can be trusted, (H, W); its own else."""
    if motion is None or motion.reliable.seen.mean() < LEAST_SEEN:
        return own, np.zeros(own.shape[:2], np.float32)
    return np.clip(warp(painted, motion.flow), 0, 1), motion.reliable.steady
