"""What lies in somebody's folder, and what each folder in it seems to hold: the guess behind a first job file.

Names tell most: art, styles, photos, clips. Where they say nothing, a collection of artworks is smaller than one of
photographs.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from stylepipe.spec.patterns import CLIP_SUFFIXES, IMAGE_SUFFIXES

Role = Literal["photographs", "artworks", "clips", "frames", "masks", "results"]

_WORDS: dict[Role, str] = {
    "artworks": "art arts artwork artworks artist artists style styles painting paintings drawings masters museum "
    "kunst gemälde stile tableaux arte estilo estilos",
    "photographs": "photo photos photograph photographs content contents input inputs picture pictures image images "
    "pics scenes portraits landscapes camera dcim originals foto fotos bilder imágenes",
    "clips": "clip clips video videos movie movies film films footage",
    "frames": "frame frames",
    "masks": "mask masks",
    "results": "out output outputs result results painted",
}
_ROLE_OF: dict[str, Role] = {word: role for role, words in _WORDS.items() for word in words.split()}
_DEEPEST = 3
_MOST_FOLDERS = 500
"""Folders that are looked into: somebody's whole disk would take too long."""


@dataclass(frozen=True)
class Place:
    """A folder that holds pictures or clips.

    path: relative to the folder that was looked at, with /; "." is that folder itself. bytes: of the pictures.
    """

    path: str
    images: tuple[str, ...]
    clips: tuple[str, ...]
    bytes: int


@dataclass(frozen=True)
class Guess:
    """What a place seems to hold, and why one would think so."""

    place: Place
    role: Role
    why: str


def look_around(folder: Path, *, results_hold: str) -> list[Place]:
    """List the places in a folder, some levels deep, by path; what is hidden or cannot be read is passed over.

    results_hold: the name by which the folders that hold results of earlier runs are known, and passed over too.
    """
    found = (_place(folder, path) for path in _folders(folder, results_hold))
    return sorted((place for place in found if place is not None), key=lambda place: Path(place.path).parts)


def guess_roles(places: Sequence[Place]) -> list[Guess]:
    """Say what each place seems to hold."""
    named = {place.path: role for place in places if (role := _role_by_name(place)) is not None}
    unknown = [place for place in places if place.path not in named]
    guessed = {place.path: Guess(place, named[place.path], "by its name") for place in places if place.path in named}
    guessed |= {place.path: Guess(place, "clips", "it holds clips alone") for place in unknown if not place.images}
    unknown = sorted((place for place in unknown if place.images), key=lambda place: (len(place.images), place.bytes))
    has_artworks = "artworks" in named.values()
    others = "photographs" in named.values()
    if unknown and not has_artworks and (others or len(unknown) > 1):
        fewest = unknown.pop(0)
        why = "the fewest pictures" if unknown else "the only other pictures"
        guessed[fewest.path] = Guess(fewest, "artworks", why)
    for place in unknown:
        guessed[place.path] = Guess(place, "photographs", "what is left" if guessed else "the only pictures")
    return [guessed[place.path] for place in places]


def _folders(top: Path, results_hold: str) -> Iterator[Path]:
    """Give a folder and those in it, but none of results; links are followed from the top alone."""
    waiting = [top]
    for _ in range(_MOST_FOLDERS):
        if not waiting:
            return
        folder = waiting.pop(0)
        yield folder
        depth = len(folder.relative_to(top).parts)
        if depth == _DEEPEST:
            continue
        try:
            inner = sorted(path for path in folder.iterdir() if not path.name.startswith(".") and path.is_dir())
        except OSError:
            continue
        waiting += [
            path for path in inner if not (path / results_hold).exists() and (depth == 0 or not path.is_symlink())
        ]


def _place(top: Path, folder: Path) -> Place | None:
    path = folder.relative_to(top).as_posix()
    if not path.isprintable():  # no job file could name it
        return None
    try:
        files = sorted(file for file in folder.iterdir() if not file.name.startswith(".") and file.is_file())
        images = [file for file in files if file.suffix.lower() in IMAGE_SUFFIXES]
        bytes = sum(os.path.getsize(file) for file in images)
    except OSError:
        return None
    clips = [file.name for file in files if file.suffix.lower() in CLIP_SUFFIXES]
    if not images and not clips:
        return None
    return Place(path, tuple(file.name for file in images), tuple(clips), bytes)


def _role_by_name(place: Place) -> Role | None:
    """Give what the folder's name says, or that of the nearest one above which says anything."""
    for part in reversed(Path(place.path).parts):
        for word in re.findall(r"[^\W\d_]+", part.lower()):
            if word in _ROLE_OF:
                role = _ROLE_OF[word]
                return "clips" if role == "photographs" and not place.images else role
    return None
