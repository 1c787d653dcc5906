"""Painting without files: arrays or tensors in, the same kind out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stylepipe.batch.devices import choose_device
from stylepipe.batch.memory import with_allowance
from stylepipe.batch.networks import Networks
from stylepipe.engine.painting import Step
from stylepipe.engine.regions import Style
from stylepipe.engine.stylize import stylize as paint
from stylepipe.errors import UsageError
from stylepipe.spec.document import given
from stylepipe.spec.presets import load_preset
from stylepipe.spec.problems import Complaint
from stylepipe.spec.settings import Masks, Settings, is_image_init, settings_problems
from stylepipe.video.pixels import levels_of, tensor_of
from stylepipe.video.preparation import ShotFrame, prepare_shot
from stylepipe.video.shot import Easel, FrameFacts, paint_frame
from stylepipe.video.shot_state import ShotState

Image: TypeAlias = NDArray[np.uint8] | NDArray[np.floating] | Tensor
"""An sRGB picture: an array (H, W, 3), uint8 or float in [0, 1], or a tensor (3, H, W) or (1, 3, H, W) in [0, 1]."""


def stylize(
    content: Image,
    styles: Image | Sequence[Image | tuple[Image, float]],
    settings: Settings | None = None,
    on_step: Callable[[Step], None] | None = None,
    *,
    device: str = "auto",
) -> Image:
    """Paint a photograph in the style of one or several artworks, each with a weight if it comes as a pair; all RGB.

    Returns a picture of the content's kind: uint8 for uint8, float in [0, 1] for float, a tensor of its shape for a
    tensor. A preset lies under the settings that are given beside it. on_step is told every iteration and may raise to
    stop. Raises UsageError for settings or pictures that cannot be meant, ItemError when there is no way to paint them,
    EnvironmentLacksError when weights or device are missing.
    """
    settings = _resolved(settings or Settings())
    network = with_allowance(Networks(choose_device(device)).network(settings), settings)
    painting = paint(_tensor(content), _styles(styles), settings, network, on_step=on_step)
    return _like(content, painting.picture)


_OF_ARRAYS = {"warm_start", "temporal_weight", "frame_iterations", "frame_tolerance", "scene_cuts"}
"""Settings of clips that mean something without files."""


def stylize_clip(
    frames: Iterable[Image],
    styles: Image | Sequence[Image | tuple[Image, float]],
    settings: Settings | None = None,
    on_frame: Callable[[FrameFacts], None] | None = None,
    *,
    device: str = "auto",
) -> Iterator[Image]:
    """Paint the frames of a clip in turn, each from the last one, and give each as soon as it is painted.

    frames: pictures of one size, which are counted in steps of 1/255. A shot begins at the numbers that
    `video.scene_cuts` lists, and wherever a frame shows next to nothing of the one before. on_frame is told how each
    was painted. Otherwise as `stylize`; what is wrong with a frame is raised when its turn comes.
    """
    settings = _resolved(settings or Settings())
    other = settings.video.model_fields_set - _OF_ARRAYS
    if other:
        raise UsageError(f"video.{min(other)}: is for clips in files, not for arrays")
    network = with_allowance(Networks(choose_device(device)).network(settings), settings)
    easel = Easel(_styles(styles), settings, settings.video, network)
    return _painted(frames, easel, on_frame)


def _painted(frames: Iterable[Image], easel: Easel, on_frame: Callable[[FrameFacts], None] | None) -> Iterator[Image]:
    state: ShotState | None = None
    last: NDArray[np.uint8] | None = None
    cuts = easel.video.scene_cuts if isinstance(easel.video.scene_cuts, tuple) else ()
    for number, frame in enumerate(frames):
        levels = levels_of(_tensor(frame))
        if last is not None and levels.shape != last.shape:
            raise UsageError(f"frame {number} is of another size than the one before")
        state = None if number in cuts else state
        repeats = state is not None and last is not None and np.array_equal(levels, last)
        (prepared,) = prepare_shot([ShotFrame(levels, repeats)], easel.settings, easel.video, state)
        painted = paint_frame(prepared, easel, state)
        state, last = painted.state, levels
        if on_frame is not None:
            on_frame(painted.facts)
        yield _like(frame, tensor_of(painted.picture))


def _resolved(settings: Settings) -> Settings:
    """Put the preset under the settings; refuse those that only mean something where there are files."""
    if settings.preset is not None:
        try:
            preset = load_preset(settings.preset)
        except Complaint as complaint:
            raise UsageError(f"preset: {complaint.message}") from None
        settings = preset.model_copy(update=given(settings))
    problems = settings_problems(settings)
    problems += [(key, "is for job files, not for arrays") for key in _about_files(settings)]
    if problems:
        raise UsageError("; ".join(f"{key}: {message}" for key, message in problems))
    return settings


def _about_files(settings: Settings) -> list[str]:
    asked = {
        "init": is_image_init(settings.init),
        "masks": settings.masks != Masks(),
        "snapshots": settings.snapshots != (),
        "timeout": settings.timeout is not None,
    }
    return [key for key, is_asked in asked.items() if is_asked]


def _styles(styles: Image | Sequence[Image | tuple[Image, float]]) -> list[Style]:
    if not isinstance(styles, list | tuple) or (isinstance(styles, tuple) and isinstance(styles[-1], int | float)):
        styles = [styles]  # type: ignore[list-item]
    pairs = [style if isinstance(style, tuple) else (style, 1.0) for style in styles]
    if not pairs or not all(math.isfinite(weight) and weight >= 0 for _, weight in pairs):
        raise UsageError("at least one artwork is needed, each with a weight of 0 or more")
    return [Style(_tensor(image), float(weight)) for image, weight in pairs]


def _tensor(image: Image) -> Tensor:
    if isinstance(image, Tensor):
        tensor = image if image.ndim == 4 else image[None]
        if tensor.ndim != 4 or tensor.shape[:2] != (1, 3) or not tensor.is_floating_point() or not tensor.numel():
            raise UsageError(
                "a picture as a tensor is float and (3, H, W) or (1, 3, H, W), "
                f"not {str(tensor.dtype).removeprefix('torch.')} and {tuple(image.shape)}"
            )
        return _in_range(tensor.detach().float())
    array = np.asarray(image)
    known = array.dtype == np.uint8 or array.dtype.kind == "f"
    if array.ndim != 3 or array.shape[2] != 3 or not known or not array.size:
        raise UsageError(
            f"a picture as an array is (H, W, 3), uint8 or float in [0, 1], not {array.shape} {array.dtype}"
        )
    scale = 255.0 if array.dtype == np.uint8 else 1.0
    planes = np.ascontiguousarray(array.transpose(2, 0, 1), dtype=np.float32) / np.float32(scale)
    return _in_range(torch.from_numpy(planes)[None])


def _in_range(picture: Tensor) -> Tensor:
    """Clip what a resampling filter overshoots; refuse other units, such as 0 to 255, and what is no number."""
    low, high = float(picture.min()), float(picture.max())
    if not (low >= -0.1 and high <= 1.1):  # also when one of them is NaN
        raise UsageError(f"a picture of floats is in [0, 1], 0 black and 1 white, not from {low:g} to {high:g}")
    return picture.clamp(0, 1)


def _like(given: Image, picture: Tensor) -> Image:
    if isinstance(given, Tensor):
        picture = picture.to(given.device, given.dtype)
        return picture if given.ndim == 4 else picture[0]
    pixels: NDArray[np.float32] = picture[0].permute(1, 2, 0).cpu().numpy()
    if np.asarray(given).dtype == np.uint8:
        return np.rint(pixels * 255).astype(np.uint8)
    return pixels.astype(np.asarray(given).dtype)
