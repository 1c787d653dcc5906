"""A first job file for somebody's folder: what lies there is looked at, what is lacking comes as an example."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from stylepipe.errors import UsageError
from stylepipe.spec.schema import schema_text
from stylepipe.spec.starter import starter_text
from stylepipe.spec.surroundings import Guess, guess_roles, look_around
from stylepipe.spec.writing import SCHEMA_FILE
from stylepipe.store import atomic
from stylepipe.store.places import PRIVATE

JOB_FILE = "job.yaml"
_PACKAGE = Path(__file__).parents[1]
_EXAMPLES = (_PACKAGE / "data" / "examples", _PACKAGE.parent / "samples")
"""Where example pictures lie: in an installed package, and in a source checkout."""
_PHOTOGRAPH, _ARTWORK = "scenes/still_life.jpg", "artworks/gouache_cutouts.jpg"
_OUTPUT = "out"


@dataclass(frozen=True)
class Start:
    """A job file that was written, what its folder was taken for, and the example pictures that were put there."""

    job: Path
    guesses: tuple[Guess, ...]
    examples: tuple[Path, ...]


def start(folder: Path, *, force: bool = False) -> Start:
    """Write a commented job file of what lies in a folder, and the schema for editors beside it.

    force: replace a job file that is there. Raises UsageError when there is one, or a file in the folder's place, and
    OutputError when the disk refuses.
    """
    job = _free_place(folder, force=force)
    guesses = guess_roles(look_around(folder, results_hold=PRIVATE)) if folder.exists() else []
    examples = _put_examples(folder, {guess.role for guess in guesses})
    if examples:
        guesses = guess_roles(look_around(folder, results_hold=PRIVATE))
    _write(job, starter_text(job.name, guesses, _output_dir(folder)))
    return Start(job, tuple(guesses), examples)


def write_job(folder: Path, text: str, *, force: bool = False) -> Path:
    """Write a job file that is ready, and the schema for editors beside it; errors as `start`."""
    job = _free_place(folder, force=force)
    _write(job, text)
    return job


def _write(job: Path, text: str) -> None:
    atomic.write_text(job.with_name(SCHEMA_FILE), schema_text())
    atomic.write_text(job, text)


def _free_place(folder: Path, *, force: bool) -> Path:
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: is a file, and a job file is written into a folder; name the folder")
    job = folder / JOB_FILE
    if job.exists() and not force:
        raise UsageError(f"{job}: is there already; --force replaces it")
    return job


def _put_examples(folder: Path, roles: set[str]) -> tuple[Path, ...]:
    """Copy a photograph and an artwork to where there are none, so that the job file can be tried."""
    wanted = [(_PHOTOGRAPH, "photos")] if not roles & {"photographs", "clips", "frames"} else []
    wanted += [(_ARTWORK, "art")] if "artworks" not in roles else []
    return tuple(_copied(name, folder / kind) for name, kind in wanted)


def _copied(name: str, folder: Path) -> Path:
    source = next(path for root in _EXAMPLES if (path := root / name).is_file())
    target = folder / source.name
    with source.open("rb") as file, atomic.replacing(target) as copy:
        shutil.copyfileobj(file, copy)
    return target


def _output_dir(folder: Path) -> str:
    """Name a folder for the results that is theirs: new, or of earlier runs."""
    names = [_OUTPUT, "painted", *(f"{_OUTPUT}{number}" for number in range(2, 100))]
    return next((name for name in names if _is_free(folder / name)), _OUTPUT)


def _is_free(folder: Path) -> bool:
    return not folder.exists() or (folder / PRIVATE).is_dir()
