"""Which files of a folder are the frames of a clip, in which order: said once for who finds, hashes and reads them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from stylepipe.spec.patterns import IMAGE_SUFFIXES

_NUMBERED = re.compile(r"(?P<stem>.*?)(?P<number>\d+)\Z")


class NumberedFrame(NamedTuple):
    """An image file whose name ends in a number, and what stands before the number."""

    stem: str
    number: int
    path: Path


def frames_in(folder: Path) -> list[NumberedFrame]:
    """List the images directly in a folder whose names end in a number, by that number; hidden files are no frames.

    Raises OSError when the folder cannot be listed.
    """
    paths = sorted(path for path in folder.iterdir() if is_image_name(path))
    frames = [
        NumberedFrame(match["stem"], int(match["number"]), path)
        for path in paths
        if (match := _NUMBERED.match(path.stem))
    ]
    return sorted(frames, key=lambda frame: frame.number)


def is_image_name(path: Path) -> bool:
    """Say whether a file is an image by its name, and not hidden."""
    return path.suffix.lower() in IMAGE_SUFFIXES and not path.name.startswith(".")
