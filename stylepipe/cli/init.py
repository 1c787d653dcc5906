"""`stylepipe init`: a job file to start from."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from stylepipe.batch.starting import Start, start, write_job
from stylepipe.cli.wording import place
from stylepipe.errors import PictureError
from stylepipe.spec.expand import expand
from stylepipe.spec.load import load_spec
from stylepipe.spec.peers.tools import TOOL_NAMES, imported_text
from stylepipe.spec.problems import printable
from stylepipe.spec.surroundings import Guess


@click.command()
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), default=".")
@click.option("--force", is_flag=True, help="Replace a job.yaml that is there.")
@click.option(
    "--from",
    "other",
    nargs=2,
    metavar="TOOL COMMAND",
    help=f"Write what a command line of another program asks for. TOOL: {', '.join(TOOL_NAMES)}.",
)
def init(folder: Path, force: bool, other: tuple[str, str] | None) -> None:
    """Write a commented job file, job.yaml, for the folders in DIR.

    Which folder holds photographs and which artworks is guessed by their names and by how much is in them. What is
    lacking is put there as an example, so that in an empty folder there is something to try.

    \b
    Examples:
      stylepipe init
      stylepipe init ~/paintings
      stylepipe init --from neural-style-pt "-image_size 640"
    """
    if other is None:
        job = _started(start(folder, force=force))
    else:
        tool, command = other
        text = imported_text(tool, command, folder, size_of=_size_of)
        job = write_job(folder, text, force=force)
        click.echo(f"wrote {place(job)}: its comments say what was converted, and what has no equivalent", err=True)
    items = expand(load_spec(job))
    counts = Counter("clip" if item.clip else "picture" for item in items)
    asked = " and ".join(f"{count} {kind}{'s' * (count != 1)}" for kind, count in counts.items())
    words = shlex.quote(str(place(job)))
    click.echo(f"It asks for {asked}. Next:\n  stylepipe plan {words}\n  stylepipe run {words}", err=True)


def _started(start: Start) -> Path:
    """Say what a new job file was made from."""
    examples = {str(path.parent.relative_to(start.job.parent)) for path in start.examples}
    for guess in start.guesses:
        example = "; an example, put there now" if guess.place.path in examples else ""
        click.echo(printable(f"{guess.place.path}: {guess.role} ({_held(guess)}; {guess.why}{example})"), err=True)
    click.echo(f"wrote {place(start.job)}", err=True)
    return start.job


def _held(guess: Guess) -> str:
    held: Sequence[tuple[int, str]] = ((len(guess.place.images), "picture"), (len(guess.place.clips), "clip"))
    return ", ".join(f"{count} {kind}{'s' * (count != 1)}" for count, kind in held if count)


def _size_of(path: Path) -> tuple[int, int] | None:
    """Give a picture's (width, height); None when it is not there, or no picture."""
    from stylepipe.media.opening import picture_size

    try:
        return picture_size(path)
    except PictureError:
        return None
