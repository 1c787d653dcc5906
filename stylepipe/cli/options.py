"""Options that several commands share, with one wording."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from stylepipe.cli.completing import complete_assignment, complete_device, complete_item
from stylepipe.errors import UsageError
from stylepipe.spec.jobfile import Spec
from stylepipe.spec.load import load_spec

Assignments = dict[str, object]
"""The settings that `--set` changes, by their dotted keys."""

Command = TypeVar("Command", bound=Callable[..., Any])


def spec_argument(command: Command) -> Command:
    """Add the job file."""
    return click.argument("spec", type=click.Path())(command)


def target_argument(command: Command) -> Command:
    """Add a job file, or the directory of its outputs."""
    return click.argument("target", metavar="SPEC|DIR", type=click.Path(path_type=Path))(command)


def spec_or_folder(target: Path, assignments: Assignments) -> Spec | Path:
    """Read a job file, or give a directory's absolute path; raises SpecError, and UsageError for `--set` with it."""
    if not target.is_dir():
        return load_spec(target, assignments)
    if assignments:
        raise UsageError(f"--set changes a job file, and {target} is a folder; name the job file")
    return target.absolute()


def set_option(command: Command) -> Command:
    """Add `--set KEY=VALUE`, which the command receives as Assignments."""
    return click.option(
        "--set",
        "assignments",
        metavar="KEY=VALUE",
        multiple=True,
        callback=_split_assignments,
        shell_complete=complete_assignment,
        help="Change any setting: --set size=256 --set masks.content=alpha. Repeatable.",
    )(command)


def only_option(command: Command) -> Command:
    """Add `--only PATTERN`."""
    return click.option(
        "--only",
        metavar="PATTERN",
        multiple=True,
        shell_complete=complete_item,
        help="Only items whose name fits: --only 'cat*'. Repeatable.",
    )(command)


def force_option(command: Command) -> Command:
    """Add `--force`."""
    return click.option("--force", is_flag=True, help="Paint again what is up to date.")(command)


def verify_option(command: Command) -> Command:
    """Add `--verify`."""
    return click.option(
        "--verify", is_flag=True, help="Hash finished outputs again, to find those that were changed or damaged."
    )(command)


def device_option(command: Command) -> Command:
    """Add `--device`."""
    return click.option(
        "--device",
        default="auto",
        show_default=True,
        metavar="NAME",
        shell_complete=complete_device,
        help="Where to paint: auto (a GPU if there is one), cpu, cuda, cuda:N or mps.",
    )(command)


def engine_options(command: Command) -> Command:
    """Add `--engine`, and `--address` of a Ray cluster."""
    address = click.option(
        "--address",
        metavar="ADDRESS",
        help="The Ray cluster: auto for that of this machine, or HOST:PORT; by default $RAY_ADDRESS, or one that is "
        "started for this command alone.",
    )
    engine = click.option(
        "--engine",
        type=click.Choice(["local", "ray"]),
        default="local",
        show_default=True,
        help="What starts the processes that paint: this program on this machine, or Ray on a cluster.",
    )
    return engine(address(command))


def quiet_option(command: Command) -> Command:
    """Add `--quiet`."""
    return click.option("-q", "--quiet", is_flag=True, help="Print nothing but failures, one line each.")(command)


def _split_assignments(_context: click.Context, _parameter: click.Parameter, assignments: Sequence[str]) -> Assignments:
    """Read KEY=VALUE pairs; the last one of a key counts."""
    pairs: Assignments = {}
    for assignment in assignments:
        key, equals, value = assignment.partition("=")
        if not equals or not key:
            raise click.BadParameter(f"{assignment!r} is no KEY=VALUE pair, such as size=256")
        pairs[key.strip()] = value
    return pairs
