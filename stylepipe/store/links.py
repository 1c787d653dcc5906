"""No links among stylepipe's own files: what is written or removed there must not lie somewhere else."""

from __future__ import annotations

import os
from pathlib import Path

from stylepipe.errors import OutputError
from stylepipe.store.places import PRIVATE


def refuse_links(output_dir: Path) -> None:
    """Raise OutputError when the private folder of an output directory is a link, or has one at any depth."""
    link = _first_link(output_dir / PRIVATE)
    if link is not None:
        raise OutputError(
            f"{link} is a link to {os.readlink(link)}, and what is written in {PRIVATE} must not land elsewhere: "
            "remove it; to keep all results elsewhere, let output.dir lead there"
        )


def _first_link(folder: Path) -> Path | None:
    if folder.is_symlink():
        return folder
    folders = [str(folder)]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    if entry.is_symlink():
                        return Path(entry.path)
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
        except OSError:  # it is not there, or not ours to look into, and then not to write to either
            continue
    return None
