"""pydantic's complaints as sentences with a place in the file and a guess at what was meant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from stylepipe.spec.describe import value_text
from stylepipe.spec.document import Document, Job, Output, StyleEntry, Sweep, keys_of, model_at
from stylepipe.spec.nodes import Found, Loc, Node, locate, plain, without
from stylepipe.spec.problems import Problem, did_you_mean
from stylepipe.spec.settings import LAYERS, SECTIONS, Settings
from stylepipe.spec.video import VideoSettings

_LATER = {"memory": "it comes with a later release of stylepipe"}
MISSING = {
    "jobs": "write `jobs:` with at least one entry of `contents:` and `styles:`",
    "contents": "such as contents: photos/*.jpg",
    "styles": "such as styles: art/*.jpg",
}
MOST_MISTAKES = 500
"""A file with more of them is no job file; the rest is left alone."""

# What was wanted, by the type of pydantic's complaint; the braces take its context.
_WANTED = {
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "dict_type": "keys with values",
    "finite_number": "a finite number",
    "float_parsing": "a number",
    "float_type": "a number",
    "greater_than": "more than {gt}",
    "greater_than_equal": "at least {ge}",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a smaller number",
    "int_type": "a whole number",
    "less_than": "less than {lt}",
    "less_than_equal": "at most {le}",
    "list_type": "a list",
    "literal_error": "{expected}",
    "model_attributes_type": "keys with values",
    "model_type": "keys with values",
    "string_too_short": "some text",
    "string_type": "text",
    "too_short": "at least {min_length} of them",
    "tuple_type": "a list",
}


class Mistake(NamedTuple):
    """A problem, and the part of the file without which the rest can be read."""

    problem: Problem
    cut: Loc


class Reading(NamedTuple):
    """What could be read of a file: the document (None when hopeless), its tree, and what is wrong with it."""

    document: Document | None
    root: Node
    problems: list[Problem]
    cuts: list[Loc]


def read_document(root: Node) -> Reading:
    """Read the tree of a job file; mistaken parts are cut out, so that the rest can still be checked."""
    problems: list[Problem] = []
    cuts: list[Loc] = []
    while True:
        try:
            return Reading(Document.model_validate(plain(root)), root, problems, cuts)
        except ValidationError as error:
            mistakes = find_mistakes(error, root)
        if not cuts:  # what is wrong after a cut is only the cut's doing
            problems = [mistake.problem for mistake in mistakes]
        here = {mistake.cut for mistake in mistakes}
        cuts += here
        if () in here or len(here) > MOST_MISTAKES:
            return Reading(None, root, problems, cuts)
        for cut in sorted(here, key=_by_position, reverse=True):  # from the end, so that positions in lists stay true
            root = without(root, cut)


def _by_position(loc: Loc) -> list[tuple[int, str]]:
    return [(part, "") if isinstance(part, int) else (0, part) for part in loc]


def find_mistakes(error: ValidationError, root: Node, top: type[BaseModel] = Document) -> list[Mistake]:
    """Make one mistake of all complaints about one value: a union complains once for each branch."""
    groups: dict[tuple[str, Loc, str], list[Any]] = {}
    for detail in error.errors(include_url=False)[: MOST_MISTAKES + 1]:
        loc = tuple(part for part in detail["loc"] if part != "[key]")
        kind, word = "key" if "[key]" in detail["loc"] else "value", ""
        if detail["type"] in ("extra_forbidden", "missing"):
            kind, word = detail["type"], str(loc[-1])
        groups.setdefault((kind, locate(root, loc).loc, word), []).append(detail)
    return [_mistake(kind, locate(root, loc), word, details, top) for (kind, loc, word), details in groups.items()]


def _mistake(kind: str, found: Found, word: str, details: list[Any], top: type[BaseModel]) -> Mistake:
    if kind == "extra_forbidden":
        hint = unknown_key_hint(word, model_at(found.loc[:-1], top))
        return Mistake(_problem(found, f"unknown key `{word}`", hint), found.loc)
    if kind == "missing":
        # A key with nothing behind it was found; one that is not there at all is missing from what holds it.
        holder = found.loc[:-1] if found.loc and found.loc[-1] == word else found.loc
        return Mistake(_problem(found, f"`{word}` is missing here", MISSING.get(word)), holder)
    message, hint = complaint_of(str(found.loc[-1]) if found.loc else "", details)
    return Mistake(_problem(found, message, hint, at_key=kind == "key"), found.loc)


def _problem(found: Found, message: str, hint: str | None, *, at_key: bool = True) -> Problem:
    return Problem.at(found.label if at_key else found.place, message, hint)


def complaint_of(key: str, details: list[Any]) -> tuple[str, str | None]:
    """Say in one sentence what a key wants, from everything pydantic has against its value."""
    name = f"`{key}`" if key and not key.isdecimal() else "this"
    for detail in details:
        if detail["type"] == "value_error":
            return f"{name} {detail['ctx']['error']}", None
    value = details[0]["input"]
    if any("[key]" in detail["loc"] for detail in details):
        return f"`{value}` is none of {_wanted(details[0])}", did_you_mean(str(value), _choices(details))
    ways = [way for detail in details for way in _wanted(detail).split(" or ")]
    *others, last = dict.fromkeys(ways)
    wanted = f"{', '.join(others)} or {last}" if others else last
    hint = None
    if isinstance(value, str):
        hint = did_you_mean(value, _choices(details))
    elif details[0]["type"] == "string_type" and isinstance(value, int | float) and not isinstance(value, bool):
        hint = f'put it in quotes: "{value}"'
    elif details[0]["type"] == "list_type":
        hint = None if isinstance(value, Mapping) else f"write [{value_text(value)}]"
    return f"{name} needs {wanted}, not {shown(value)}", hint


def shown(value: object) -> str:
    """Quote a wrong value, as it would be written in the file; a long one is named by its kind."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "a mapping" if value else "nothing"
    if isinstance(value, list | tuple):
        return "a list" if value else "an empty list"
    text = str(value)
    return f"`{text if len(text) <= 40 else text[:40] + '...'}`" if text else "an empty text"


