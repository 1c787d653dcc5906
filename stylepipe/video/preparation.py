"""What can be done for a frame before its turn to be painted comes: bringing it to size, and finding what moved.

None of it depends on paint, so it can run in a thread of its own, some frames ahead, and cost no time.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass

from torch import Tensor

from stylepipe.engine.pyramid import output_size
from stylepipe.engine.resize import resize
from stylepipe.spec.settings import Settings
from stylepipe.spec.video import VideoSettings
from stylepipe.video.flow import Frame
from stylepipe.video.motion import Motion, motion_between
from stylepipe.video.pixels import levels_of, tensor_of
from stylepipe.video.shot_state import ShotState


@dataclass(frozen=True, eq=False)
class ShotFrame:
    """A frame as read, (H, W, 3) uint8 RGB; whether it is equal to the one before; whether it is a flash."""

    pixels: Frame
    repeats: bool = False
    flash: bool = False


@dataclass(frozen=True, eq=False)
class PreparedFrame:
    """A frame of the painting's size.

    content: (1, 3, h, w) float, sRGB in [0, 1]. levels: the same rounded, (h, w, 3) uint8. motion: to the last frame
    before it that was no flash; None where none is needed. repeats, flash: as of the frame.
    """

    content: Tensor
    levels: Frame
    motion: Motion | None = None
    repeats: bool = False
    flash: bool = False


def prepare_shot(
    frames: Iterable[ShotFrame], settings: Settings, video: VideoSettings, state: ShotState | None = None
) -> Generator[PreparedFrame, None, None]:
    """Prepare the frames of one shot in turn for `paint_shot`, each as it is asked for.

    state: of the last frame painted, to go on behind it. A plain generator that keeps one frame and shares nothing, so
    that it may run in another thread than the painting, any number of frames ahead; it gives the same wherever it runs.
    """
    last = None if state is None else state.frame
    for frame in frames:
        content = tensor_of(frame.pixels)
        content = resize(content, *output_size(content.shape[2], content.shape[3], settings))
        levels = levels_of(content)
        motion = None
        if last is not None and not (frame.repeats or frame.flash) and video.warm_start == "flow":
            motion = motion_between(last, levels)
        yield PreparedFrame(content, levels, motion, frame.repeats, frame.flash)
        # The shot goes on behind a flash from the frame before it.
        if last is None or not (frame.repeats or frame.flash):
            last = levels
