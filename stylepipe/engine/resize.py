"""Pictures and masks at another size."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor


def resize(image: Tensor, height: int, width: int) -> Tensor:
    """Give a picture at another size, antialiased, so that shrinking leaves no moiré that would be painted as texture.

    image: (B, C, H, W) float in [0, 1]. Returns (B, C, height, width), contiguous, in [0, 1].
    """
    if image.shape[2:] == (height, width):
        return image.contiguous()
    resized = F.interpolate(image, (height, width), mode="bicubic", antialias=True, align_corners=False)
    return resized.clamp_(0, 1).contiguous()


def halve(image: Tensor) -> Tensor:
    """Give a picture at half its size, each pixel the mean of four; an odd last row or column is left out."""
    return F.avg_pool2d(image, 2)


def extend(image: Tensor, margin: int) -> Tensor:
    """Continue a picture or mask beyond its border, mirrored, as far as it reaches and then evenly."""
    mirrored = min(margin, *(side - 1 for side in image.shape[2:]))
    image = F.pad(image, (mirrored,) * 4, mode="reflect")
    return F.pad(image, (margin - mirrored,) * 4, mode="replicate")


@dataclass(frozen=True, eq=False)
class Extended:
    """A picture as `extend` continues it, of which only pieces are made."""

    picture: Tensor
    margin: int

    def piece(self, rows: slice, columns: slice) -> Tensor:
        """Give some rows and columns of the whole, counted from the margin's border."""
        height, width = self.picture.shape[2:]
        mirrored = min(self.margin, height - 1, width - 1)
        row, column = (self._sources(side, mirrored)[part] for side, part in ((height, rows), (width, columns)))
        return self.picture[:, :, row[:, None], column]

    def _sources(self, side: int, mirrored: int) -> Tensor:
        """Say where each row or column comes from."""
        last = side - 1
        places = torch.arange(-self.margin, side + self.margin, device=self.picture.device)
        return last - (last - places.clamp(-mirrored, last + mirrored).abs()).abs()


def crop(image: Tensor, margin: int) -> Tensor:
    """Cut off what `extend` added."""
    return image[:, :, margin : image.shape[2] - margin, margin : image.shape[3] - margin]


def cover(image: Tensor, height: int, width: int) -> Tensor:
    """Give a picture that fills height x width, with its aspect kept and what is too much cut off at both sides."""
    h, w = image.shape[2:]
    share = max(height / h, width / w)
    image = resize(image, max(height, round(h * share)), max(width, round(w * share)))
    top, left = (image.shape[2] - height) // 2, (image.shape[3] - width) // 2
    return image[:, :, top : top + height, left : left + width].contiguous()
