"""The settings that an item ends up with, as YAML for a job file, with the origin of each."""

from __future__ import annotations

from collections.abc import Iterator

from stylepipe.cli.wording import place
from stylepipe.spec.items import Item
from stylepipe.spec.problems import printable
from stylepipe.spec.settings import SECTIONS, SETTING_KEYS, value_at
from stylepipe.spec.writing import yaml_value

_MOST_INDENTED = 60
"""Columns beyond which one long value does not push all comments to the right."""


def resolved_yaml(item: Item) -> str:
    """Write an item's settings as the `defaults` of a job file, headed by what it is made of and becomes."""
    artworks = ", ".join(_artwork(place(image.path), image.weight, len(item.styles)) for image in item.styles)
    heading = {
        "item": item.name,
        "content": place(item.content),
        "style": item.style if artworks == item.style else f"{item.style} ({artworks})",
        "output": place(item.output),
    }
    lines = [f"# {key + ':':<9}{printable(text)}" for key, text in heading.items()]
    return "\n".join([*lines, "defaults:", *_settings_lines(item)])


def _artwork(path: str, weight: float, count: int) -> str:
    return path if count == 1 else f"{path} x {weight:.3g}"


def _settings_lines(item: Item) -> Iterator[str]:
    written = {}
    for key in SETTING_KEYS:
        section, _, name = key.rpartition(".")
        value = value_at(item.settings, key)
        alone = key == "iterations" and len(value) == 1  # as people write it
        written[key] = f"{'    ' if section else '  '}{name}: {yaml_value(value[0] if alone else value)}"
    column = max(len(line) for line in written.values() if len(line) <= _MOST_INDENTED)
    for key, line in written.items():
        section = key.rpartition(".")[0]
        if section in SECTIONS and key.endswith(f".{next(iter(SECTIONS[section].model_fields))}"):
            yield f"  {section}:"
        yield f"{line:<{column}}  # {printable(item.sources[key])}"
