"""Where one shot ends and the next begins, told from small pictures of the frames as they go by.

After PySceneDetect's AdaptiveDetector, the best on its own benchmark: a cut is a change of hue, saturation and value
that is large, and large against the changes around it, so that fast motion is none. A flash is no cut: behind it the
old shot goes on. A dissolve is none either: no single step of it is large.
"""

from __future__ import annotations

from array import array
from collections import deque

import numpy as np

from stylepipe.media.clip import Levels

_LARGE = 15.0  # levels of 255, mean over hue, saturation and value
_LARGE_AGAINST_OTHERS = 3.0
_NEIGHBOURS = 2  # steps on each side
_LONGEST_FLASH = 3  # frames
_RETURNED = 0.5  # of the steps into and out of a flash: the most that the frames around it may differ
_GREY = 16.0  # levels of mean saturation under which hue and saturation say nothing


class CutFinder:
    """Takes every frame of a clip in turn, as a small picture, and then says where its shots begin.

    It keeps four small pictures and one number a frame, whatever the clip's length.
    """

    def __init__(self) -> None:
        self._recent: deque[Levels] = deque(maxlen=_LONGEST_FLASH + 1)
        self._steps = array("f")  # how much each frame differs from the one before
        self._flashes: dict[int, int] = {}  # first frame -> first frame behind

    def add(self, picture: Levels) -> None:
        """Take the next frame: (h, w, 3) uint8 RGB, all of one size."""
        import cv2  # what only lists clips need not wait for it

        hsv: Levels = cv2.cvtColor(picture, cv2.COLOR_RGB2HSV)  # type: ignore[assignment]
        self._steps.append(_difference(self._recent[-1], hsv) if self._recent else 0.0)
        self._look_for_a_flash(hsv)
        self._recent.append(hsv)

    def flashes(self) -> tuple[int, ...]:
        """Give the frames that are flashes."""
        return tuple(frame for first, behind in sorted(self._flashes.items()) for frame in range(first, behind))

    def cuts(self) -> tuple[int, ...]:
        """Give the first frame of every shot but the first."""
        steps = np.array(self._steps)
        for first, behind in self._flashes.items():
            steps[[first, behind]] = 0
        return tuple(int(frame) for frame in np.flatnonzero(steps >= _LARGE) if _stands_out(steps, int(frame)))

    def _look_for_a_flash(self, hsv: Levels) -> None:
        """See whether the frame before a large step of late looks like this one: then that step led into a flash."""
        here = len(self._steps) - 1
        if self._steps[here] < _LARGE:
            return
        for length in range(1, min(_LONGEST_FLASH, len(self._recent) - 1) + 1):
            first = here - length
            smaller = min(self._steps[first], self._steps[here])
            free = not any(first <= behind for behind in self._flashes.values())
            if smaller >= _LARGE and free and _difference(self._recent[-1 - length], hsv) < _RETURNED * smaller:
                self._flashes[first] = here
                return


def _stands_out(steps: np.ndarray, frame: int) -> bool:
    around = [*steps[max(1, frame - _NEIGHBOURS) : frame], *steps[frame + 1 : frame + 1 + _NEIGHBOURS]]
    # A held drawing, or a repeated frame, makes a step of nothing that would let any motion stand out.
    moving = [step for step in around if step > 0]
    return not moving or float(steps[frame]) >= _LARGE_AGAINST_OTHERS * float(np.mean(moving))


def _difference(one: Levels, other: Levels) -> float:
    """Give the mean difference of two HSV pictures in levels; of grey ones, of their lightness alone."""
    import cv2

    apart = cv2.absdiff(one, other)
    hue = apart[..., 0]
    apart[..., 0] = cv2.min(hue, 180 - hue)  # hue is a circle of 180 steps
    by_channel = cv2.mean(apart)[:3]
    saturation = min(cv2.mean(one)[1], cv2.mean(other)[1])
    return float(by_channel[2] if saturation < _GREY else sum(by_channel) / 3)
