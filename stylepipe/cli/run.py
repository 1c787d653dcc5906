"""`stylepipe run`: do the job."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Literal

import click

from stylepipe.cli.options import (
    Assignments,
    device_option,
    engine_options,
    force_option,
    only_option,
    quiet_option,
    set_option,
    spec_argument,
    verify_option,
)
from stylepipe.cli.plan import show_plan
from stylepipe.cli.progress import listening
from stylepipe.spec.load import load_spec
from stylepipe.spec.times import parse_duration


def _duration(_context: click.Context, _parameter: click.Parameter, text: str) -> float:
    try:
        seconds = parse_duration(text)
        return float(str(seconds)) if seconds is not None else float("inf")
    except ValueError as error:
        raise click.BadParameter(f"{text!r} {error}") from error


@click.command(epilog="`stylepipe --help` lists the exit codes.")
@spec_argument
@set_option
@only_option
@force_option
@verify_option
@device_option
@click.option(
    "--workers",
    type=click.IntRange(min=0, max=1024),
    metavar="N",
    help="How many processes paint; by default one for each GPU, or as many as the CPU has cores for. 0 paints in this "
    "process.",
)
@engine_options
@click.option("--fail-fast", is_flag=True, help="Stop after the first failure.")
@click.option("--max-failures", type=click.IntRange(min=1), metavar="N", help="Stop after N failures.")
@click.option(
    "--wait",
    default="0s",
    metavar="DURATION",
    callback=_duration,
    help="How long to wait when another run holds the output directory: 90s, 10m, or none for as long as it takes. "
    "By default not at all.",
)
@click.option("-n", "--dry-run", is_flag=True, help="Only list what would be done, and why, as `stylepipe plan` does.")
@quiet_option
@click.option("--log-json", is_flag=True, help="Print events as JSON lines to stderr instead of text.")
def run(
    spec: str,
    assignments: Assignments,
    only: Sequence[str],
    force: bool,
    verify: bool,
    device: str,
    workers: int | None,
    engine: Literal["local", "ray"],
    address: str | None,
    fail_fast: bool,
    max_failures: int | None,
    wait: float,
    dry_run: bool,
    quiet: bool,
    log_json: bool,
) -> int:
    """Paint every item of a job file that is new or has changed.

    What is up to date is left alone, what fails does not stop the rest, and what was stopped is continued by the next
    run.

    \b
    Examples:
      stylepipe run job.yaml
      stylepipe run job.yaml --only 'cat*' --set size=1024
    """
    from stylepipe.batch.run import Options
    from stylepipe.batch.run import run as run_spec

    options = partial(
        Options,
        only=only,
        force=force,
        verify=verify,
        device=device,
        workers=workers,
        engine=engine,
        address=address,
        wait=wait,
        fail_fast=fail_fast,
        max_failures=max_failures,
        command=_command(spec, assignments),
    )
    if dry_run:
        options()  # what the run would refuse
        show_plan(spec, assignments, only, force=force, as_json=False, verify=verify, workers=workers or None)
        return 0
    with listening(quiet=quiet, log_json=log_json) as listener:
        return run_spec(load_spec(spec, assignments), options(), listener).exit_code


def _command(spec: str, assignments: Assignments) -> list[str]:
    """Write what runs this job again, from any folder."""
    program = Path(sys.argv[0]).absolute()
    words = [sys.executable, "-m", "stylepipe"] if program.name == "__main__.py" else [str(program)]
    settings = [word for key, value in assignments.items() for word in ("--set", f"{key}={value}")]
    return [*words, "run", str(Path(spec).absolute()), *settings]
