"""`stylepipe features`: what a layer sees."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from stylepipe.cli.completing import complete_layer
from stylepipe.cli.wording import place
from stylepipe.spec.describe import setting_rows
from stylepipe.spec.settings import Settings

_BACKBONES = next(row.values for row in setting_rows() if row.key == "backbone").split(", ")


@click.command(short_help="Show what a layer of the network sees, as pictures.")
@click.argument("image", type=click.Path(path_type=Path))
@click.option(
    "--layer",
    "layers",
    metavar="NAME",
    multiple=True,
    default=("relu3_1",),
    show_default=True,
    shell_complete=complete_layer,
    help="A layer, relu1_1 to relu5_4. Repeatable: one sheet each.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The sheet: .png, .jpg, .webp or .tiff.")
@click.option("--backbone", type=click.Choice(_BACKBONES), default="lite", show_default=True, help="The network.")
@click.option(
    "--size", type=click.IntRange(16, 65536), default=512, show_default=True, help="Longest side at which it looks."
)
@click.option("--maps", "most", type=click.IntRange(1, 512), default=64, show_default=True, help="The most maps shown.")
@click.option("--grey", is_flag=True, help="Shades of grey instead of colours.")
def features(
    image: Path, layers: Sequence[str], output: Path | None, backbone: str, size: int, most: int, grey: bool
) -> None:
    """Show what a layer of the network sees in a picture: its maps as a grid of pictures, the most active first.

    Content is kept by what these maps show where, style by which of them are bright together.

    \b
    Examples:
      stylepipe features photo.jpg --layer relu3_1 -o maps.png
      stylepipe features photo.jpg --layer relu1_1 --layer relu4_2 --maps 24
    """
    from stylepipe.batch.feature_maps import write_feature_sheets

    settings = Settings.model_validate({"backbone": backbone, "size": size})
    for sheet in write_feature_sheets(image, list(dict.fromkeys(layers)), output, settings, most=most, grey=grey):
        click.echo(f"wrote {place(sheet)}", err=True)
