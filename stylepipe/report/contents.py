"""What the page's script is told: every result with its pictures, in tables that say a thing once."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from stylepipe.report.arrangement import Head, Sheet, arrange
from stylepipe.report.curves import HEIGHT, WIDTH, Curve, Scale, path, scale_of
from stylepipe.report.results import Painting, Result, Results, Source
from stylepipe.report.settings import built_in, changed_settings, shown
from stylepipe.report.thumbnails import Small, first_frames
from stylepipe.spec.settings import SETTING_KEYS

_SHOWN_BY_BROWSERS = (".png", ".jpg", ".webp", ".gif", ".mp4", ".webm", ".mov")
_VIDEOS = (".mp4", ".webm", ".mov")
_FRAMES = 6
"""Frames shown of a painted folder of frames."""
_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/")
_SOMEBODYS = re.compile(r"(?<![\w.~])/(?:home|Users)/[^/\s]+/")


class Sizes(NamedTuple):
    """Longest sides in pixels of pictures on sheets, and of those that fill the screen; inside: all are in the page."""

    cell: int
    large: int
    inside: bool = False


@dataclass
class Contents:
    """The tables of a page. wanted: the small pictures that they speak of."""

    results: Results
    folder: Path
    sizes: Sizes
    wanted: list[Small] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)
    sheets: list[dict[str, Any]] = field(default_factory=list)
    sources: _Table = field(default_factory=lambda: _Table())
    styles: _Table = field(default_factory=lambda: _Table())
    settings: _Table = field(default_factory=lambda: _Table())
    devices: _Table = field(default_factory=lambda: _Table())

    def island(self, there: Collection[str]) -> dict[str, Any]:
        """Give all of it as plain JSON. there: names of the small pictures that could be made; no others are named."""
        for entry in (*self.items, *self.sources.rows):
            for key in ("thumb", "large"):
                if entry.get(key) not in there:
                    entry.pop(key, None)
            if "frames" in entry:
                entry["frames"] = [name for name in entry["frames"] if name in there]
        return {
            "items": self.items,
            "sheets": self.sheets,
            "sources": self.sources.rows,
            "styles": self.styles.rows,
            "settings": self.settings.rows,
            "builtIn": [[key, shown(key, built_in()[key])] for key in SETTING_KEYS],
            "devices": self.devices.rows,
            "losses": _scale_rows(self.loss_scale),
            "steadiness": _scale_rows(self.warp_scale),
            "plot": [WIDTH, HEIGHT],
        }

    @property
    def loss_scale(self) -> Scale:
        """One range for all losses, so that pictures can be compared."""
        return scale_of([one.losses for one in self._paintings() if one.losses is not None])

    @property
    def warp_scale(self) -> Scale:
        """One range for all clips."""
        return scale_of([one.steadiness for one in self._paintings() if one.steadiness is not None])

    def _paintings(self) -> Iterable[Painting]:
        return (item.painting for item in self.results.items if item.painting is not None)

    @staticmethod
    def discreet(results: Results) -> Callable[[str], str]:
        """Give what takes folders out of a message: a page may be shown to anybody."""
        folders = sorted({f"{folder}/" for folder in (*results.folders, Path.cwd())}, key=len, reverse=True)

        def without_folders(text: str) -> str:
            for folder in folders:
                if len(folder) > 1:
                    text = text.replace(folder, "")
            return _SOMEBODYS.sub("~/", text.replace(f"{Path.home()}/", "~/"))

        return without_folders


class _Table:
    """Rows that many items share, each kept once."""

    def __init__(self) -> None:
        self.rows: list[Any] = []
        self._number: dict[Hashable, int] = {}

    def number(self, key: Hashable, make: Callable[[], Any]) -> int:
        """Give the number of the row of a key, made when it is new."""
        if key not in self._number:
            self._number[key] = len(self.rows)
            self.rows.append(make())
        return self._number[key]


def contents_of(results: Results, folder: Path, sizes: Sizes) -> Contents:
    """Bring results into a page's tables. folder: of the page, from which its links lead."""
    contents = Contents(results, folder, sizes)
    losses, warps, discreet = contents.loss_scale, contents.warp_scale, Contents.discreet(results)
    for result in results.items:
        contents.items.append(_without_nothing(_item(contents, result, losses, warps, discreet)))
    contents.sheets += [_sheet(contents, sheet) for sheet in arrange(results.items)]
    return contents


