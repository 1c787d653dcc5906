"""How ffmpeg is told which file is meant, and kept from opening any other."""

from __future__ import annotations

import os
from pathlib import Path

PROTOCOLS = "file,pipe"
"""All that a media file may make ffmpeg open: playlists inside it shall fetch nothing from the network."""


def file_argument(path: Path) -> str:
    """Name a file so that ffmpeg takes it for nothing else: not for an option ('-x.mp4') nor for a protocol ('a:b').

    A '%03d' in a name is still a pattern to the image2 format, and to no other.
    """
    return f"file:{os.path.abspath(path)}"


def input_arguments(path: Path, *options: str) -> list[str]:
    """Give the arguments that open one input, which can open only local files; options go before it."""
    return [*options, "-protocol_whitelist", PROTOCOLS, "-i", file_argument(path)]
