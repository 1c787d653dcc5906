#!/usr/bin/env python3
"""Lay the demo's pictures out for the README: artworks along the top, scenes along the side.

scripts/demo && python scripts/readme_picture.py
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageOps

ROOT = Path(__file__).parent.parent
SHEET = ROOT / "docs" / "images" / "gallery.jpg"
CELL = (400, 267)
GAP = 8


def main() -> None:
    """Write docs/images/gallery.jpg."""
    scenes = sorted((ROOT / "samples" / "scenes").glob("*.jpg"))
    artworks = sorted((ROOT / "samples" / "artworks").glob("*.jpg"))
    rows = [[None, *artworks]]
    for scene in scenes:
        painted = [ROOT / "out" / "quickstart" / f"{scene.stem}--{artwork.stem}.png" for artwork in artworks]
        rows.append([scene, *painted])
    width, height = (side + GAP for side in CELL)
    sheet = Image.new("RGB", (len(rows[0]) * width - GAP, len(rows) * height - GAP), "white")
    for y, row in enumerate(rows):
        for x, path in enumerate(row):
            if path is not None:
                with Image.open(path) as image:
                    sheet.paste(ImageOps.fit(image.convert("RGB"), CELL), (x * width, y * height))
    SHEET.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(SHEET, quality=88, optimize=True)


if __name__ == "__main__":
    main()
