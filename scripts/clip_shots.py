"""Pieces of clips to measure on: a few frames, and the motion between them by which steadiness is judged.

The sample clip's motion is known from the geometry of its scene. That of any other clip is estimated, by the same
search that the painter uses, and counts where Ruder's mask calls it steady: all ways of painting are judged by the same
motion, but the ones that use it are judged by what they know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from clip_flow import ClipFlow

from stylepipe.media.clip_input import open_clip
from stylepipe.spec.settings import Settings
from stylepipe.spec.video import VideoSettings
from stylepipe.video.flow import Flow, Frame, Picture
from stylepipe.video.measures import Valid, chained, warp_error
from stylepipe.video.motion import motion_between
from stylepipe.video.preparation import PreparedFrame, ShotFrame, prepare_shot

SAMPLE = Path(__file__).parent.parent / "samples" / "clips" / "harbour.mp4"
FIRST, STRIDE = 16, 2
"""Frame of the sample clip at which its camera pans fast, and every how many-th frame is painted."""
LONG = 5
"""Frames over which slow change is measured."""

Step = tuple[Flow, Valid]
"""Backward flow to the frame before, and where it holds."""


@dataclass(frozen=True, eq=False)
class ClipShot:
    """Frames of a clip as read, and which they are."""

    name: str
    numbers: range
    frames: Sequence[Frame]
    known: bool

    def steps(self, settings: Settings) -> list[Step]:
        """Give the motion from each frame but the first to the one before it, in pixels of the painting."""
        prepared = list(prepare_shot(map(ShotFrame, self.frames), settings, VideoSettings(warm_start="none")))
        return _true_steps(self.numbers, prepared[0].levels) if self.known else _estimated(prepared)

    def own_errors(self, settings: Settings, steps: list[Step]) -> tuple[float, float]:
        """Give E_warp and E_warp5 of the frames themselves: noise, light that changes, and what the motion misses."""
        prepared = prepare_shot(map(ShotFrame, self.frames), settings, VideoSettings(warm_start="none"))
        pictures = [one.levels.astype(np.float32) / 255 for one in prepared]
        return float(np.nanmean(errors(pictures, steps))), float(np.nanmean(errors(pictures, steps, over=LONG)))


def sample_shot(count: int) -> ClipShot:
    """Take frames of the sample clip, whose true motion is known."""
    return _shot(SAMPLE, range(FIRST, FIRST + count * STRIDE, STRIDE), known=True)


def shots_of(folder: Path, count: int) -> list[ClipShot]:
    """Take consecutive frames from a third of each clip in a folder on; their motion is estimated."""
    shots = []
    for clip in sorted(folder.iterdir()):
        length = sum(1 for _ in open_clip(clip))
        shots.append(_shot(clip, range(length // 3, min(length // 3 + count, length)), known=False))
    return shots


def errors(pictures: Sequence[Picture], steps: Sequence[Step], over: int = 1) -> list[float]:
    """Give the warp error of each picture against the one `over` frames before it, which the first ones do not have."""
    found = []
    for number in range(over, len(pictures)):
        flow, valid = steps[number - 1]
        for between in range(number - 2, number - over - 1, -1):
            flow, valid = chained(flow, valid, *steps[between])
        found.append(warp_error(pictures[number], pictures[number - over], flow, valid))
    return found


def _shot(clip: Path, numbers: range, *, known: bool) -> ClipShot:
    frames = [pixels for number, _, pixels in open_clip(clip) if number in numbers]
    return ClipShot(clip.name, numbers, frames, known)


def _estimated(prepared: Sequence[PreparedFrame]) -> list[Step]:
    motions = [motion_between(a.levels, b.levels) for a, b in pairwise(prepared)]
    return [(motion.flow, motion.reliable.steady > 0.5) for motion in motions]


def _true_steps(numbers: range, levels: Frame) -> list[Step]:
    known = ClipFlow()
    steps = []
    for number in numbers[1:]:
        flow, valid = known[number]
        for between in range(number - 1, number - numbers.step, -1):
            flow, valid = chained(flow, valid, *known[between])
        steps.append(_at_size(flow, valid, *levels.shape[1::-1]))
    return steps


def _at_size(flow: Flow, valid: Valid, width: int, height: int) -> Step:
    share = np.array([width / flow.shape[1], height / flow.shape[0]], np.float32)
    small = cv2.resize(flow, (width, height), interpolation=cv2.INTER_AREA) * share
    covered = cv2.resize(valid.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
    return small, covered > 0.999