def unknown_key_hint(key: str, model: type[BaseModel]) -> str | None:
    """Guess what a key that the model does not have was meant to be, or where it belongs."""
    settings = "set" if model is Job else "defaults"
    if key in Settings.model_fields and model in (Document, Job, Output):
        return f"it is a setting: put it under `{settings}`"
    if key in VideoSettings.model_fields and model in (Document, Job, Output):
        return f"it is a setting: put it under `{settings}`, as `video: {{{key}: ...}}`"
    if key in Output.model_fields and model is Document:
        return "put it under `output`"
    if key in Job.model_fields and model is Document:
        return "put it into an entry of `jobs`"
    for name, group in SECTIONS.items():
        if key in group.model_fields and model in (Settings, Sweep):
            return f"write `{name}: {{{key}: ...}}`" if model is Settings else f"write `{name}.{key}: [...]`"
    section, _, inner = key.partition(".")
    if inner and section in keys_of(model) and model is not Sweep:
        return f"write `{section}: {{{inner}: ...}}`; dots are for --set and `sweep`"
    return _LATER.get(key) or did_you_mean(key, keys_of(model))


def _wanted(detail: Any) -> str:
    if (detail.get("ctx") or {}).get("class_name") == StyleEntry.__name__:
        return "the path of an artwork"
    pattern = _WANTED.get(detail["type"])
    if pattern is None:
        return str(detail["msg"]).removeprefix("Input should be ")
    if tuple(_choices([detail])) == LAYERS:
        return f"{LAYERS[0]} ... {LAYERS[-1]}"
    context = {key: _short(value) for key, value in (detail.get("ctx") or {}).items()}
    return pattern.format(**context).replace("'", "")


def _short(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _choices(details: list[Any]) -> list[str]:
    return [
        name for detail in details for name in re.findall(r"'([^']*)'", str((detail.get("ctx") or {}).get("expected")))
    ]
