"""A sheet of a network's maps: a labelled grid of pictures, with the picture that they were measured on at its head."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from stylepipe.media.lettering import font_of, legible
from stylepipe.media.picture import Float32, Picture

_PAPER, _INK, _FAINT = (18, 18, 20), (236, 236, 232), (142, 142, 148)
_TILE = 176
"""Longest side of a map on the sheet, in pixels."""
_COARSE = 4
"""Pixels of the sheet that a position of a map must have to be seen as a square."""
_GAP, _EDGE, _LABEL, _HEAD = 14, 36, 24, 132
_WIDEST, _ASPECT = 12, 1.5
"""The most columns of a sheet, and its width over its height where the number of maps allows it."""
_RAMP = ((0, 0, 4), (66, 10, 104), (147, 38, 103), (221, 81, 58), (252, 165, 10), (252, 255, 164))
"""Colours of even steps in lightness from black to a pale yellow, after matplotlib's `inferno`."""

Pixels = NDArray[np.uint8]


class LabelledMap(NamedTuple):
    """A map (h, w) in [0, 1], and what stands under it on the left and on the right."""

    values: Float32
    left: str
    right: str


def feature_sheet(
    photograph: Float32, title: str, subtitle: str, maps: Sequence[LabelledMap], *, grey: bool = False
) -> Picture:
    """Draw a sheet.

    photograph: (H, W, 3), RGB in [0, 1]. maps: at least one, all of one size. grey: shades of grey instead of colours.
    """
    title = legible(title, font_of(26))
    wide, high = _tile_size(maps[0].values)
    columns = _columns(len(maps), wide, high)
    rows = math.ceil(len(maps) / columns)
    thumbnail = _thumbnail(photograph)
    words = font_of(26).getlength(title), font_of(15).getlength(subtitle)
    width = 2 * _EDGE + max(columns * (wide + _GAP) - _GAP, thumbnail.width + 24 + math.ceil(max(words)))
    sheet = Image.new("RGB", (width, 2 * _EDGE + _HEAD + rows * (high + _LABEL + _GAP) - _GAP), _PAPER)
    draw = ImageDraw.Draw(sheet)
    _draw_head(sheet, draw, thumbnail, title, subtitle, grey=grey)
    for number, labelled in enumerate(maps):
        x = _EDGE + number % columns * (wide + _GAP)
        y = _EDGE + _HEAD + number // columns * (high + _LABEL + _GAP)
        sheet.paste(_tile(labelled.values, wide, high, grey=grey), (x, y))
        draw.text((x, y + high + 5), labelled.left, _INK, font_of(14))
        draw.text((x + wide, y + high + 5), labelled.right, _FAINT, font_of(14), anchor="ra")
    return Picture(np.asarray(sheet, dtype=np.float32) / np.float32(255))


def _draw_head(
    sheet: Image.Image, draw: ImageDraw.ImageDraw, thumbnail: Image.Image, title: str, subtitle: str, *, grey: bool
) -> None:
    sheet.paste(thumbnail, (_EDGE, _EDGE))
    left = _EDGE + thumbnail.width + 24
    draw.text((left, _EDGE + 4), title, _INK, font_of(26))
    draw.text((left, _EDGE + 42), subtitle, _FAINT, font_of(15))
    ramp = np.broadcast_to(np.linspace(0, 1, 160, dtype=np.float32), (10, 160))
    sheet.paste(Image.fromarray(_colored(ramp, grey=grey)), (left, _EDGE + 78))
    draw.text((left + 172, _EDGE + 73), "none to strongest, in each map by itself", _FAINT, font_of(13))


def _tile_size(values: Float32) -> tuple[int, int]:
    height, width = values.shape
    return max(1, round(width * _TILE / max(height, width))), max(1, round(height * _TILE / max(height, width)))


def _columns(count: int, wide: int, high: int) -> int:
    """Choose columns for a sheet of a pleasant shape whose last row is as full as can be."""

    def unpleasant(columns: int) -> float:
        rows = math.ceil(count / columns)
        aspect = columns * (wide + _GAP) / (rows * (high + _LABEL + _GAP))
        return abs(math.log(aspect / _ASPECT)) + (rows * columns - count) / columns

    return min(range(1, min(_WIDEST, count) + 1), key=unpleasant)


def _thumbnail(photograph: Float32) -> Image.Image:
    image = Image.fromarray(np.rint(np.clip(photograph, 0, 1) * 255).astype(np.uint8))
    image.thumbnail((3 * (_HEAD - 28), _HEAD - 28), Image.Resampling.LANCZOS)
    return image


def _tile(values: Float32, wide: int, high: int, *, grey: bool) -> Image.Image:
    """Colour a map at the size of a tile: a position of a coarse map is seen as the square that it is."""
    coarse = max(values.shape) * _COARSE <= _TILE
    shown = Image.fromarray(np.ascontiguousarray(values, dtype=np.float32))
    shown = shown.resize((wide, high), Image.Resampling.NEAREST if coarse else Image.Resampling.BILINEAR)
    return Image.fromarray(_colored(np.asarray(shown), grey=grey))


def _colored(values: Float32, *, grey: bool) -> Pixels:
    """Turn (h, w) in [0, 1] into (h, w, 3)."""
    ramp = ((0, 0, 0), (255, 255, 255)) if grey else _RAMP
    stops = np.linspace(0, 1, len(ramp))
    channels = [np.interp(values, stops, [color[channel] for color in ramp]) for channel in range(3)]
    return np.rint(np.stack(channels, axis=-1)).astype(np.uint8)
