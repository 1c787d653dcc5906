#!/usr/bin/env python3
"""Lay pictures out in sheets for the README and docs/: what was painted from, what was painted, side by side.

    scripts/demo && python scripts/sheets.py gallery
    stylepipe run configs/samples.yaml && python scripts/sheets.py paintings
    python scripts/sheets.py samples
    stylepipe render samples/clips/harbour.mp4 -s samples/artworks/night_swirls.jpg -o out/frames --size 400 \\
        --set video.start=0.5 --set video.end=1 && python scripts/sheets.py frames out/frames
    python scripts/sheets.py versions PICTURES_OF_THE_FIRST_NETWORK PICTURES_NOW

`gallery` shows the demo's pictures and `paintings` all of the samples', artworks along the side, scenes along the top.
`samples` shows the samples themselves, four frames of the clip among them. `versions` shows pictures of the same names
from two folders (docs/lite.md tells how they were painted), the later below the earlier. `frames` shows twelve frames
of a painted clip that follow each other.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import cv2
from PIL import Image, ImageOps

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
SCENES = ROOT / "samples" / "scenes"
ARTWORKS = ROOT / "samples" / "artworks"
CLIP = ROOT / "samples" / "clips" / "harbour.mp4"
GAP = 8

Row = Sequence[Path | Image.Image | None]


def lay_out(rows: Sequence[Row], cell: tuple[int, int], *, whole: bool = False) -> Image.Image:
    """Give a sheet of pictures in cells of (width, height) pixels; None leaves one empty.

    A picture is cut to the shape of its cell, or with `whole` shown to its edges, with white beside it.
    """
    width, height = (side + GAP for side in cell)
    sheet = Image.new("RGB", (max(map(len, rows)) * width - GAP, len(rows) * height - GAP), "white")
    for y, row in enumerate(rows):
        for x, picture in enumerate(row):
            if picture is not None:
                image = (Image.open(picture) if isinstance(picture, Path) else picture).convert("RGB")
                fitted = ImageOps.pad(image, cell, color="white") if whole else ImageOps.fit(image, cell)
                sheet.paste(fitted, (x * width, y * height))
    return sheet


def write(sheet: Image.Image, name: str) -> None:
    """Put a sheet where the pages look for it."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    sheet.save(IMAGES / f"{name}.jpg", quality=84, optimize=True)


def paintings(folder: Path, name: str) -> None:
    """Show what a job painted of the samples, beside what it painted from."""
    painted = {tuple(path.stem.split("--")): path for path in sorted(folder.glob("*--*.png"))}
    scenes = sorted({scene for scene, _ in painted})
    rows: list[Row] = [[None, *(SCENES / f"{scene}.jpg" for scene in scenes)]]
    for artwork in sorted({artwork for _, artwork in painted}):
        rows.append([ARTWORKS / f"{artwork}.jpg", *(painted.get((scene, artwork)) for scene in scenes)])
    write(lay_out(rows, (400, 267)), name)


def samples() -> None:
    """Show every sample whole: scenes, artworks, and frames of the clip."""
    artworks = sorted(ARTWORKS.glob("*.jpg"))
    rows = [sorted(SCENES.glob("*.jpg")), artworks[:4], artworks[4:], frames(0, 36, 71, 72)]
    write(lay_out(rows, (400, 320), whole=True), "samples")


def frames(*numbers: int) -> list[Image.Image]:
    """Give some frames of the clip."""
    film = cv2.VideoCapture(str(CLIP))
    found = []
    for number in range(max(numbers) + 1):
        _, pixels = film.read()
        if number in numbers:
            found.append(Image.fromarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)))
    return found


def versions(earlier: Path, later: Path) -> None:
    """Show the pictures of two folders one below the other."""
    names = sorted(path.name for path in later.glob("*--*.png"))
    write(lay_out([[folder / name for name in names] for folder in (earlier, later)], (480, 360)), "lite_versions")


def painted_frames(folder: Path) -> None:
    """Show a painted clip's first twelve frames, row by row."""
    painted = sorted(folder.glob("*.png"))[:12]
    write(lay_out([painted[first : first + 4] for first in (0, 4, 8)], (400, 225)), "clip")


def main() -> None:
    """Write the sheet that is asked for into docs/images."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sheets = parser.add_subparsers(dest="sheet", required=True)
    for name in ("gallery", "paintings", "samples"):
        sheets.add_parser(name)
    sheets.add_parser("versions").add_argument("folders", nargs=2, type=Path)
    sheets.add_parser("frames").add_argument("folder", type=Path)
    arguments = parser.parse_args()
    if arguments.sheet == "gallery":
        paintings(ROOT / "out" / "quickstart", "gallery")
    elif arguments.sheet == "paintings":
        paintings(ROOT / "out" / "samples", "paintings")
    elif arguments.sheet == "samples":
        samples()
    elif arguments.sheet == "frames":
        painted_frames(arguments.folder)
    else:
        versions(*arguments.folders)


if __name__ == "__main__":
    main()
