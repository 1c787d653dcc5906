#!/usr/bin/env python3
"""Make the three pictures that configs/seeds needs besides the samples, into configs/seeds/inputs.

    python scripts/seeds_inputs.py

Black stripes on white to start from, lettering in four sizes, and the sample lake as a camera sees it that was given
far too little light.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).parent.parent
INPUTS = ROOT / "configs" / "seeds" / "inputs"
STRIPES = 16
"""Black stripes across a picture."""
LINES = (
    (120, "STARRY"),
    (72, "night over a harbour"),
    (46, "oil on canvas, seventy-three"),
    (30, "what is written small is lost first"),
)
"""Heights in pixels, and what is written in them."""


def stripes() -> Image.Image:
    """Draw black stripes on white, as wide as the gaps between them."""
    levels = np.where(np.arange(512) * 2 * STRIPES // 512 % 2, 0, 255).astype(np.uint8)
    return Image.fromarray(np.broadcast_to(levels, (342, 512)).copy())


def lettering() -> Image.Image:
    """Write dark lines on pale paper, each smaller than the one before."""
    page = Image.new("RGB", (768, 512), (232, 222, 200))
    draw, y = ImageDraw.Draw(page), 20
    for height, text in LINES:
        draw.text((40, y), text, (38, 34, 44), ImageFont.load_default(height))
        y += round(height * 1.6)
    return page


def dark_lake() -> Image.Image:
    """Give the lake an eighth of its light, counted in light and not in levels."""
    lake = Image.open(ROOT / "samples" / "scenes" / "mountain_lake.jpg").resize((768, 512), Image.Resampling.LANCZOS)
    light = (np.asarray(lake, dtype=np.float32) / 255) ** 2.2 / 8
    return Image.fromarray(np.rint(light ** (1 / 2.2) * 255).astype(np.uint8))


def main() -> None:
    """Write the three."""
    INPUTS.mkdir(parents=True, exist_ok=True)
    stripes().save(INPUTS / "stripes.png", optimize=True)
    lettering().save(INPUTS / "lettering.png", optimize=True)
    dark_lake().save(INPUTS / "dark_lake.jpg", quality=90, optimize=True)


if __name__ == "__main__":
    main()
