#!/usr/bin/env python3
"""Fill in what the documentation takes from the program: tables, the cookbook, and the job file's schema.

python scripts/write_docs.py            # writes
python scripts/write_docs.py --check    # says what is stale, and fails if anything is
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from marked import filled
from recipes import RECIPES, SEEDS, read_recipe

from stylepipe.cli.main import cli
from stylepipe.errors import ExitCode
from stylepipe.spec.describe import setting_rows
from stylepipe.spec.schema import schema_text
from stylepipe.spec.settings import LIMITS

ROOT = Path(__file__).parent.parent


def settings_table() -> str:
    """Give the table of settings."""
    rows = [f"| `{row.key}` | {row.values} | `{row.default}` | {row.meaning} |" for row in setting_rows()]
    return "\n".join(["| setting | values | default | meaning |", "|---|---|---|---|", *rows])


def limits_table() -> str:
    """Give the table of the settings that are limits."""
    rows = {row.key: row for row in setting_rows()}
    lines = [f"| `{key}` | `{rows[key].default}` | {rows[key].meaning} |" for key in LIMITS]
    return "\n".join(["| limit | default | meaning |", "|---|---|---|", *lines])


def exit_codes_table() -> str:
    """Give the table of exit codes."""
    return "\n".join(["| code | meaning |", "|---|---|", *(f"| {code.value} | {code.meaning} |" for code in ExitCode)])


def commands_table() -> str:
    """Give the table of commands."""
    rows = [
        f"| `stylepipe {name}` | {command.get_short_help_str(limit=200)} |" for name, command in cli.commands.items()
    ]
    return "\n".join(["| command | what it does |", "|---|---|", *rows])


def recipes_text() -> str:
    """Give the cookbook's recipes, each with what its job file says of itself."""
    return "\n\n".join(
        f"## {recipe.title}\n\n{recipe.text}\n\n```\n{chr(10).join(recipe.commands)}\n```\n\n"
        f"[configs/cookbook/{recipe.path.name}](../configs/cookbook/{recipe.path.name})"
        for recipe in map(read_recipe, RECIPES)
    )


def seeds_table() -> str:
    """Give the table of the source documents' experiments."""
    rows = [f"| [{path.stem}](../configs/seeds/{path.name}) | {read_recipe(path).title} |" for path in SEEDS]
    return "\n".join(["| job file | experiment |", "|---|---|", *rows])


def documents() -> Iterator[tuple[Path, str]]:
    """Give each generated file with what it should hold."""
    readme = ROOT / "README.md"
    text = filled(readme.read_text(encoding="utf-8"), "settings", settings_table(), readme.name)
    text = filled(text, "commands", commands_table(), readme.name)
    yield readme, filled(text, "exit codes", exit_codes_table(), readme.name)
    cookbook = ROOT / "docs" / "cookbook.md"
    yield cookbook, filled(cookbook.read_text(encoding="utf-8"), "recipes", recipes_text(), cookbook.name)
    seeds = ROOT / "docs" / "seeds.md"
    yield seeds, filled(seeds.read_text(encoding="utf-8"), "job files", seeds_table(), seeds.name)
    page = ROOT / "docs" / "security.md"
    yield page, filled(page.read_text(encoding="utf-8"), "limits", limits_table(), page.name)
    yield ROOT / "configs" / "stylepipe.schema.json", schema_text()


def main() -> int:
    """Write what is stale, or only name it."""
    stale = [(path, text) for path, text in documents() if path.read_text(encoding="utf-8") != text]
    for path, text in stale:
        print(f"stale: {path.relative_to(ROOT)}")
        if "--check" not in sys.argv[1:]:
            path.write_text(text, encoding="utf-8")
    return int(bool(stale) and "--check" in sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
