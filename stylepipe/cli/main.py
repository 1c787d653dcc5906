"""The command `stylepipe`: its subcommands, and how each way to end becomes an exit code."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

import click

from stylepipe import __version__
from stylepipe.cli.doctor import doctor
from stylepipe.cli.plan import plan
from stylepipe.cli.render import render
from stylepipe.cli.run import run
from stylepipe.cli.schema import schema
from stylepipe.cli.weights import weights
from stylepipe.errors import ExitCode, StoppedError, StylepipeError

EXIT_CODES = "\b\nExit codes:\n" + "\n".join(f"  {code:>3}  {code.meaning}" for code in ExitCode)


@click.group(epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="stylepipe")
def cli() -> None:
    """Paint photographs in the style of artworks, in bulk.

    \b
    stylepipe render photo.jpg -s starry_night.jpg -o painted.png
    stylepipe run job.yaml
    """


for command in (run, plan, render, weights, doctor, schema):
    cli.add_command(command)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with the code of the table in `errors.ExitCode`."""
    signal.signal(signal.SIGTERM, _terminate)
    # torch's threads spin while they wait, which starves them as soon as anything else runs on the same cores: ten
    # times slower beside a second run, against a tenth slower alone (docs/benchmarks.md). Read when torch is loaded.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    sys.exit(_exit_code(arguments))


def _exit_code(arguments: Sequence[str] | None) -> int:
    try:
        result = cli.main(arguments, prog_name="stylepipe", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except StylepipeError as error:
        click.echo(f"stylepipe: {error}" if not isinstance(error, StoppedError) else str(error), err=True)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo(ExitCode.INTERRUPTED.meaning, err=True)
        return ExitCode.INTERRUPTED
    except BrokenPipeError:  # whoever read our output has seen enough: `stylepipe plan job.yaml | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.OK
    except Exception as error:
        return _report_bug(error)
    return int(result or ExitCode.OK)


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise StoppedError(ExitCode.TERMINATED)


def _report_bug(error: Exception) -> int:
    from pathlib import Path

    from platformdirs import user_log_dir

    from stylepipe.store.crash import write_crash_report

    try:
        where = f"the report to send is {write_crash_report(Path(user_log_dir('stylepipe')), error)}"
    except StylepipeError as refusal:
        where = f"no report could be written ({refusal})"
    click.echo(f"stylepipe: this is a bug: {type(error).__name__}: {error}; {where}", err=True)
    return ExitCode.BUG


if __name__ == "__main__":
    main()
