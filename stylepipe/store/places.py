"""Where stylepipe keeps its own files in an output directory."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path, PurePath

from stylepipe.errors import UsageError

PRIVATE = ".stylepipe"
"""The folder in every output directory that holds what stylepipe remembers; deleting it only costs repainting."""
_PARTS = ".parts"
_LONGEST_NAME = 255 - len(_PARTS)
"""Bytes of an output's name that can be lengthened so on any disk."""


def record_path(output_dir: Path, item: str) -> Path:
    """Give the place of an item's record, in a folder of them that has the shape of the output directory."""
    if not stays_inside(item):  # job files are checked before any item has a name; this is for whoever else calls
        raise UsageError(f"{item!r} cannot name an item: it must be a plain path inside the output directory")
    return output_dir / PRIVATE / "records" / f"{item}.json"


def runs_folder(output_dir: Path) -> Path:
    """Give the folder of the runs' logs."""
    return output_dir / PRIVATE / "runs"


def crashes_folder(output_dir: Path) -> Path:
    """Give the folder of the reports about failures that nobody foresaw."""
    return output_dir / PRIVATE / "crashes"


def hashes_file(output_dir: Path) -> Path:
    """Give the place where the inputs' hashes are remembered between runs."""
    return output_dir / PRIVATE / "hashes.json"


def unfinished_folder(output_dir: Path, output: str) -> Path:
    """Give the folder of what is done of a clip that is not finished, by its output's path inside the directory."""
    if not stays_inside(output):
        raise UsageError(f"{output!r} cannot name an output: it must be a plain path inside the output directory")
    path = PurePath(output)
    name = path.name
    if len(os.fsencode(name)) > _LONGEST_NAME:
        name = hashlib.sha256(os.fsencode(name)).hexdigest()
    return output_dir / PRIVATE / "unfinished" / path.with_name(f"{name}{_PARTS}")


def stays_inside(name: str) -> bool:
    """Tell whether a slashed relative name stays in the folder that it is appended to, by this machine's rules."""
    path = PurePath(name)
    return not (path.anchor or ".." in path.parts or "\0" in name or path.as_posix() != name or name == ".")
