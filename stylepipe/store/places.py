"""Where stylepipe keeps its own files in an output directory."""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path, PurePath

from stylepipe.errors import UsageError

PRIVATE = ".stylepipe"
"""The folder in every output directory that holds what stylepipe remembers; deleting it only costs repainting."""
PARTS = ".parts"
"""The suffix of the folder of what is done of an output that is not finished."""
_JSON = ".json"
_LONGEST_NAME = 255 - len(PARTS)
"""Bytes of an output's name that can be lengthened so on any disk."""


@lru_cache(maxsize=16)
def records_folder(output_dir: Path) -> Path:
    """Give the folder of the items' records."""
    return output_dir / PRIVATE / "records"


def record_path(output_dir: Path, item: str) -> Path:
    """Give the place of an item's record, in a folder of them that has the shape of the output directory."""
    return _place_of(item, records_folder(output_dir))


def failures_folder(output_dir: Path) -> Path:
    """Give the folder of what kept items from being painted."""
    return output_dir / PRIVATE / "failures"


def failures_file(output_dir: Path) -> Path:
    """Give the place of the list of what failed, for people."""
    return output_dir / PRIVATE / "failures.txt"


def failure_path(output_dir: Path, item: str) -> Path:
    """Give the place of an item's failure, in a folder of them that has the shape of the output directory."""
    return _place_of(item, failures_folder(output_dir))


def items_in(folder: Path) -> list[str]:
    """List the names of the items that have a file in a folder of records or failures, sorted."""
    names = []
    for inner, _, files in os.walk(folder):
        below = "" if inner == str(folder) else f"{Path(inner).relative_to(folder).as_posix()}/"
        names += [f"{below}{file[: -len(_JSON)]}" for file in files if file.endswith(_JSON)]
    return sorted(name for name in names if stays_inside(name))  # `.json` alone names none


def _place_of(item: str, folder: Path) -> Path:
    if not stays_inside(item):  # job files are checked before any item has a name; this is for whoever else calls
        raise UsageError(f"{item!r} cannot name an item: it must be a plain path inside the output directory")
    return folder / f"{item}{_JSON}"


def runs_folder(output_dir: Path) -> Path:
    """Give the folder of the runs' logs."""
    return output_dir / PRIVATE / "runs"


def crashes_folder(output_dir: Path) -> Path:
    """Give the folder of the reports about failures that nobody foresaw."""
    return output_dir / PRIVATE / "crashes"


def hashes_file(output_dir: Path) -> Path:
    """Give the place where the inputs' hashes are remembered between runs."""
    return output_dir / PRIVATE / "hashes.json"


def all_unfinished(output_dir: Path) -> Path:
    """Give the folder of everything that is not finished."""
    return output_dir / PRIVATE / "unfinished"


def unfinished_folder(output_dir: Path, output: str) -> Path:
    """Give the folder of what is done of a clip that is not finished, by its output's path inside the directory."""
    if not stays_inside(output):
        raise UsageError(f"{output!r} cannot name an output: it must be a plain path inside the output directory")
    path = PurePath(output)
    name = path.name
    if len(os.fsencode(name)) > _LONGEST_NAME:
        name = hashlib.sha256(os.fsencode(name)).hexdigest()
    return all_unfinished(output_dir) / path.with_name(f"{name}{PARTS}")


def stays_inside(name: str) -> bool:
    """Tell whether a slashed relative name stays in the folder that it is appended to, by this machine's rules."""
    path = PurePath(name)
    elsewhere = path.anchor or ".." in path.parts or path.as_posix() != name or name == "."
    return not elsewhere and is_path(name)


def is_path(text: str) -> bool:
    """Tell whether a text can be a path at all: no NUL is in it, and no half of a letter that no disk can spell."""
    try:
        return b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        return False
