"""The settings of a record in words: those that differ from the built-in ones, and what a sweep varies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import PurePath
from typing import Any

from stylepipe.spec.describe import value_text
from stylepipe.spec.settings import SETTING_KEYS, Settings

_PATHS = ("init", "masks.content", "masks.style", "weights")
"""Settings that may be paths."""


def flat(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Give settings, nested as in a record, by their dotted keys; layers and their weights stay together."""
    return dict(_flat(settings))


def _flat(settings: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in settings.items():
        if key in ("masks", "video") and isinstance(value, Mapping):
            yield from ((f"{key}.{name}", inner) for name, inner in value.items())
        else:
            yield key, value


@cache
def built_in() -> Mapping[str, Any]:
    """Give the built-in settings by their dotted keys."""
    return flat(Settings().model_dump(mode="json"))


def changed_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Give the settings that differ from the built-in ones; one that an older release did not have does not differ."""
    return {key: value for key, value in flat(settings).items() if value != built_in().get(key)}


def shown(key: str, value: object) -> str:
    """Write a setting's value for people; of a file only its name, which says as much and tells no one's folders."""
    if key in _PATHS and isinstance(value, str) and PurePath(value).is_absolute():
        return PurePath(value).name
    if key == "iterations" and isinstance(value, list) and len(value) == 1:
        return value_text(value[0])
    return value_text(value).replace("+", ", ")


def axes(variants: Sequence[Mapping[str, Any]], first: Sequence[str] = ()) -> list[str]:
    """Find the settings that tell some variants of one picture apart, as few as can be: what a sweep varies.

    variants: by dotted keys. first: keys that are tried before the others, such as those of a sweep that is known.
    """
    told = 1
    chosen: list[str] = []
    for key in dict.fromkeys([*first, *SETTING_KEYS]):
        now = len({tuple(shown(one, variant.get(one)) for one in (*chosen, key)) for variant in variants})
        if now > told:
            chosen.append(key)
            told = now
        if told == len(variants):
            break
    return chosen
