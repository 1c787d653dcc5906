"""Results that are too many for one page: several pages, and one that leads to them."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from markupsafe import Markup

from stylepipe.errors import OutputError
from stylepipe.report.page import (
    THUMBNAILS,
    Turning,
    counts_of,
    generator,
    make_page,
    policy,
    require_ours,
    write_page,
)
from stylepipe.report.results import Gathered, Result, Results
from stylepipe.report.templating import asset, rendered
from stylepipe.report.thumbnails import CELL, Small, remove_others
from stylepipe.store import atomic

MOST = 12_000
"""Results of a page: browsers take some 9 MB of it, and what makes it some 300 MB of memory."""
_GLIMPSES = 6
"""Small pictures beside the link to a page."""
_NAME = re.compile(r"page-\d+\.html")


@dataclass(frozen=True)
class _Entry:
    """What is said of a page where all are listed."""

    file: str
    first: str
    last: str
    done: int
    failed: int
    due: int
    glimpses: Sequence[str]


def own_folder(output_dir: Path) -> Path:
    """Give the page's folder in an output directory; raises OutputError when links lead from there to elsewhere."""
    folder = output_dir / "report"
    real = Path(os.path.realpath(folder / THUMBNAILS))
    if not real.is_relative_to(os.path.realpath(output_dir)):
        raise OutputError(f"{folder}: links lead from here to {real}; remove them, or name the page's place with -o")
    return folder


def write_pages(gathered: Gathered, folder: Path, *, live: bool = False, most: int = MOST) -> Path:
    """Write results into a folder, on as many pages as they need, of at most so many each; give where to begin.

    Raises as `write_page`.
    """
    parts = list(gathered.parts(most))
    if len(parts) < 2:
        page = write_page(gathered.part(range(len(gathered))), folder, live=live)
        _remove_pages(folder, 0)
        return page
    index = folder / "index.html"
    require_ours(index)
    entries, there = [], set[str]()
    for number, numbers in enumerate(parts, start=1):
        results = gathered.part(numbers)
        page = folder / _file(number)
        there |= make_page(results, page, live=live, turning=_turning(number, len(parts)))
        entries.append(_entry(results, page.name, there))
    atomic.write_text(index, _index(results, entries))
    remove_others(folder / THUMBNAILS, there)
    _remove_pages(folder, len(parts))
    return index


def _file(number: int) -> str:
    return f"page-{number:03d}.html"


def _turning(number: int, count: int) -> Turning:
    before, after = _file(number - 1), _file(number + 1)
    return Turning(number, count, before if number > 1 else None, after if number < count else None)


def _entry(results: Results, file: str, there: set[str]) -> _Entry:
    names = [result.name for result in results.items] or [""]
    counts = counts_of(results)
    return _Entry(file, names[0], names[-1], **counts, glimpses=_glimpses(results.items, there))


def _glimpses(items: Sequence[Result], there: set[str]) -> list[str]:
    """Choose small pictures from all over a page."""
    paintings = [item.painting for item in items if item.painting is not None and item.painting.output is not None]
    names = [Small(Path(), painting.sha256, CELL).name for painting in paintings]
    names = [name for name in dict.fromkeys(names) if name in there]
    return names[:: max(1, len(names) // _GLIMPSES)][:_GLIMPSES]


def _index(results: Results, entries: Sequence[_Entry]) -> str:
    styles = [asset("templates/page.css")]
    return rendered(
        "pages.html",
        title=results.output_dir.name,
        generator=generator(),
        policy=policy([], styles),
        styles=[Markup(style) for style in styles],
        thumbnails=THUMBNAILS,
        entries=[asdict(entry) for entry in entries],
        counts={state: sum(getattr(entry, state) for entry in entries) for state in ("done", "failed", "due")},
        running=results.running,
    )


def _remove_pages(folder: Path, count: int) -> None:
    """Remove the pages beyond so many, which an earlier report of more results has left."""
    wanted = {_file(number) for number in range(1, count + 1)}
    for path in folder.glob("page-*.html"):
        if _NAME.fullmatch(path.name) and path.name not in wanted:
            with suppress(OSError):
                path.unlink()
