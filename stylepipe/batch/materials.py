"""From an item's files to what the engine paints with: photograph, artworks and masks as tensors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from stylepipe.engine.regions import Style
from stylepipe.media import Picture, read_mask, read_picture
from stylepipe.spec.items import Item, StyleImage
from stylepipe.spec.settings import is_image_init
from stylepipe.store.records import Input


@dataclass(frozen=True, eq=False, kw_only=True)
class Guides:
    """What a picture, or each frame of a clip, is painted by; shapes and ranges as `engine.stylize` wants them."""

    styles: tuple[Style, ...]
    init: Tensor | None
    ground: Tensor | None


@dataclass(frozen=True, eq=False, kw_only=True)
class Materials(Guides):
    """What one picture is painted from; alpha and exif are the photograph's, as a `Picture` has them."""

    content: Tensor
    alpha: NDArray[np.float32] | None
    exif: Mapping[str, str]


def read_materials(item: Item, inputs: Sequence[Input] = ()) -> Materials:
    """Read all files of a picture's item; raises PictureError, which names the file, when one cannot be read.

    inputs: what the files hold, by which artworks are told apart.
    """
    photograph = read_picture(item.content, max_megapixels=item.settings.max_megapixels)
    guides = read_guides(item, inputs, photograph)
    # The photograph's pixels are let go of: of a large one there is no room for two copies.
    content = to_tensor(photograph.pixels)
    return Materials(content=content, alpha=photograph.alpha, exif=photograph.exif, **vars(guides))


def read_guides(item: Item, inputs: Sequence[Input] = (), photograph: Picture | None = None) -> Guides:
    """Read an item's files but for its content; inputs and errors as `read_materials`.

    photograph: whose transparency may say where to paint; a clip has none.
    """
    settings = item.settings
    limit = settings.max_megapixels
    held = {(entry.role, entry.path): entry.sha256 for entry in inputs}
    return Guides(
        styles=tuple(_read_style(style, settings.masks.style, limit, held) for style in item.styles),
        init=to_tensor(read_picture(Path(settings.init), max_megapixels=limit).pixels)
        if is_image_init(settings.init)
        else None,
        ground=_mask(settings.masks.content, photograph, limit),
    )


def to_tensor(pixels: NDArray[np.float32]) -> Tensor:
    """Turn (H, W, 3) or (H, W) in [0, 1] into (1, 3, H, W) or (1, 1, H, W)."""
    planes = pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)
    # torch's own memory: numpy's lies anywhere, by the thread that reads, and across vectors sums come out another way.
    tensor = torch.empty(planes.shape)
    tensor.numpy()[...] = planes
    return tensor[None]


def to_pixels(picture: Tensor) -> NDArray[np.float32]:
    """Turn (1, 3, H, W) into (H, W, 3), float32 in [0, 1]."""
    pixels: NDArray[np.float32] = picture.detach()[0].clamp(0, 1).permute(1, 2, 0).float().cpu().numpy()
    return np.ascontiguousarray(pixels)


def _read_style(style: StyleImage, source_mask: str | None, limit: float, held: Mapping[tuple[str, str], str]) -> Style:
    artwork = read_picture(style.path, max_megapixels=limit)
    image = held.get(("style", str(style.path)))
    return Style(
        image=to_tensor(artwork.pixels),
        weight=style.weight,
        scale=style.scale,
        mask=None if style.mask is None else to_tensor(read_mask(style.mask, max_megapixels=limit)),
        # What is transparent was never seen, whatever colours lie beneath.
        source_mask=_mask(source_mask or "alpha", artwork, limit),
        key=None if image is None else f"{image} {held.get(('masks.style', str(source_mask)), 'alpha')}",
    )


def _mask(mask: str | None, picture: Picture | None, limit: float) -> Tensor | None:
    """Read a mask of the settings `masks`: a file, or the picture's own transparency."""
    if mask is None:
        return None
    if mask == "alpha":
        return None if picture is None or picture.alpha is None else to_tensor(picture.alpha)
    return to_tensor(read_mask(Path(mask), max_megapixels=limit))
