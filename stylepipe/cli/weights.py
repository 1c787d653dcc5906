"""`stylepipe weights`: the networks' weights on this machine."""

from __future__ import annotations

from pathlib import Path

import click
from click.shell_completion import CompletionItem

from stylepipe.cli.options import quiet_option
from stylepipe.store import fetching
from stylepipe.store import weights as catalogue


@click.group()
def weights() -> None:
    """List, fetch or import the weights of the networks.

    `lite` is inside the package. The VGG networks are fetched once, checked against their published SHA-256, and kept
    in the user's cache ($STYLEPIPE_WEIGHTS_DIR moves it).

    \b
    Examples:
      stylepipe weights fetch vgg19
    """


def _complete_name(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[CompletionItem[str]]:
    return [CompletionItem(entry.name) for entry in catalogue.CATALOGUE if entry.name.startswith(typed)]


@weights.command("list")
def list_weights() -> None:
    """Say which weights there are, and where they lie.

    \b
    Examples:
      stylepipe weights list
    """
    for entry in catalogue.CATALOGUE:
        place = catalogue.find(entry.backbone, entry.source)
        where = str(place) if place else f"not here: stylepipe weights fetch {entry.name}"
        click.echo(f"{entry.name:<12}  {entry.mebibytes:>5g} MiB  {where}")


@weights.command()
@click.argument("name", metavar="NAME", shell_complete=_complete_name)
@quiet_option
def fetch(name: str, quiet: bool) -> None:
    """Download the weights called NAME, and check them.

    \b
    Examples:
      stylepipe weights fetch vgg19
    """
    from stylepipe.batch.networks import fetch_weights

    entry = catalogue.entry_named(name)
    told = 0

    def tell(done: int, _total: int | None) -> None:
        nonlocal told
        if not quiet and done - told >= 50 * 2**20:
            told = done
            click.echo(f"{done / 2**20:.0f} of {entry.mebibytes:.0f} MiB", err=True)

    path = fetch_weights(name, tell)
    if not quiet:
        click.echo(f"{name} is at {path}", err=True)


@weights.command("import", short_help="Take weights that were downloaded elsewhere.")
@click.argument("file", type=click.Path(path_type=Path))
def import_weights(file: Path) -> None:
    """Take weights that were downloaded elsewhere into the cache, after checking which they are.

    \b
    Examples:
      stylepipe weights import vgg19-dcbb9e9d.pth
    """
    path = fetching.import_file(file)
    click.echo(f"imported to {path}", err=True)
