"""Compositing: blend, colour, resample and lay pictures over one another (premultiplied alpha)."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import ArrayLike

from samples.fields import Colour, Field


def mix(first: ArrayLike, second: ArrayLike, share: ArrayLike) -> Field:
    """Blend two colours or pictures by a share: a number, or a field that gets a channel axis."""
    share = np.asarray(share, np.float32)
    share = share[..., None] if share.ndim == 2 else share
    return np.asarray(first, np.float32) * (1 - share) + np.asarray(second, np.float32) * share


def ramp(palette: Sequence[Colour], value: Field) -> Field:
    """Look a field of 0..1 up in an evenly spaced palette."""
    stops, colours = np.linspace(0, 1, len(palette)), np.asarray(palette)
    return np.stack([np.interp(value, stops, colours[:, c]) for c in range(3)], -1).astype(np.float32)


def resample(image: Field, column: Field, row: Field, border: int = cv2.BORDER_REFLECT) -> Field:
    """Read an image at fractional positions."""
    return cv2.remap(image, column.astype(np.float32), row.astype(np.float32), cv2.INTER_CUBIC, borderMode=border)


def reduce(picture: Field, size: float = 1200) -> Field:
    """Average a picture that was drawn larger down to its finished size, the length of its longer side."""
    share = size / max(picture.shape[:2])
    height, width = (round(side * share) for side in picture.shape[:2])
    return cv2.resize(np.clip(picture, 0, 1), (width, height), interpolation=cv2.INTER_AREA)


def lay_over(canvas: Field, sprite: Field, left: int, top: int) -> None:
    """Composite a premultiplied RGBA sprite onto a premultiplied RGBA canvas, clipped to it."""
    y0, x0 = max(top, 0), max(left, 0)
    y1, x1 = min(top + sprite.shape[0], canvas.shape[0]), min(left + sprite.shape[1], canvas.shape[1])
    if y1 > y0 and x1 > x0:
        piece, under = sprite[y0 - top : y1 - top, x0 - left : x1 - left], canvas[y0:y1, x0:x1]
        under *= 1 - piece[..., 3:]
        under += piece


def opaque(picture: Field) -> Field:
    """Give a picture a fourth channel that covers everything."""
    return np.concatenate([picture, np.ones_like(picture[..., :1])], -1)


def cut_out(picture: Field, cover: Field) -> Field:
    """Give a picture a fourth channel that covers as much as `cover` says."""
    return np.concatenate([picture, cover[..., None]], -1)