def _item(
    contents: Contents, result: Result, losses: Scale, warps: Scale, discreet: Callable[[str], str]
) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": result.name,
        "id": quoted(result.name) if quoted(result.name) != result.name else None,
        "state": None if result.state == "done" else result.state,
        "why": discreet(result.why),
        "content": None if result.content is None else _source(contents, result.content, large=True),
        "style": _style(contents, result),
        "command": result.command,
    }
    settings = result.settings if result.painting is None else result.painting.settings
    if settings is not None:
        changed = [[key, shown(key, value)] for key, value in changed_settings(settings).items()]
        entry["settings"] = contents.settings.number(str(changed), lambda: changed)
    if (painting := result.painting) is not None:
        entry |= {
            "seconds": painting.seconds,
            "device": contents.devices.number(painting.device, lambda: painting.device),
            "finished": painting.finished,
            "iterations": painting.iterations,
            "notes": [discreet(note) for note in painting.notes],
            "losses": _lines(painting.losses, losses),
            "steadiness": _lines(painting.steadiness, warps),
        }
        if painting.output is not None:
            entry |= _shown_output(contents, painting, painting.output)
    return entry


def _shown_output(contents: Contents, painting: Painting, output: Path) -> dict[str, Any]:
    """Say how an output is shown: as it is where browsers can, else by small pictures."""
    kind = output.suffix.lower()
    entry: dict[str, Any] = {"output": link(output, contents.folder)}
    if painting.clip is not None:
        entry["clip"] = "video" if kind in _VIDEOS else "picture" if kind == ".gif" else "still"
    if painting.clip is not None and output.is_dir():
        frames = first_frames(output, painting.sha256, _FRAMES, contents.sizes.cell)
        contents.wanted += frames
        return entry | {"thumb": frames[0].name if frames else None, "frames": [frame.name for frame in frames]}
    small = Small(output, painting.sha256, contents.sizes.cell, clip=painting.clip is not None, trusted=True)
    contents.wanted.append(small)
    entry["thumb"] = small.name
    if contents.sizes.inside or kind not in _SHOWN_BY_BROWSERS:
        large = small.of_size(contents.sizes.large)
        contents.wanted.append(large)
        entry["large"] = large.name
    return entry


def _source(contents: Contents, source: Source, *, large: bool = False) -> int:
    """Give the number of a source. large: it is also shown as large as its painting."""

    def make() -> dict[str, Any]:
        entry = {"name": source.path.name, "link": _link_to_source(contents, source)}
        for key, size in (("thumb", contents.sizes.cell), *([("large", contents.sizes.large)] if large else [])):
            if source.sha256 is not None:
                small = Small(source.path, source.sha256, size, clip=source.clip)
                contents.wanted.append(small)
                entry[key] = small.name
        return _without_nothing(entry)

    return contents.sources.number(source, make)


def _link_to_source(contents: Contents, source: Source) -> str | None:
    """Give a link to a clip that browsers play, if it lies where the job does: other folders are nobody's matter."""
    near = any(source.path.is_relative_to(folder) for folder in contents.results.folders)
    if source.clip and near and source.path.suffix.lower() in (*_VIDEOS, ".gif"):
        return link(source.path, contents.folder)
    return None


def _style(contents: Contents, result: Result) -> int | None:
    if not result.artworks:
        return None

    def make() -> dict[str, Any]:
        shares = [[_source(contents, artwork.source), round(artwork.share, 3)] for artwork in result.artworks]
        return {"name": result.style, "artworks": shares}

    return contents.styles.number((result.style, *result.artworks), make)


def _lines(curve: Curve | None, scale: Scale) -> list[Any] | None:
    return None if curve is None else [curve.first, curve.last, *(path(line, scale) for line in curve.lines)]


def _scale_rows(scale: Scale) -> list[list[Any]]:
    """Give the marks of a plot: what each says, and its height."""
    return [[f"{mark:g}", round(HEIGHT * (1 - scale.share(mark)))] for mark in scale.marks()]


def _sheet(contents: Contents, sheet: Sheet) -> dict[str, Any]:
    return {
        "about": [_head(contents, head) for head in sheet.about],
        "columns": [_head(contents, head) for head in sheet.columns],
        "rows": [[_head(contents, row.head), *(_cell(cell) for cell in row.cells)] for row in sheet.rows],
    }


def _head(contents: Contents, head: Head) -> list[Any]:
    return [head.text, *(_source(contents, source) for source in head.sources)]


def _cell(numbers: Sequence[int]) -> int | Sequence[int] | None:
    return None if not numbers else numbers[0] if len(numbers) == 1 else numbers


def link(file: Path, folder: Path) -> str:
    """Give the address of a file from a folder, which holds wherever both are moved or served."""
    return quoted(os.path.relpath(file, folder))


def quoted(name: str) -> str:
    """Write a path as a part of an address, byte by byte, whatever a file system calls a name."""
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in os.fsencode(name.replace(os.sep, "/")))


def _without_nothing(entry: dict[str, Any]) -> dict[str, Any]:
    """Leave out what says nothing: a page may have thousands of items."""
    return {key: value for key, value in entry.items() if value not in (None, "", [])}
