"""libyaml's complaints in the words of someone who writes a job file."""

from __future__ import annotations

import re

import yaml
from yaml.reader import Reader

from stylepipe.spec.problems import LINE_BREAK, Place, Problem, printable

_OPENINGS = {"flow sequence": "list", "flow mapping": "mapping", "quoted scalar": "quoted text"}


def first_unprintable(text: str) -> Problem | None:
    """Find the first character that YAML does not allow, such as a control character."""
    match = Reader.NON_PRINTABLE.search(text)
    if match is None:
        return None
    before = LINE_BREAK.split(text[: match.start()])
    return Problem(len(before), len(before[-1]) + 1, f"no text can hold the character {printable(match.group())}")


def syntax_problem(error: yaml.YAMLError, text: str) -> Problem:
    """Say what is wrong with the text where PyYAML gave up."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return Problem(None, None, f"no YAML: {error}")
    place = Place(error.problem_mark.line + 1, error.problem_mark.column + 1)
    problem, context = error.problem or "", error.context or ""
    opened = None
    if error.context_mark is not None:
        opened = Place(error.context_mark.line + 1, error.context_mark.column + 1)
    lines = LINE_BREAK.split(text)
    line = lines[place.line - 1] if place.line <= len(lines) else ""
    if opened and "end of stream" in problem and "quoted" in context:
        return Problem(*opened, "the quote that opens here is never closed")
    for kind in ("flow sequence", "flow mapping"):
        if opened and kind in context:
            if line[place.column - 1 : place.column] in ("{", "["):
                return Problem(*place, "a text with braces or brackets in a list needs quotes", _QUOTE)
            return Problem(*place, *_unclosed(_OPENINGS[kind], opened))
    if opened and ("alias" in context or "anchor" in context):
        return Problem(*opened, f"a text cannot begin with {line[opened.column - 1 : opened.column]}", _QUOTE)
    return Problem(*place, *_in_words(problem, context, line, place.column))


_QUOTE = 'put it in quotes: "*.jpg"'


def _unclosed(thing: str, opened: Place) -> tuple[str, str]:
    closing = "]" if thing == "list" else "}"
    return (
        f"a comma or {closing} is missing before this",
        f"the {thing} was opened in line {opened.line}, column {opened.column}",
    )


def _in_words(problem: str, context: str, line: str, column: int) -> tuple[str, str | None]:
    if "cannot start any token" in problem:
        letter = line[column - 1 : column]
        if letter == "\t":
            return "a tab stands here; YAML is indented with spaces", None
        return f"a text cannot begin with {letter}", "put it in quotes"
    if "mapping values are not allowed" in problem:
        return "a second `:` has no meaning here", "put a text that holds `: ` in quotes, or mend the indentation"
    if re.search(r":\s+\{[^}]*\}[^\s,#]", line):
        return "a text cannot begin with {", f"put it in quotes: {_quoted_template(line)}"
    if "escape" in problem:
        return "a backslash inside double quotes begins an escape", "use / in paths, or single quotes"
    if "could not find expected ':'" in problem:
        return "the line before this one has no `:`", "a key is written `key: value`"
    if "expected key" in problem or "'-' indicator" in problem or "<block end>" in problem:
        return (
            "this line does not fit the lines above",
            "mend its indentation; what belongs together begins in one column",
        )
    if "tag handle" in problem:
        return "a text cannot begin with !", "put it in quotes"
    return f"no YAML: {', '.join(part for part in (context, problem) if part)}", None


def _quoted_template(line: str) -> str:
    match = re.search(r":\s+(\{.*?)\s*$", line)
    return f'"{match[1]}"' if match else '"{content}--{style}"'
