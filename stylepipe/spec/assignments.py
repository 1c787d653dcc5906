"""`--set KEY=VALUE`: settings and output keys from the command line, which win over the whole file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from stylepipe.spec.document import Output
from stylepipe.spec.nodes import plain
from stylepipe.spec.problems import Problem, did_you_mean, nearest
from stylepipe.spec.settings import SECTIONS, Settings
from stylepipe.spec.syntax import first_unprintable
from stylepipe.spec.validation import complaint_of
from stylepipe.spec.values import Name
from stylepipe.spec.yaml12 import read_yaml

_SECTIONS: dict[str, type[BaseModel]] = {"": Settings, **SECTIONS, "output": Output}
_NOTHING = ("", "~", "null", "none")


@dataclass
class Assignments:
    """What `--set` says, and what is wrong with it."""

    settings: Settings = field(default_factory=Settings)
    output: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_assignments(assignments: Mapping[str, object]) -> Assignments:
    """Read KEY=VALUE pairs; a VALUE is YAML, except where text is wanted: that stands as typed."""
    read = Assignments()
    settings: dict[str, Any] = {}
    for key, text in assignments.items():
        section, _, name = key.rpartition(".")
        model = _SECTIONS.get(section)
        if model is None or name not in model.model_fields:
            hint = did_you_mean(key, _keys()) or did_you_mean(name, _keys())
            if model is not None and section:
                near = nearest(name, model.model_fields)
                hint = f"did you mean `{section}.{near}`?" if near else f"there are {', '.join(_keys_of(section))}"
            read.problems.append(Problem(None, None, f"unknown key `{key}`", hint, origin=f"--set {key}"))
            continue
        value, problem = _value(model, name, text)
        problem = problem or _problem_with(model, name, value)
        if problem is not None:
            message, hint = problem
            read.problems.append(Problem(None, None, message, hint, origin=f"--set {key}"))
        elif section == "output":
            read.output[name] = value
        elif section:
            settings.setdefault(section, {})[name] = value
        elif isinstance(value, dict) and name in SECTIONS:
            settings.setdefault(name, {}).update(value)
        else:
            settings[name] = value
    read.settings = Settings.model_validate(settings)
    return read


def _keys() -> Iterator[str]:
    for section in _SECTIONS:
        yield from _keys_of(section)


def _keys_of(section: str) -> list[str]:
    return [f"{section}.{name}" if section else name for name in _SECTIONS[section].model_fields]


def _value(model: type[BaseModel], name: str, text: object) -> tuple[object, tuple[str, str | None] | None]:
    """Read a VALUE; with it comes what is wrong with it as YAML."""
    if not isinstance(text, str):
        return text, None
    unprintable = first_unprintable(text)
    if unprintable is not None:
        return None, (unprintable.message, None)
    annotation = model.model_fields[name].annotation
    if annotation is str:
        return text, None
    if annotation == Name | None:
        return (None if text in _NOTHING else text), None
    source = read_yaml(text, "--set")
    for problem in source.problems:
        return None, (problem.message, problem.hint)
    return (plain(source.root) if source.root is not None else None), None


def _problem_with(model: type[BaseModel], name: str, value: object) -> tuple[str, str | None] | None:
    try:
        model.model_validate({name: value})
    except ValidationError as error:
        details = error.errors(include_url=False)
        inner = str(details[0]["loc"][-1])
        if details[0]["type"] == "extra_forbidden":
            return f"unknown key `{inner}`", did_you_mean(inner, _SECTIONS[name].model_fields)
        return complaint_of(name, details)
    return None
