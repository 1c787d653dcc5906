"""Which setting wins: built-in, preset, defaults, the job's set, its sweep, its overrides, --set; later wins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stylepipe.spec.document import given
from stylepipe.spec.jobfile import Spec
from stylepipe.spec.nodes import Loc
from stylepipe.spec.presets import load_preset
from stylepipe.spec.problems import Complaint, Problem
from stylepipe.spec.settings import SECTIONS, SETTING_KEYS, Settings
from stylepipe.spec.values import Section

BUILT_IN = "built-in"
COMMAND_LINE = "--set"


@dataclass(frozen=True)
class Layer:
    """Settings that were written in one place; those of a group, such as masks.content, are settings of their own."""

    values: Mapping[str, object]
    sources: Mapping[str, str]
    locs: Mapping[str, Loc]


@dataclass(frozen=True)
class Resolved:
    """The settings of an item, and where each of them comes from."""

    settings: Settings
    sources: Mapping[str, str]
    locs: Mapping[str, Loc]
    """Where in the file a setting was written, for those that were."""


def written_layer(spec: Spec, name: str, values: Mapping[str, object], loc: Loc, index: Loc = ()) -> Layer:
    """Make a layer of settings written at `loc`; `index` comes after the key, as in the lists of a sweep."""
    leaves: dict[str, object] = {}
    locs: dict[str, Loc] = {}
    sources: dict[str, str] = {}
    for written, value in values.items():  # a sweep may write the dotted key itself
        for key, inner in _leaves({written: value}):
            leaves[key] = inner
            locs[key] = (*loc, written, *index, *([] if key == written else [key.removeprefix(f"{written}.")]))
    for key, at in locs.items():
        place = spec.source.label(at)
        sources[key] = f"{name}, {spec.path.name}:{place.line}:{place.column}" if place else name
    return Layer(leaves, sources, locs)


def unwritten_layer(name: str, settings: Settings) -> Layer:
    """Make a layer of settings that were not written in the job file: a preset, or the command line."""
    leaves = dict(_leaves(given(settings)))
    return Layer(leaves, dict.fromkeys(leaves, name), {})


def resolve(layers: Sequence[Layer]) -> Resolved:
    """Merge layers, the last one winning, over the preset that the last one of them names."""
    preset = next((one.values["preset"] for one in reversed(layers) if "preset" in one.values), None)
    if isinstance(preset, str):
        layers = [_preset_layer(preset), *layers]
    values: dict[str, Any] = {}
    sources = dict.fromkeys(SETTING_KEYS, BUILT_IN)
    locs: dict[str, Loc] = {}
    for one in layers:
        values.update(one.values)
        sources.update(one.sources)
        for key in one.values:
            locs.pop(key, None)
        locs.update(one.locs)
    return Resolved(Settings.model_validate(_nested(values)), sources, locs)


def problem_with(spec: Spec, resolved: Resolved, key: str, message: str, hint: str | None, job: Loc) -> Problem:
    """Make a problem of a resolved setting, at the place where it was written, or else at the job."""
    if key in resolved.locs:
        return spec.problem(resolved.locs[key], message, hint)
    if resolved.sources[key] == COMMAND_LINE:
        return Problem(None, None, message, hint, origin=f"{COMMAND_LINE} {key}")
    return spec.problem(job, f"{message} ({key} is {resolved.sources[key]})", hint)


def _preset_layer(name: str) -> Layer:
    try:
        return unwritten_layer(f"preset {name}", load_preset(name))
    except Complaint:  # reported once, where it is written
        return Layer({}, {}, {})


def _leaves(values: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for key, value in values.items():
        if isinstance(value, Section):
            yield from ((f"{key}.{part}", inner) for part, inner in given(value).items())
        else:
            yield key, value


def _nested(leaves: Mapping[str, object]) -> dict[str, object]:
    """Put the settings of groups back into their groups."""
    groups: dict[str, dict[str, object]] = {name: {} for name in SECTIONS}
    single: dict[str, object] = {}
    for key, value in leaves.items():
        section, _, name = key.rpartition(".")
        (groups[section] if section else single)[name] = value
    return {**single, **groups}
