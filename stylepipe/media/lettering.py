"""Letters on pictures: a font of this machine that has many, and what to write of a name that it has not."""

from __future__ import annotations

import unicodedata
from functools import cache

from PIL import ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

_FONTS = (
    "DejaVuSans.ttf",
    "NotoSans-Regular.ttf",
    "LiberationSans-Regular.ttf",
    "Helvetica.ttc",
    "segoeui.ttf",
    "arial.ttf",
)
"""Found by Pillow where systems keep fonts; its own has no letters with accents."""


@cache
def font_of(size: int) -> Font:
    """Give a font of so many pixels."""
    for name in _FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)


def legible(text: str, font: Font) -> str:
    """Write a text without the accents that a font lacks, rather than as boxes."""
    return "".join(_sign(sign, font) for sign in unicodedata.normalize("NFC", text))


def _sign(sign: str, font: Font) -> str:
    if sign.isascii() or not _lacks(sign, font):
        return sign
    plain = "".join(part for part in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(part))
    return plain if plain.isascii() and plain else "?"


@cache
def _lacks(sign: str, font: Font) -> bool:
    """Say whether a font draws a sign as it draws what is no sign at all."""
    found, none = font.getmask(sign), font.getmask("\uffff")
    return found.size == none.size and bytes(found) == bytes(none)
