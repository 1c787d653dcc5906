"""`stylepipe doctor`: what this machine can do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from itertools import chain
from pathlib import Path

import click

from stylepipe.batch.cluster_address import check_address
from stylepipe.batch.finding import Finding
from stylepipe.cli.options import engine_options
from stylepipe.errors import ExitCode
from stylepipe.spec.expand import expand
from stylepipe.spec.items import Item
from stylepipe.spec.load import load_spec
from stylepipe.spec.problems import printable

SIGNS = {"ok": "✓", "note": "·", "problem": "✗"}
_NAME = 19
"""Columns of the longest name, `weights vgg19-caffe`, so that each finding can be shown as soon as it is there."""


@click.command(short_help="Say what this machine can do, and how to mend what it lacks.")
@click.argument("target", metavar="[SPEC|DIR]", type=click.Path(path_type=Path), default=".")
@engine_options
@click.option("--all", "every_network", is_flag=True, help="Also look at weights that nobody has asked for.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines.")
def doctor(target: Path, engine: str, address: str | None, every_network: bool, as_json: bool) -> int:
    """Say what this machine can do, and how to mend what it lacks: device, ffmpeg, weights, disk, locks, clock.

    Of a job file, that is what it needs and the folder that it writes to; of DIR, whether pictures can be written there
    and who holds it. With --engine ray also Ray, and every machine of its cluster. ✗ is what keeps a job from being
    painted, with exit code 4; · is worth knowing.

    \b
    Examples:
      stylepipe doctor
      stylepipe doctor job.yaml
      stylepipe doctor job.yaml --engine ray --address auto
    """
    check_address(engine, address)
    from stylepipe.batch.checkup import check_up

    folder, items = _subject(target)
    looks = [check_up(folder, items, every_network=every_network)]
    if engine == "ray":
        from stylepipe.batch.checkup_cluster import check_cluster

        looks.append(check_cluster(address, folder))
    findings = []
    for finding in chain(*looks):
        findings.append(finding)
        if not as_json:
            click.echo("\n".join(_lines(finding)))
    problems = sum(finding.state == "problem" for finding in findings)
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=1))
    else:
        click.echo(f"{problems} to mend" if problems else "everything that painting needs is here", err=True)
    return ExitCode.ENVIRONMENT if problems else ExitCode.OK


def _subject(target: Path) -> tuple[Path, Sequence[Item]]:
    """Give the folder to look at, and what a job file asks for; a folder may be one that is still to be made."""
    if target.is_file() or target.suffix in (".yaml", ".yml"):
        spec = load_spec(target)
        return spec.output_dir, expand(spec)
    return target.absolute(), ()


def _lines(finding: Finding) -> list[str]:
    lines = [f"{SIGNS[finding.state]} {finding.name:<{_NAME}}  {printable(finding.text)}"]
    return [*lines, f"  {'':<{_NAME}}  → {printable(finding.remedy)}"] if finding.remedy else lines
