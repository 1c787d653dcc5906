"""The web page of results: one file that asks nobody for anything, with small pictures beside it or inside."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from stylepipe import __version__
from stylepipe.errors import UsageError
from stylepipe.report.contents import Contents, Sizes, contents_of
from stylepipe.report.results import Result, Results
from stylepipe.report.templating import asset, rendered
from stylepipe.report.thumbnails import CELL, LARGE, embedded, make_in, remove_others
from stylepipe.store import atomic
from stylepipe.store.own_files import require_regular

THUMBNAILS = "thumbs"
"""The folder of small pictures beside a page."""
MOST_LARGE = 100
"""Results up to which a page that holds its pictures itself has them in a size that fills a screen."""
_GENERATOR = "stylepipe"
_MOST_NAMES = 20
"""Failed items that are named where many have failed by one cause."""
_PROPER = Sizes(CELL, LARGE)


@dataclass(frozen=True)
class Turning:
    """Where a page stands among several: its number, from 1, and the files of its neighbours."""

    number: int
    count: int
    before: str | None
    after: str | None


def write_page(results: Results, folder: Path, *, live: bool = False) -> Path:
    """Write `index.html` and its small pictures into a folder; give the page's path.

    live: the page loads itself again every few seconds. Raises UsageError when another's `index.html` is there,
    OutputError when the disk refuses.
    """
    page = folder / "index.html"
    remove_others(folder / THUMBNAILS, make_page(results, page, live=live))
    return page


def make_page(results: Results, page: Path, *, live: bool = False, turning: Turning | None = None) -> set[str]:
    """Write a page, and its small pictures beside those of other pages; give the names of its own.

    turning: where it stands among several. Raises as `write_page`.
    """
    require_ours(page)
    contents = contents_of(results, page.parent, _PROPER)
    there = make_in(page.parent / THUMBNAILS, contents.wanted)
    atomic.write_text(page, _page(results, contents.island(there) | {"live": live}, turning))
    return there


def write_single_page(results: Results, file: Path) -> Path:
    """Write a page that holds its pictures itself, to be sent to somebody; give its path. Raises as `write_page`."""
    require_ours(file)
    size = 2 * CELL if len(results.items) <= MOST_LARGE else CELL
    contents = contents_of(results, file.parent, Sizes(size, size, inside=True))
    pictures = {name: data_uri(data, "image/webp") for name, data in embedded(contents.wanted).items()}
    island = contents.island(pictures.keys()) | {"pictures": pictures, "live": False}
    atomic.write_text(file, _page(results, island))
    return file


def data_uri(data: bytes, kind: str) -> str:
    """Write bytes as an address that holds them itself."""
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def require_ours(page: Path) -> None:
    """Raise UsageError for a file that is no page of ours: nobody's home page is to be lost."""
    try:
        require_regular(page)
        with page.open("rb") as file:
            head = file.read(4096)
    except FileNotFoundError:
        return
    except OSError as error:
        raise UsageError(f"{page}: cannot be replaced: {error.strerror}; name another place with -o") from error
    if f'name="generator" content="{_GENERATOR}'.encode() not in head:
        raise UsageError(f"{page}: is there already, and not a page of stylepipe; name another place with -o")


def _page(results: Results, island: Mapping[str, object], turning: Turning | None = None) -> str:
    scripts = [asset("vendor/img-comparison-slider/index.js"), asset("templates/page.js")]
    styles = [asset("vendor/img-comparison-slider/styles.css"), asset("templates/page.css")]
    return rendered(
        "page.html",
        title=results.output_dir.name,
        generator=generator(),
        policy=policy(scripts, styles),
        scripts=[Markup(script) for script in scripts],
        styles=[Markup(style) for style in styles],
        island=Markup(script_safe(island)),
        counts=counts_of(results),
        turning=turning,
        failures=_by_cause([item for item in results.items if item.state == "failed"]),
        most_names=_MOST_NAMES,
        numbers={item.name: number for number, item in enumerate(results.items)},
        running=results.running,
        last_run=results.last_run,
        live=island["live"],
        reason=Contents.discreet(results),
    )


def generator() -> str:
    """Name what makes our pages, by which they are known again."""
    return f"{_GENERATOR} {__version__}"


def counts_of(results: Results) -> dict[str, int]:
    """Count results by their state."""
    return {state: sum(item.state == state for item in results.items) for state in ("done", "failed", "due")}


def script_safe(value: object) -> str:
    """Write JSON that stays data inside a page, whatever names are in it; ASCII, so that any name comes back."""
    text = json.dumps(value, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _by_cause(failed: Sequence[Result]) -> dict[str, list[Result]]:
    causes: dict[str, list[Result]] = {}
    for item in failed:
        causes.setdefault(item.why, []).append(item)
    return causes


def policy(scripts: Sequence[str], styles: Sequence[str]) -> str:
    """Write the page's Content-Security-Policy: our own scripts by their hashes, pictures beside it, nothing else."""

    def hashes(texts: Sequence[str]) -> str:
        digests = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts)
        return " ".join(f"'sha256-{digest}'" for digest in digests)

    allowed = hashes(scripts) or "'none'"
    return (
        f"default-src 'none'; script-src {allowed}; style-src {hashes(styles)}; "
        "img-src 'self' file: data:; media-src 'self' file: data:; base-uri 'none'; form-action 'none'"
    )
