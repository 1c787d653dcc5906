"""`stylepipe render`: one picture or clip, without a job file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from stylepipe.cli.completing import complete_file, complete_setting
from stylepipe.cli.options import Assignments, device_option, quiet_option, set_option
from stylepipe.cli.progress import listening
from stylepipe.spec.describe import setting_rows

SHORTCUTS = (
    "preset",
    "size",
    "iterations",
    "backbone",
    "preserve_color",
    "content_weight",
    "style_weight",
    "style_scale",
    "init",
    "seed",
)
"""Settings with an option of their own; `--set` reaches all of them."""


def _shortcuts(command: Callable[..., Any]) -> Callable[..., Any]:
    rows = {row.key: row for row in setting_rows()}
    for name in reversed(SHORTCUTS):
        values, default = rows[name].values, rows[name].default
        command = click.option(
            f"--{name.replace('_', '-')}",
            name,
            metavar=values.replace(", ", "|") if ", " in values else "VALUE",
            shell_complete=complete_setting,
            help=f"{rows[name].meaning}  [default: {default}]",
        )(command)
    return command


@click.command()
@click.argument("content", type=click.Path())
@click.option(
    "-s",
    "--style",
    "styles",
    metavar="STYLE[:WEIGHT]",
    multiple=True,
    required=True,
    shell_complete=complete_file,
    help="An artwork, with its weight against the others. Repeatable: -s night.jpg:0.7 -s wave.jpg:0.3.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="A picture: .png, .jpg, .webp, .tiff; a clip: .mp4, .mkv, .mov, .webm, .gif, or a folder for its frames.",
)
@_shortcuts
@set_option
@device_option
@quiet_option
def render(
    content: str,
    styles: Sequence[str],
    output: Path,
    assignments: Assignments,
    device: str,
    quiet: bool,
    **shortcuts: str | None,
) -> int:
    """Paint one picture or clip without a job file.

    A clip that was stopped goes on where it was when the same command is given again.

    \b
    Examples:
      stylepipe render photo.jpg -s night.jpg -o painted.png
      stylepipe render photo.jpg -s night.jpg:2 -s wave.jpg -o out.jpg --size 1024
      stylepipe render clip.mp4 -s night.jpg -o painted.mp4 --set video.end=5
    """
    from stylepipe.batch.render import render as render_picture

    given = {name: value for name, value in shortcuts.items() if value is not None}
    overrides = {**given, **assignments}
    artworks = [split_weight(style) for style in styles]
    with listening(quiet=quiet, summary=False) as listener:
        return render_picture(content, artworks, output, overrides, device, listener).exit_code


def split_weight(style: str) -> tuple[str, float]:
    """Split STYLE:WEIGHT; a file whose own name ends like that is taken as it is."""
    path, colon, weight = style.rpartition(":")
    if not colon or Path(style).exists():
        return style, 1.0
    try:
        return path, float(weight)
    except ValueError:
        return style, 1.0
