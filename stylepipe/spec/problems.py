"""What is wrong with a job file: every problem with its place, the line it stands on, and a way out."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from stylepipe.errors import UsageError

MOST_PROBLEMS = 100
"""Mistakes after which nothing further is looked at: nobody reads so many, and each takes time."""
_MOST_KNOWN = 1000
"""Words among which one is looked for that may be meant."""
_MOST_SHOWN = 50
_WIDEST_LINE = 100
LINE_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
"""What YAML counts as the end of a line."""


class Place(NamedTuple):
    """A line and a column of a text, both counted from 1, as editors do."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where it is (None when it has no line), what is wrong, and what was perhaps meant."""

    line: int | None
    column: int | None
    message: str
    hint: str | None = None
    origin: str | None = None
    """Where the mistake was typed when that is not the job file, such as `--set`."""

    @classmethod
    def at(cls, place: Place | None, message: str, hint: str | None = None) -> Problem:
        """Make a problem of a place that may not be known."""
        return cls(place.line if place else None, place.column if place else None, message, hint)


class Complaint(Exception):
    """A mistake found by code that does not know its place; whoever knows the place makes a Problem of it."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint


class SpecError(UsageError):
    """The job file is wrong; its text lists every problem in the order of the file, ready to be printed."""

    def __init__(self, path: str, source: str, problems: Iterable[Problem]) -> None:
        self.path = path
        self.source = source
        # An anchor used twice brings its mistake twice; one mention is enough.
        self.problems = sorted(dict.fromkeys(problems), key=_order)
        super().__init__(path, source, self.problems)

    def __str__(self) -> str:
        lines = LINE_BREAK.split(self.source)
        blocks = [_render(problem, self.path, lines) for problem in self.problems[:_MOST_SHOWN]]
        if len(self.problems) > _MOST_SHOWN:
            blocks.append(f"... and {len(self.problems) - _MOST_SHOWN} more problems")
        return "\n".join(blocks)


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Ask whether the known word that looks most like the typed one was meant; None when none looks like it."""
    name = nearest(word, known)
    return None if name is None else f"did you mean `{name}`?"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Find the known word that looks most like the typed one, upper and lower case aside."""
    by_lower = {name.lower(): name for name in islice(known, _MOST_KNOWN)}
    close = difflib.get_close_matches(word.lower(), by_lower, n=1)
    return by_lower[close[0]] if close else None


def _order(problem: Problem) -> tuple[bool, int, int, str]:
    return (problem.origin is not None, problem.line or 0, problem.column or 0, problem.message)


def _render(problem: Problem, path: str, lines: list[str]) -> str:
    if problem.origin is not None or problem.line is None or problem.column is None:
        shown = [f"{printable(problem.origin or path)}: {printable(problem.message)}"]
    else:
        place = f"{printable(path)}:{problem.line}:{problem.column}"
        shown = [f"{place}: {printable(problem.message)}"]
        if problem.line <= len(lines) and lines[problem.line - 1].strip():
            shown += _excerpt(lines[problem.line - 1], problem.line, problem.column)
    if problem.hint:
        shown.append(f"      = {printable(problem.hint)}")
    return "\n".join(shown)


def _excerpt(text: str, line: int, column: int) -> list[str]:
    """Quote a line with a caret under the column; a long line is cut around it."""
    start = max(0, column - 1 - _WIDEST_LINE // 2) if len(text) > _WIDEST_LINE else 0
    shown = printable(text[start : start + _WIDEST_LINE].replace("\t", " "))
    before = printable(text[start : column - 1].replace("\t", " "))
    return [f"{line:5} | {shown}", f"      | {' ' * _width(before)}^"]


def _width(text: str) -> int:
    """Count terminal columns: East Asian wide characters take two, combining ones none."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def printable(text: str) -> str:
    """Spell out control characters and undecodable bytes, so that no file name can steer the terminal."""
    return "".join(
        letter
        if letter.isprintable() or unicodedata.category(letter) in ("Zs", "Co")
        else letter.encode("unicode_escape").decode()
        for letter in text
    )
