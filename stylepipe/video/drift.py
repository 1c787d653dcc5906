"""Whether a shot slowly becomes another picture: colours that creep, detail that fades from frame to frame.

Each frame is painted from the last, so a fault of a thousandth a frame is a different painting after a minute.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from stylepipe.video.flow import Picture

MOST_LIGHTER = 2.0
"""Mean lightness, of 100, by which a frame may differ from its shot's first; more is seen side by side."""
LEAST_SHARP = 0.6
"""Sharpness against the shot's first frame under which a frame looks soft."""
PULL = 0.01
"""Share of the way back to the first frame's colours that is taken each frame: too little to be seen as a step."""
MORE_ITERATIONS = 10
"""Steps added to a frame that has drifted, so that style can repair it."""


@dataclass(frozen=True, eq=False)
class Look:
    """What of a painted frame is compared: mean and spread of each CIELAB channel, (3,), and its sharpness."""

    mean: NDArray[np.float32]
    spread: NDArray[np.float32]
    sharpness: float


def look_of(picture: Picture) -> Look:
    """Measure a picture (H, W, 3) in [0, 1]."""
    lab = _lab(picture)
    return Look(lab.mean((0, 1)), lab.std((0, 1)), sharpness(picture))


def sharpness(picture: Picture) -> float:
    """Give the mean square of a picture's Laplacian, in grey of a range of 1: how much fine detail it has."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    return float(np.square(cv2.Laplacian(grey, cv2.CV_32F)).mean())


def has_drifted(now: Look, first: Look) -> bool:
    """Say whether a frame's look is no longer that of its shot's first."""
    return _is_lighter(now, first) or now.sharpness < LEAST_SHARP * first.sharpness


def led_back(picture: Picture, now: Look, first: Look) -> Picture:
    """Give a picture whose colours are a little nearer to the shot's first frame's, if they have crept away.

    now: the look of that picture. Mean and spread of each channel move by PULL of what they are off.
    """
    if not _is_lighter(now, first):
        return picture
    mean = now.mean + PULL * (first.mean - now.mean)
    spread = now.spread + PULL * (first.spread - now.spread)
    lab = (_lab(picture) - now.mean) / np.maximum(now.spread, 1e-3) * spread + mean
    back: Picture = np.clip(cv2.cvtColor(lab.astype(np.float32), cv2.COLOR_LAB2RGB), 0, 1).astype(np.float32)
    return back


def _is_lighter(now: Look, first: Look) -> bool:
    return bool(abs(now.mean[0] - first.mean[0]) > MOST_LIGHTER)


def _lab(picture: Picture) -> NDArray[np.float32]:
    lab = cv2.cvtColor(picture, cv2.COLOR_RGB2LAB)
    return np.asarray(lab, np.float32)
