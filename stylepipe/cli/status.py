"""`stylepipe status`: what is done, failed, missing."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from stylepipe.batch.status import Status, status_of
from stylepipe.cli.options import Assignments, set_option, spec_or_folder, target_argument, verify_option
from stylepipe.cli.wording import moment, place, size
from stylepipe.spec.problems import printable
from stylepipe.store.run_log import LastRun

_MOST_NAMES = 3
"""Items that are named where many have failed by one cause."""


@click.command(short_help="Say what is done, failed and due, and how the last run went.")
@target_argument
@set_option
@verify_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines.")
def status(target: Path, assignments: Assignments, verify: bool, as_json: bool) -> None:
    """Say what is done, failed and due, and how the last run went: first all of it in one line, then what failed.

    Of a job file, every item counts; of its output directory alone, those that were ever painted or failed. The exit
    code is 0 whatever is said, and 2 when SPEC is wrong or DIR is no output directory.

    \b
    Examples:
      stylepipe status job.yaml
      stylepipe status out --json | jq '.failures[].item'
    """
    stands = status_of(spec_or_folder(target, assignments), verify=verify)
    if as_json:
        click.echo(json.dumps({"items": stands.items, **asdict(stands)}, indent=1, default=str))
    else:
        for line in _lines(stands):
            click.echo(printable(line))


def _lines(status: Status) -> Iterator[str]:
    due = sum(status.due.values())
    counts = f"{status.done} done, {len(status.failures)} failed, {due} due of {status.items}"
    yield f"{place(status.output_dir)}: {counts}; {_run_text(status)}"
    if status.due:
        yield f"due: {', '.join(f'{count} {reason}' for reason, count in status.due.items())}"
    typed = status.last_run.command if status.last_run else ()
    if due and "--set" in typed:
        yield f"the last run had settings of its own: {shlex.join(typed[typed.index('--set') :])}"
    if status.holder is not None:
        yield f"held by process {status.holder.pid} on {status.holder.host}: {status.holder.command}"
    by_cause: dict[str, list[str]] = {}
    for failure in status.failures:
        by_cause.setdefault(failure.reason, []).append(failure.item)
    for cause, items in by_cause.items():
        more = f" and {len(items) - _MOST_NAMES} more" if len(items) > _MOST_NAMES else ""
        yield f"failed: {', '.join(items[:_MOST_NAMES])}{more}: {cause}"
    for output, kept in status.unfinished.items():
        yield f"unfinished: {output} ({size(kept)} kept)"


def _run_text(status: Status) -> str:
    run = status.last_run
    if status.held:
        since = status.holder.since if status.holder else run.began if run else None
        return f"running since {moment(since)}" if since else "running"
    if run is None:
        return "no run yet"
    if not run.ended:
        return f"last run {_span(run)}, cut off"
    return f"last run {_span(run)}, exit {run.exit_code}"


def _span(run: LastRun) -> str:
    """Say from when to when a run went; the day is said once when it is one."""
    began, ended = moment(run.began), moment(run.last_heard)
    day = f" {ended.partition(' ')[2]}"
    return f"{began.removesuffix(day)} to {ended}"
