"""`stylepipe report`: the web page of results."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stylepipe.cli.options import Assignments, set_option, spec_or_folder, target_argument
from stylepipe.cli.wording import place, size
from stylepipe.errors import UsageError
from stylepipe.spec.jobfile import Spec
from stylepipe.spec.problems import printable

if TYPE_CHECKING:
    from stylepipe.report.results import Gathered, Results

_PATIENCE = 60.0
"""Seconds in which a run that is to be watched may begin."""
_LOOK = 0.5
"""Seconds between two looks at whether it has."""
_PAUSE = 5.0
"""Seconds between two versions of a live page; more where making one takes longer."""


@click.command(short_help="Make a web page of all pictures, to choose by looking.")
@target_argument
@set_option
@click.option(
    "-o",
    "--output",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="The page's folder (by default `report` in the output folder), or with --single-file the file.",
)
@click.option("--single-file", is_flag=True, help="Put smaller pictures into the page itself, to send it to somebody.")
@click.option("--watch", is_flag=True, help="Make the page again and again while a run goes on; the page follows.")
@click.option("--sheet", metavar="FILE", type=click.Path(path_type=Path), help="Only the contact sheet, as a picture.")
@click.option("--curves", metavar="FILE", type=click.Path(path_type=Path), help="Only all loss curves, as an .svg.")
def report(
    target: Path,
    assignments: Assignments,
    output: Path | None,
    single_file: bool,
    watch: bool,
    sheet: Path | None,
    curves: Path | None,
) -> None:
    """Make a web page of all pictures and clips: beside what they were made from, with their settings and losses.

    It opens in any browser, from the disk or from a server, and asks nobody for anything. Of a job file it also shows
    what is due; of an output directory alone, what was painted or has failed. Prints the path of what was written.

    \b
    Examples:
      stylepipe report job.yaml
      stylepipe report job.yaml --watch
      stylepipe report out --single-file -o for_anna.html
      stylepipe report out --sheet sheet.png --curves losses.svg
    """
    only_parts = sheet is not None or curves is not None
    if only_parts and (output is not None or single_file or watch):
        raise UsageError("--sheet and --curves make no page; leave out -o, --single-file and --watch")
    if single_file and watch:
        raise UsageError("--watch is for a page with its pictures beside it; leave out --single-file")
    if curves is not None and curves.suffix.lower() != ".svg":
        raise UsageError(f"{curves}: curves are an .svg")
    found = _look(target, assignments)
    if only_parts or single_file:
        _require_few(found)
    if sheet is not None:
        from stylepipe.report.contact_sheet import write_sheet

        click.echo(write_sheet(_all_of(found), sheet))
    if curves is not None:
        from stylepipe.report.curve_plot import write_curves

        click.echo(write_curves(_all_of(found), curves))
    if not only_parts:
        _make_page(found, target, assignments, output, single_file=single_file, watch=watch)


def _make_page(
    found: Gathered, target: Path, assignments: Assignments, output: Path | None, *, single_file: bool, watch: bool
) -> None:
    from stylepipe.report.page import write_single_page
    from stylepipe.report.pages import own_folder, write_pages
    from stylepipe.store.lock import is_held

    if single_file:
        page = write_single_page(_all_of(found), output or found.output_dir / "report.html")
        click.echo(f"{size(page.stat().st_size)}, with all pictures in it", err=True)
        click.echo(printable(str(page)))
        return
    folder = output or own_folder(found.output_dir)
    began = time.monotonic()
    running = watch and is_held(found.output_dir)
    click.echo(printable(str(write_pages(found, folder, live=watch))))
    running = running or (watch and _begins(found.output_dir))
    if watch and not running:
        click.echo(f"no run is going on in {place(found.output_dir)}: the page is as it stays", err=True)
        write_pages(found, folder)
    while running:
        time.sleep(max(_PAUSE, time.monotonic() - began))
        began = time.monotonic()
        running = is_held(found.output_dir)
        write_pages(_look(target, assignments), folder, live=running)


def _begins(output_dir: Path) -> bool:
    """Wait for a run to begin, since whoever wants to watch it may start it second; say whether one has."""
    from stylepipe.store.lock import is_held

    until = time.monotonic() + _PATIENCE
    while not (held := is_held(output_dir)) and time.monotonic() < until:
        time.sleep(_LOOK)
    return held


def _require_few(found: Gathered) -> None:
    """Raise UsageError where the results are too many to be put into one file."""
    from stylepipe.report.pages import MOST

    if len(found) > MOST:
        raise UsageError(
            f"{len(found)} results are too many for one file, which holds {MOST}: leave out --single-file, --sheet and "
            "--curves for a report of several pages, or name a job file that asks for fewer"
        )


def _all_of(found: Gathered) -> Results:
    return found.part(range(len(found)))


def _look(target: Path, assignments: Assignments) -> Gathered:
    from stylepipe.report.results import gather

    asked_for = spec_or_folder(target, assignments)
    command = _command(target, assignments) if isinstance(asked_for, Spec) else ()
    return gather(asked_for, command)


def _command(spec: Path, assignments: Assignments) -> Sequence[str]:
    """Write what runs the job again, as it would be typed here."""
    settings = [word for key, value in assignments.items() for word in ("--set", f"{key}={value}")]
    return ["stylepipe", "run", str(spec), *settings]
