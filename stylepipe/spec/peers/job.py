"""A job file that was made from another program's command line: each line with the option that it comes from."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from stylepipe.spec.names import literal, safe_name
from stylepipe.spec.writing import SCHEMA_LINE, comment_lines, yaml_value

SizeOf = Callable[[Path], tuple[int, int] | None]
"""Gives a picture's (width, height), or None when it is not there."""

_SUFFIXES = {".png": "png", ".jpg": "jpg", ".jpeg": "jpg", ".webp": "webp", ".tif": "tiff", ".tiff": "tiff"}
_MOST_INDENTED = 48


@dataclass(frozen=True)
class Said:
    """A key of the job file, its value, and why it is that."""

    key: str
    value: object
    why: str


@dataclass(frozen=True)
class Artwork:
    """One artwork of the style."""

    image: str
    weight: float = 1.0
    scale: float = 1.0


@dataclass
class ImportedJob:
    """What another program was asked for, in our words.

    folder: where the job file will be. converted: what was done to numbers, in sentences. lost: what has no equivalent.
    """

    folder: Path
    content: str = ""
    content_why: str = ""
    output: list[Said] = field(default_factory=list)
    artworks: list[Artwork] = field(default_factory=list)
    artworks_why: str = ""
    settings: list[Said] = field(default_factory=list)
    converted: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def set(self, key: str, value: object, why: str) -> None:
        """Add a setting."""
        self.settings.append(Said(key, value, why))

    def path(self, typed: str) -> str:
        """Give a path of the command line as the job file, which may lie elsewhere, has to write it."""
        path = PurePath(typed)
        if path.is_absolute() or typed.startswith("~/"):
            return typed
        return PurePath(os.path.relpath(Path.cwd() / path, Path.cwd() / self.folder)).as_posix()

    def write_to(self, typed: str, why: str) -> None:
        """Say where the picture goes."""
        path = PurePath(self.path(typed))
        format = _SUFFIXES.get(path.suffix.lower())
        self.output.append(Said("dir", str(path.parent), why))
        self.output.append(Said("name", literal(safe_name(path.stem)), ""))
        self.output.append(Said("format", format or "png", ""))
        if format is None:
            self.lost.append(f"{why}: {path.suffix or 'a name without suffix'} is no kind of picture here; it is a png")


def job_text(job: ImportedJob, program: str, command: str) -> str:
    """Write the job file."""
    lines = [SCHEMA_LINE, "#", *comment_lines(f"What this command of {program} asks for:"), "#"]
    lines += [f"#     {command}", "#"]
    lines += comment_lines("Converted:")
    for sentence in job.converted:
        lines += comment_lines(sentence, bullet="* ")
    lines += ["#", *comment_lines("Without an equivalent here:" if job.lost else "Everything has an equivalent here.")]
    for sentence in job.lost:
        lines += comment_lines(sentence, bullet="* ")
    lines += ["version: 1", "", "output:", *_lines(job.output), "", "defaults:", *_lines(job.settings), ""]
    lines += ["styles:", f"  style: # {job.artworks_why}", *map(_artwork_line, job.artworks), ""]
    lines += ["jobs:", f"  - contents: {yaml_value(job.content)} # {job.content_why}", "    styles: style"]
    return "\n".join(lines) + "\n"


def _lines(said: list[Said]) -> list[str]:
    written = [(f"  {one.key}: {yaml_value(one.value)}", one.why) for one in said]
    column = max((len(line) for line, _ in written if len(line) <= _MOST_INDENTED), default=0)
    return [f"{line:<{column}} # {why}" if why else line for line, why in written]


def _artwork_line(artwork: Artwork) -> str:
    entry: dict[str, object] = {"image": artwork.image, "weight": artwork.weight}
    return f"    - {yaml_value(entry | ({'scale': artwork.scale} if artwork.scale != 1 else {}))}"
