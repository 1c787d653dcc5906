"""The picture before the first step."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from stylepipe.engine.regions import Style
from stylepipe.engine.resize import cover
from stylepipe.spec.settings import Settings


def starting_picture(content: Tensor, styles: Sequence[Style], settings: Settings, init: Tensor | None) -> Tensor:
    """Give the picture that `init` names, (1, 3, H, W) like the content, in [0, 1].

    init: the image to start from when the setting is a path. Noise is uniform in [0, 1], drawn on the CPU from `seed`,
    so that it is the same on every device and whatever was painted before.
    """
    if init is not None:
        return cover(init.to(content.device), *content.shape[2:])
    if settings.init == "style":
        return cover(styles[0].image.to(content.device), *content.shape[2:])
    if settings.init == "noise":
        return _noise(content, settings.seed)
    if settings.init.startswith("blend:"):
        return content.lerp(_noise(content, settings.seed), float(settings.init.removeprefix("blend:")))
    return content.clone()


def _noise(like: Tensor, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(like.shape, generator=generator, dtype=like.dtype).to(like.device)
