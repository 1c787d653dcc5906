"""The contact sheet as one picture, to be printed or sent."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from stylepipe.errors import EnvironmentLacksError, ItemError, UsageError
from stylepipe.media import Picture, encode_picture, small_frame, small_picture
from stylepipe.media.lettering import font_of, legible
from stylepipe.report.arrangement import Head, Sheet, arrange
from stylepipe.report.results import Result, Results, Source
from stylepipe.report.thumbnails import holds_still
from stylepipe.spec.frames import frames_in
from stylepipe.spec.problems import printable
from stylepipe.store import atomic

LARGEST = 16000
"""Longest side of a sheet in pixels; a WebP has at most 16383."""
CELL = (240, 180)
"""Width and height of a picture on it, smaller where there are too many for LARGEST."""
_SMALLEST = 24
_GAP, _LABEL, _PAPER, _INK, _SOFT = 8, 18, "#fbfaf7", "#1d1c1a", "#e9e5dc"


def write_sheet(results: Results, file: Path) -> Path:
    """Draw the sheets of a job below each other, with their pictures and names along the edges; give the path.

    Raises UsageError when there is nothing to show, or too much for a picture of LARGEST pixels, and for a file that
    is no .png, .jpg or .webp; OutputError when the disk refuses.
    """
    format = file.suffix.lower().removeprefix(".")
    if format not in ("png", "jpg", "webp"):
        raise UsageError(f"{file}: a sheet is a .png, .jpg or .webp")
    sheets = arrange(results.items)
    if not sheets:
        raise UsageError(f"{results.output_dir}: there is nothing to show yet; paint something first")
    drawing = _Drawing(results.items, sheets, _cell_for(sheets))
    pixels = np.divide(np.asarray(drawing.image), 255, dtype=np.float32)
    atomic.write_bytes(file, encode_picture(Picture(pixels), format=format, quality=88))  # type: ignore[arg-type]
    return file


def _cell_for(sheets: Sequence[Sheet]) -> tuple[int, int]:
    """Give the size of a picture at which all sheets fit."""
    columns = 1 + max(len(sheet.columns) for sheet in sheets)
    rows = sum(2 + len(sheet.rows) for sheet in sheets)
    width = min(CELL[0], LARGEST // columns - _GAP, (LARGEST // rows - _GAP - _LABEL) * CELL[0] // CELL[1])
    if width < _SMALLEST:
        raise UsageError(f"{rows} rows of {columns} pictures do not fit on one sheet; look at the page, or use --only")
    return width, width * CELL[1] // CELL[0]


class _Drawing:
    """The picture of all sheets, drawn as it is made."""

    def __init__(self, results: Sequence[Result], sheets: Sequence[Sheet], cell: tuple[int, int]) -> None:
        self._results, self._cell = results, cell
        self._step = (cell[0] + _GAP, cell[1] + _GAP + _LABEL)
        columns = 1 + max(len(sheet.columns) for sheet in sheets)
        rows = sum(1 + bool(sheet.about) + len(sheet.rows) for sheet in sheets)
        self.image = Image.new("RGB", (columns * self._step[0] + _GAP, rows * self._step[1] + _GAP), _PAPER)
        self._draw = ImageDraw.Draw(self.image)
        self._font = font_of(13)
        row = 0
        for sheet in sheets:
            row = self._sheet(sheet, row)

    def _sheet(self, sheet: Sheet, row: int) -> int:
        """Draw a sheet from a row on; give the row below it."""
        if sheet.about:
            for column, head in enumerate(sheet.about):
                self._head(head, column, row)
            row += 1
        for column, head in enumerate(sheet.columns, start=1):
            self._head(head, column, row)
        for line in sheet.rows:
            row += 1
            self._head(line.head, 0, row)
            for column, numbers in enumerate(line.cells, start=1):
                for number in numbers[:1]:
                    self._result(self._results[number], column, row)
        return row + 1

    def _head(self, head: Head, column: int, row: int) -> None:
        sources = head.sources[:3]
        for place, source in enumerate(sources):
            self._paste(_small_source(source, self._cell), column, row, place, len(sources))
        self._label(head.text, column, row)

    def _result(self, result: Result, column: int, row: int) -> None:
        painting = result.painting
        output = painting.output if painting else None
        if output is not None and output.is_dir():
            output = next((frame.path for frame in frames_in(output)), None)
        image = None
        if painting is not None and output is not None:
            is_film = painting.clip is not None and painting.output == output
            image = _small(output, self._cell, clip=is_film)
        self._paste(image, column, row)
        if result.state != "done":
            self._label(result.state, column, row)

    def _paste(self, image: Image.Image | None, column: int, row: int, place: int = 0, count: int = 1) -> None:
        """Put a picture into its cell, or into one of so many strips of it, cut to fit."""
        x, y = self._corner(column, row)
        left, right = (self._cell[0] * k // count for k in (place, place + 1))
        size = (right - left, self._cell[1])
        fitted = Image.new("RGB", size, _SOFT) if image is None else ImageOps.fit(image, size)
        self.image.paste(fitted, (x + left, y))

    def _label(self, text: str, column: int, row: int) -> None:
        x, y = self._corner(column, row)
        text = legible(printable(text).encode("utf-8", "replace").decode(), self._font)
        if self._draw.textlength(text, self._font) > self._cell[0]:
            while text and self._draw.textlength(f"{text}…", self._font) > self._cell[0]:
                text = text[:-1]
            text = f"{text}…"
        self._draw.text((x, y + self._cell[1] + 1), text, _INK, self._font)

    def _corner(self, column: int, row: int) -> tuple[int, int]:
        return _GAP + column * self._step[0], _GAP + row * self._step[1]


def _small_source(source: Source, cell: tuple[int, int]) -> Image.Image | None:
    try:
        there = source.sha256 is not None and holds_still(source.path, source.sha256)
    except ItemError:
        return None
    return _small(source.path, cell, clip=source.clip) if there else None


def _small(path: Path, cell: tuple[int, int], *, clip: bool) -> Image.Image | None:
    try:
        picture = small_frame(path, 2 * cell[0]) if clip else small_picture(path, 2 * cell[0])
    except (ItemError, EnvironmentLacksError, OSError):
        return None
    return Image.fromarray(np.rint(255 * picture.pixels).astype(np.uint8))
