"""What lies in the folders that a pattern leads through, as long as they are not a whole disk's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

from stylepipe.spec.problems import Complaint

MOST_FOLDERS = 100_000
"""Folders that `**` in one pattern may enter: some seconds on a disk, some minutes on a network drive."""


def glob(anchor: Path, pattern: str) -> Iterator[Path]:
    """Find what fits a pattern in a folder, perhaps more than once, as Path.glob, which nothing would stop.

    `**` stands for any folders in each other, but enters no hidden ones, and none through links. Raises Complaint when
    it would enter too many, OSError or what Path.glob raises for what is no pattern.
    """
    return _glob(anchor, pattern.split("/"), count())


def _glob(anchor: Path, parts: list[str], entered: Iterator[int]) -> Iterator[Path]:
    if "**" not in parts:
        yield from anchor.glob("/".join(parts))
        return
    deep = parts.index("**")
    for start in anchor.glob("/".join(parts[:deep])) if deep else [anchor]:
        for folder in _with_those_inside(start, entered):
            if parts[deep + 1 :]:
                yield from _glob(folder, parts[deep + 1 :], entered)
            else:
                yield folder


def _with_those_inside(start: Path, entered: Iterator[int]) -> Iterator[Path]:
    """Give a folder and all in it, at any depth; of a file nothing."""
    folders = [start] if start.is_dir() else []
    while folders:
        folder = folders.pop()
        if next(entered) == MOST_FOLDERS:
            raise Complaint(
                f"`**` leads through more than {MOST_FOLDERS} folders, the last of them {folder}",
                "begin the pattern with the folder that holds the pictures",
            )
        yield folder
        with suppress(PermissionError, FileNotFoundError), os.scandir(folder) as entries:  # as Path.glob does
            folders += [
                folder / entry.name
                for entry in entries
                if entry.is_dir(follow_symlinks=False) and not entry.name.startswith(".")
            ]
