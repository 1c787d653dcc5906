#!/usr/bin/env python3
"""Lay pictures out in sheets for the README and docs/: what was painted from, what was painted, side by side.

    scripts/demo && python scripts/sheets.py gallery
    python scripts/sheets.py versions PICTURES_OF_THE_FIRST_NETWORK PICTURES_NOW

`gallery` shows the demo's pictures, artworks along the top, scenes along the side. `versions` shows pictures of the
same names from two folders (docs/lite.md tells how they were painted), the later below the earlier.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageOps

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
SCENES = ROOT / "samples" / "scenes"
ARTWORKS = ROOT / "samples" / "artworks"
PAINTED = ROOT / "out" / "quickstart"
GAP = 8


def lay_out(rows: Sequence[Sequence[Path | None]], cell: tuple[int, int]) -> Image.Image:
    """Give a sheet of pictures, each cut to the shape of a cell of (width, height) pixels; None leaves one empty."""
    width, height = (side + GAP for side in cell)
    sheet = Image.new("RGB", (max(map(len, rows)) * width - GAP, len(rows) * height - GAP), "white")
    for y, row in enumerate(rows):
        for x, path in enumerate(row):
            if path is not None:
                with Image.open(path) as image:
                    sheet.paste(ImageOps.fit(image.convert("RGB"), cell), (x * width, y * height))
    return sheet


def write(sheet: Image.Image, name: str) -> None:
    """Put a sheet where the pages look for it."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    sheet.save(IMAGES / f"{name}.jpg", quality=88, optimize=True)


def gallery() -> None:
    """Show what the demo painted, beside what it painted from."""
    scenes, artworks = ({path.stem: path for path in sorted(folder.glob("*.jpg"))} for folder in (SCENES, ARTWORKS))
    painted = {tuple(path.stem.split("--")): path for path in PAINTED.glob("*--*.png")}
    columns = [artwork for artwork in artworks if any(artwork == style for _, style in painted)]
    rows: list[list[Path | None]] = [[None, *(artworks[name] for name in columns)]]
    for scene, path in scenes.items():
        if any(scene == content for content, _ in painted):
            rows.append([path, *(painted[scene, name] for name in columns)])
    write(lay_out(rows, (400, 267)), "gallery")


def versions(earlier: Path, later: Path) -> None:
    """Show the pictures of two folders one below the other."""
    names = sorted(path.name for path in later.glob("*--*.png"))
    write(lay_out([[folder / name for name in names] for folder in (earlier, later)], (480, 360)), "lite_versions")


def main() -> None:
    """Write the sheet that is asked for into docs/images."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sheets = parser.add_subparsers(dest="sheet", required=True)
    sheets.add_parser("gallery")
    pair = sheets.add_parser("versions")
    pair.add_argument("folders", nargs=2, type=Path)
    arguments = parser.parse_args()
    if arguments.sheet == "gallery":
        gallery()
    else:
        versions(*arguments.folders)


if __name__ == "__main__":
    main()
