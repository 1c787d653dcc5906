"""The pixels of a frame as torch, OpenCV and a file want them."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stylepipe.video.flow import Frame, Picture


def tensor_of(image: NDArray[np.uint8] | NDArray[np.float32]) -> Tensor:
    """Give levels or a picture (H, W, 3) as (1, 3, H, W) float in [0, 1]."""
    # A copy, because frames out of a pipe are read-only, which torch does not like.
    tensor = torch.from_numpy(np.array(image, order="C")).permute(2, 0, 1)[None]
    return tensor.float().div(255).contiguous() if image.dtype == np.uint8 else tensor.float().contiguous()


def picture_of(image: Tensor) -> Picture:
    """Give a tensor (1, 3, H, W) as a picture (H, W, 3)."""
    picture: Picture = image[0].permute(1, 2, 0).contiguous().cpu().numpy()
    return picture


def levels_of(image: Tensor) -> Frame:
    """Give a tensor (1, 3, H, W) in [0, 1] as levels (H, W, 3)."""
    levels: Frame = np.rint(255 * picture_of(image)).astype(np.uint8)
    return levels
