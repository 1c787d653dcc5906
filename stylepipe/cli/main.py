"""The command `stylepipe`: its subcommands, and how each way to end becomes an exit code."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from stylepipe import __version__
from stylepipe.cli.clean import clean
from stylepipe.cli.completion import completion
from stylepipe.cli.doctor import doctor
from stylepipe.cli.features import features
from stylepipe.cli.init import init
from stylepipe.cli.plan import plan
from stylepipe.cli.render import render
from stylepipe.cli.report import report
from stylepipe.cli.run import run
from stylepipe.cli.schema import schema
from stylepipe.cli.status import status
from stylepipe.cli.stopping import heed_signals
from stylepipe.cli.weights import weights
from stylepipe.cli.wording import error_text
from stylepipe.errors import ExitCode, StylepipeError
from stylepipe.spec.problems import printable


class _Commands(click.Group):
    """The commands in the order in which they are met, and the exit codes below them."""

    def list_commands(self, _context: click.Context) -> list[str]:
        return list(self.commands)

    def format_epilog(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Exit codes"):
            formatter.write_dl([(str(int(code)), code.meaning) for code in ExitCode])

    def invoke(self, context: click.Context) -> Any:
        try:
            result = super().invoke(context)
            if sys.stdout is not None:  # some supervisors start programs without any
                sys.stdout.flush()  # here, and not when Python ends, it can be said that there is no room
            return result
        except BrokenPipeError:  # whoever read our output has seen enough: `stylepipe plan job.yaml | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return ExitCode.OK


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="stylepipe")
def cli() -> None:
    """Paint photographs in the style of artworks, in bulk.

    \b
    Examples:
      stylepipe render photo.jpg -s starry_night.jpg -o painted.png
      stylepipe run job.yaml
    """


for command in (init, run, plan, render, report, status, clean, doctor, weights, features, schema, completion):
    cli.add_command(command)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with the code of the table in `errors.ExitCode`."""
    heed_signals()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal or a file that cannot show a sign is no reason to stop
            stream.reconfigure(errors="backslashreplace")
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
        click.echo(error_text(error), err=True)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo(ExitCode.INTERRUPTED.meaning, err=True)
        return ExitCode.INTERRUPTED
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
            return _report_bug(error)
        click.echo(f"stylepipe: what it says cannot be written: {error.strerror}", err=True)
        return ExitCode.OUTPUT
    except Exception as error:
        return _report_bug(error)
    return int(result or ExitCode.OK)


def _report_bug(error: Exception) -> int:
    from pathlib import Path

    from platformdirs import user_log_dir

    from stylepipe.store.crash import write_crash_report

    try:
        where = f"the report to send is {write_crash_report(Path(user_log_dir('stylepipe')), error)}"
    except StylepipeError as refusal:
        where = f"no report could be written ({refusal})"
    click.echo(printable(f"stylepipe: this is a bug: {type(error).__name__}: {error}; {where}"), err=True)
    return ExitCode.BUG


if __name__ == "__main__":
    main()
