"""`stylepipe plan`: what run would do, why, and how long it takes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from stylepipe.cli.options import Assignments, force_option, only_option, set_option, spec_argument, verify_option
from stylepipe.cli.wording import expected_text, place
from stylepipe.spec.load import load_spec
from stylepipe.spec.problems import printable

if TYPE_CHECKING:
    from stylepipe.batch.estimate import Cost
    from stylepipe.batch.plan import Planned

_WIDEST_NAME = 60
"""Columns beyond which one long name does not push all reasons to the right."""


@click.command(short_help="List what run would do, why, and about how long it takes.")
@spec_argument
@set_option
@only_option
@force_option
@verify_option
@click.option("--resolved", is_flag=True, help="Print every setting of each item, and where it comes from.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines.")
def plan(
    spec: str,
    assignments: Assignments,
    only: Sequence[str],
    force: bool,
    verify: bool,
    resolved: bool,
    as_json: bool,
) -> None:
    """List every item of a job file, why it is due, and about how long all that takes.

    What is painted teaches this machine how long painting takes; before the first run nothing is said about it.

    \b
    Examples:
      stylepipe plan job.yaml
      stylepipe plan job.yaml --only 'cat*' --resolved
      stylepipe plan job.yaml --json | jq '.[] | select(.due) | .item'
    """
    show_plan(spec, assignments, only, force=force, verify=verify, resolved=resolved, as_json=as_json)


def show_plan(
    spec: str,
    assignments: Assignments,
    only: Sequence[str],
    *,
    force: bool,
    as_json: bool,
    verify: bool = False,
    resolved: bool = False,
    workers: int | None = None,
) -> None:
    """Print the plan: data on stdout, the count and the estimate on stderr; workers: None for as many as last time."""
    from stylepipe.batch.plan import plan as make_plan

    planned = make_plan(load_spec(spec, assignments), only=only, force=force, verify=verify)
    if as_json:
        from stylepipe.batch.estimate import costs
        from stylepipe.store.speeds import Speeds

        rows = zip(planned, costs(planned, Speeds.load()), strict=True)
        click.echo(json.dumps([_row(entry, cost, resolved=resolved) for entry, cost in rows], indent=1))
        return
    if resolved:
        from stylepipe.cli.resolved import resolved_yaml

        click.echo("\n---\n".join(resolved_yaml(entry.item) for entry in planned))
        return
    from stylepipe.batch.estimate import estimate

    _list(planned)
    due = sum(entry.reason is not None for entry in planned)
    counts = f"{due} due, {len(planned) - due} up to date" if due else f"all {len(planned)} up to date"
    count = f"{counts}, in {place(planned[0].item.output_dir)}"
    expected = expected_text(estimate(planned, workers=workers)) if due else ""
    click.echo(f"{count}; {expected}" if expected else count, err=True)


def _list(planned: Sequence[Planned]) -> None:
    from rich.cells import cell_len

    names = [printable(entry.item.name) for entry in planned]
    width = min(_WIDEST_NAME, max(map(cell_len, names)))
    for name, entry in zip(names, planned, strict=True):
        click.echo(f"{name}{' ' * (width - cell_len(name))}  {printable(entry.reason or 'up to date')}")


def _row(entry: Planned, cost: Cost, *, resolved: bool) -> dict[str, object]:
    item = entry.item
    row: dict[str, object] = {
        "item": item.name,
        "due": entry.reason is not None,
        "reason": entry.reason,
        "job": item.job,
        "content": str(item.content),
        "style": item.style,
        "artworks": [{"image": str(style.path), "weight": style.weight} for style in item.styles],
        "sweep": dict(item.sweep),
        "output": str(item.output),
        "seconds": cost.seconds,
        "bytes": None if cost.bytes is None else round(cost.bytes),
    }
    if resolved:
        row |= {"settings": item.settings.model_dump(mode="json"), "sources": dict(item.sources)}
    return row
