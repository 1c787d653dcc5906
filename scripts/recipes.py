"""The job files of the cookbook and of the source documents, each with a comment: what it is for, and how it is run."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

CONFIGS = Path(__file__).parent.parent / "configs"
_ORDER = (
    "every_pair",
    "blend",
    "keep_colours",
    "sky_only",
    "portrait",
    "brush_size",
    "from_noise",
    "draft_then_final",
    "large_print",
    "clip_with_sound",
    "clip_part_twice",
    "nightly",
)
RECIPES = tuple(CONFIGS / "cookbook" / f"{name}.yaml" for name in _ORDER)
"""The job files in the order of the cookbook."""
SEEDS = tuple(sorted((CONFIGS / "seeds").glob("*.yaml")))
"""The experiments of the source documents, named after the document."""
_COMMAND = "    "


class Recipe(NamedTuple):
    """What a job file says of itself."""

    path: Path
    title: str
    text: str
    commands: tuple[str, ...]


def read_recipe(path: Path) -> Recipe:
    """Read the comment at the head of a job file: its title, a paragraph, and its commands."""
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines()[2:]:
        if not line.startswith("#"):
            break
        lines.append(line.removeprefix("#").removeprefix(" "))
    title, text, commands = "\n".join(lines).split("\n\n")
    return Recipe(path, title, text, tuple(line.removeprefix(_COMMAND) for line in commands.splitlines()))
