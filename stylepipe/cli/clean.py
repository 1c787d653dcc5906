"""`stylepipe clean`: remove what is no longer needed."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from stylepipe.batch.clean import Kept, Leftover, find, remove_all
from stylepipe.batch.status import require_output_dir
from stylepipe.cli.options import Assignments, set_option, spec_or_folder, target_argument
from stylepipe.cli.wording import place, size
from stylepipe.errors import UsageError
from stylepipe.spec.expand import expand
from stylepipe.spec.problems import printable
from stylepipe.store.lock import hold
from stylepipe.store.places import PRIVATE

_KIND = 17
"""Columns of the longest kind of leftover."""


@click.command(short_help="Remove what unfinished work has left behind.")
@target_argument
@set_option
@click.option("--orphans", is_flag=True, help="Also remove outputs and records of items that SPEC does not ask for.")
@click.option("-n", "--dry-run", is_flag=True, help="Only list what would be removed.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
def clean(target: Path, assignments: Assignments, orphans: bool, dry_run: bool, yes: bool) -> None:
    """Remove what unfinished work has left behind.

    That is temporary files, checkpoints and the painted frames of unfinished clips (the next run begins them anew),
    reports of crashes, and how items failed that SPEC no longer asks for. Finished outputs stay, except with --orphans,
    which takes only what is just as it was painted: what somebody has changed or put there is left alone.

    \b
    Examples:
      stylepipe clean job.yaml --dry-run
      stylepipe clean job.yaml --orphans
      stylepipe clean out --yes
    """
    asked_for = spec_or_folder(target, assignments)
    if orphans and isinstance(asked_for, Path):
        raise UsageError(f"{target}: --orphans needs the job file, which says what is asked for")
    if orphans and not (dry_run or yes or _can_ask()):
        raise UsageError("--orphans removes finished outputs, and nobody can be asked here; add --yes, or --dry-run")
    if isinstance(asked_for, Path):
        require_output_dir(asked_for)
        output_dir, items = asked_for, None
    else:
        output_dir, items = asked_for.output_dir, expand(asked_for)
        if not (output_dir / PRIVATE).is_dir():
            click.echo(f"nothing to remove: no run has written to {place(output_dir)} yet", err=True)
            return
    with hold(output_dir):
        _clean(output_dir, find(output_dir, items, orphans=orphans), dry_run=dry_run, ask=_can_ask() and not yes)


def _clean(output_dir: Path, found: Sequence[Leftover | Kept], *, dry_run: bool, ask: bool) -> None:
    """Show what was found, ask if so told, and remove it."""
    leftovers = [entry for entry in found if isinstance(entry, Leftover)]
    for leftover in leftovers:
        click.echo(f"{leftover.kind:<{_KIND}}  {size(leftover.bytes):>9}  {printable(place(leftover.path))}")
    for kept in found:
        if isinstance(kept, Kept):
            click.echo(f"left alone: {printable(place(kept.path))} {kept.why}", err=True)
    where = printable(place(output_dir))
    if not leftovers:
        click.echo(f"nothing to remove in {where}", err=True)
    elif dry_run:
        click.echo(f"would remove {_sum(leftovers)} from {where}", err=True)
    elif ask and not click.confirm(f"Remove {_sum(leftovers)} from {where}?", err=True):
        click.echo("nothing was removed", err=True)
    else:
        click.echo(f"removed {_sum(remove_all(output_dir, leftovers))} from {where}", err=True)


def _sum(leftovers: Sequence[Leftover]) -> str:
    count = len(leftovers)
    return f"{count} leftover{'s' * (count != 1)} ({size(sum(leftover.bytes for leftover in leftovers))})"


def _can_ask() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()
