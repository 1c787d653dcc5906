"""`stylepipe doctor`: what this machine can do."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from stylepipe.errors import ExitCode

SIGNS = {"ok": "✓", "note": "·", "problem": "✗"}


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=".")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines.")
def doctor(folder: Path, as_json: bool) -> int:
    """Say what this machine can do (device, weights, ffmpeg, disk at FOLDER), and how to mend what it lacks.

    \b
    stylepipe doctor
    """
    from stylepipe.batch.checkup import check_up

    findings = list(check_up(folder))
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=1))
    else:
        for finding in findings:
            remedy = f"\n  {'':<16}  → {finding.remedy}" if finding.remedy else ""
            click.echo(f"{SIGNS[finding.state]} {finding.name:<16}  {finding.text}{remedy}")
    return ExitCode.ENVIRONMENT if any(finding.state == "problem" for finding in findings) else ExitCode.OK
