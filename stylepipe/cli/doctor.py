"""`stylepipe doctor`: what this machine can do."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from stylepipe.errors import ExitCode

SIGNS = {"ok": "✓", "note": "·", "problem": "✗"}


@click.command(short_help="Say what this machine can do, and how to mend what it lacks.")
@click.argument("folder", type=click.Path(path_type=Path), default=".")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines.")
def doctor(folder: Path, as_json: bool) -> int:
    """Say what this machine can do (device, weights, ffmpeg, disk at FOLDER), and how to mend what it lacks.

    \b
    Example:
      stylepipe doctor
    """
    from stylepipe.batch.checkup import check_up

    findings = list(check_up(folder))
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=1))
    else:
        width = max(len(finding.name) for finding in findings)
        for finding in findings:
            remedy = f"\n  {'':<{width}}  → {finding.remedy}" if finding.remedy else ""
            click.echo(f"{SIGNS[finding.state]} {finding.name:<{width}}  {finding.text}{remedy}")
    problems = sum(finding.state == "problem" for finding in findings)
    if not as_json:
        click.echo(f"{problems} to mend" if problems else "everything that painting needs is here", err=True)
    return ExitCode.ENVIRONMENT if problems else ExitCode.OK
