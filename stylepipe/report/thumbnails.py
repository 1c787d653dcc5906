"""Small pictures beside the page, each made once: its name is what it shows, so that one that is there is right."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from stylepipe.errors import EnvironmentLacksError, ItemError
from stylepipe.media import encode_picture, small_frame, small_picture
from stylepipe.spec.frames import frames_in
from stylepipe.store import atomic
from stylepipe.store.hashing import HashCache, sha256_of

CELL = 320
"""Longest side in pixels of a picture on a sheet."""
LARGE = 1280
"""Longest side in pixels of a photograph beside its painting, and of a painting that browsers do not show."""
_QUALITY = 78
_NAME = re.compile(r"[0-9a-f]{16}-\d+\.webp")


@dataclass(frozen=True)
class Small:
    """A small picture that is wanted: of a file with that SHA-256, at most `longest` pixels a side.

    clip: its first frame. trusted: the hash need not be checked, since somebody else has.
    """

    path: Path
    sha256: str
    longest: int = CELL
    clip: bool = False
    trusted: bool = False

    @property
    def name(self) -> str:
        """The name of its file."""
        return f"{self.sha256[:16]}-{self.longest}.webp"

    def of_size(self, longest: int) -> Small:
        """Give the same in another size."""
        return replace(self, longest=longest)

    def encoded(self) -> bytes | None:
        """Make it; None when the file is gone, is no picture, or no longer holds what it did."""
        try:
            if not self.trusted and not holds_still(self.path, self.sha256):
                return None
            picture = small_frame(self.path, self.longest) if self.clip else small_picture(self.path, self.longest)
            return encode_picture(picture, format="webp", quality=_QUALITY)
        except (ItemError, EnvironmentLacksError, OSError):
            return None


def holds_still(path: Path, sha256: str) -> bool:
    """Tell whether a file, or a folder of frames, is what a record says: no record shows what else lies on this disk.

    Raises PictureError when it cannot be read.
    """
    return sha256 == (HashCache().sha256_of_frames(path) if path.is_dir() else sha256_of(path))


def keep_in(folder: Path, wanted: Iterable[Small]) -> set[str]:
    """Make the small pictures that a folder lacks, and remove those that nobody wants; give the names of all there.

    Raises OutputError when the disk refuses.
    """
    there = make_in(folder, wanted)
    remove_others(folder, there)
    return there


def make_in(folder: Path, wanted: Iterable[Small]) -> set[str]:
    """Make the small pictures that a folder lacks; give the names of those that are there then.

    Decoders take turns, since Pillow's limits belong to the whole process; shrinking, encoding and the disk need not.
    Raises OutputError when the disk refuses.
    """
    by_name = {small.name: small for small in wanted}
    there = _names_in(folder)
    with ThreadPoolExecutor(min(8, 2 * (os.cpu_count() or 1))) as threads:
        missing = [small for name, small in by_name.items() if name not in there]
        made = set(threads.map(lambda small: _kept(folder, small), missing))
    return (there & by_name.keys()) | {name for name in made if name is not None}


def remove_others(folder: Path, wanted: Collection[str]) -> None:
    """Remove the small pictures of a folder whose names nobody wants."""
    for name in _names_in(folder).difference(wanted):
        with suppress(OSError):
            (folder / name).unlink()


def _names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if _NAME.fullmatch(path.name)} if folder.is_dir() else set()


def embedded(wanted: Iterable[Small]) -> Mapping[str, bytes]:
    """Make small pictures for a page that holds them itself, by their names."""
    by_name = {small.name: small for small in wanted}
    with ThreadPoolExecutor(min(8, 2 * (os.cpu_count() or 1))) as threads:
        made = zip(by_name, threads.map(Small.encoded, by_name.values()), strict=True)
        return {name: data for name, data in made if data is not None}


def first_frames(folder: Path, sha256: str, count: int, longest: int) -> list[Small]:
    """Give small pictures of the first frames of a painted folder of frames."""
    try:
        frames = frames_in(folder)[:count]
    except OSError:
        return []
    # Each frame has a name of its own, made of the folder's hash and its number.
    return [Small(frame.path, f"{k:04x}{sha256[:12]}", longest, trusted=True) for k, frame in enumerate(frames)]


def _kept(folder: Path, small: Small) -> str | None:
    data = small.encoded()
    if data is None:
        return None
    atomic.write_bytes(folder / small.name, data)
    return small.name
