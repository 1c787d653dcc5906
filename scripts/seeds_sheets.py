"""Sheets of what the experiments of configs/seeds painted: small pictures, each with what it is written below it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont, ImageOps

from stylepipe.spec.describe import value_text
from stylepipe.spec.items import Item

GAP, LABEL = 6, 20
MOST_GIVEN = 4
"""Photographs and artworks that are shown beside what was painted from them; of a batch, that would be too many."""
FRAMES = 3
"""Frames of a clip that are shown."""


class Cell(NamedTuple):
    """A picture and what is written below it."""

    label: str
    picture: Path


def cells_of(items: Sequence[Item]) -> list[Cell]:
    """Give the photographs and artworks of a job, and behind them what was painted, with snapshots and frames."""
    contents = {item.content for item in items}
    artworks = dict.fromkeys(image.path for item in items for image in item.styles)
    given = dict.fromkeys([*sorted(contents), *artworks])
    cells = [Cell(path.stem, path) for path in given] if len(given) <= MOST_GIVEN and not items[0].clip else []
    tell_content = bool(cells) and len(contents) > 1
    return cells + [cell for item in items for cell in _painted(item, tell_content)]


def sheet(cells: Sequence[Cell], columns: int, width: int) -> Image.Image:
    """Lay cells out row by row, pictures of that width and of the last one's shape."""
    with Image.open(cells[-1].picture) as last:
        height = round(width * last.height / last.width)
    rows = math.ceil(len(cells) / columns)
    found = Image.new("RGB", (columns * (width + GAP) - GAP, rows * (height + LABEL + GAP) - GAP), "white")
    draw, font = ImageDraw.Draw(found), ImageFont.load_default(12)
    for number, cell in enumerate(cells):
        x, y = number % columns * (width + GAP), number // columns * (height + LABEL + GAP)
        with Image.open(cell.picture) as picture:
            found.paste(ImageOps.fit(picture.convert("RGB"), (width, height)), (x, y))
        draw.text((x + width / 2, y + height + 3), cell.label, (60, 60, 66), font, anchor="ma")
    return found


def label_of(item: Item) -> str:
    """Say in short what sets an item apart in its sweep."""
    return ", ".join(
        f"{key.removesuffix('_layers').rpartition('.')[2]} {_short(value)}" for key, value in item.sweep.items()
    )


def _painted(item: Item, tell_content: bool) -> Iterator[Cell]:
    label = label_of(item) or (f"{item.content.stem} in {item.style}" if tell_content else item.style)
    if item.clip:
        frames = sorted(item.output.glob("*.png"))[:FRAMES]
        yield from (Cell(f"{label}, frame {number}", frame) for number, frame in enumerate(frames, start=1))
        return
    for iteration in item.snapshots:
        yield Cell(f"after {iteration}", item.snapshot(iteration))
    yield Cell(f"after {item.settings.iterations[0]}" if item.snapshots else label, item.output)


def _short(value: object) -> str:
    text = Path(value).stem if isinstance(value, str) and "/" in value else value_text(value)
    first, *others = text.split("+")
    return f"{first} .. {others[-1]}" if others else first
