"""`stylepipe plan`: what run would do, and why."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from stylepipe.cli.options import Assignments, force_option, only_option, set_option, spec_argument
from stylepipe.cli.wording import place
from stylepipe.spec.load import load_spec
from stylepipe.spec.problems import printable

if TYPE_CHECKING:
    from stylepipe.batch.plan import Planned

_WIDEST_NAME = 60
"""Columns beyond which one long name does not push all reasons to the right."""


@click.command()
@spec_argument
@set_option
@only_option
@force_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines.")
def plan(spec: str, assignments: Assignments, only: Sequence[str], force: bool, as_json: bool) -> None:
    """List every item of a job file, and why it is due.

    \b
    Examples:
      stylepipe plan job.yaml
      stylepipe plan job.yaml --json | jq '.[] | select(.due) | .item'
    """
    show_plan(spec, assignments, only, force=force, as_json=as_json)


def show_plan(spec: str, assignments: Assignments, only: Sequence[str], *, force: bool, as_json: bool) -> None:
    """Print the plan: data on stdout, the count on stderr."""
    from rich.cells import cell_len

    from stylepipe.batch.plan import plan as make_plan

    planned = make_plan(load_spec(spec, assignments), only=only, force=force)
    if as_json:
        click.echo(json.dumps([_row(entry) for entry in planned], indent=1))
        return
    names = [printable(entry.item.name) for entry in planned]
    width = min(_WIDEST_NAME, max(map(cell_len, names)))
    for name, entry in zip(names, planned, strict=True):
        click.echo(f"{name}{' ' * (width - cell_len(name))}  {printable(entry.reason or 'up to date')}")
    due = sum(entry.reason is not None for entry in planned)
    click.echo(f"{due} due, {len(planned) - due} up to date, in {place(planned[0].item.output_dir)}", err=True)


def _row(entry: Planned) -> dict[str, object]:
    item = entry.item
    return {
        "item": item.name,
        "due": entry.reason is not None,
        "reason": entry.reason,
        "job": item.job,
        "content": str(item.content),
        "style": item.style,
        "artworks": [{"image": str(style.path), "weight": style.weight} for style in item.styles],
        "sweep": dict(item.sweep),
        "output": str(item.output),
    }
