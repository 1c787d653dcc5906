"""A command line of another program, read by that program's own rules, defaults included."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from stylepipe.errors import UsageError


@dataclass(frozen=True)
class Option:
    """An option of another program.

    names: as they are typed, without dashes for a positional argument. nargs: as argparse has it; 0 for a flag.
    """

    names: tuple[str, ...]
    default: Any = None
    kind: Callable[[str], Any] = str
    nargs: int | str | None = None

    @property
    def key(self) -> str:
        """What the option is called in `Command`: its longest name without dashes."""
        return max(self.names, key=len).lstrip("-").replace("-", "_")


def option(names: str, default: Any = None, kind: Callable[[str], Any] = str, nargs: int | str | None = None) -> Option:
    """Describe an option by its names with spaces between; a default of False makes it a flag."""
    return Option(tuple(names.split()), default, kind, 0 if default is False else nargs)


@dataclass
class Command:
    """The values of all options; which of them were typed, and which have been asked for."""

    text: str
    options: Sequence[Option]
    values: dict[str, Any]
    typed: frozenset[str]
    asked: set[str] = field(default_factory=set)

    def __getitem__(self, key: str) -> Any:
        self.asked.add(key)
        return self.values[key]

    def said(self, *keys: str) -> str:
        """Write options as they are typed, and say which were left at their defaults."""
        return ", ".join(self._said(key) for key in keys)

    def _said(self, key: str) -> str:
        self.asked.add(key)
        name = self._name(key)
        value = self.values[key]
        if key not in self.typed:
            return f"{name}, by default {_words(value)}" if value is not None and value is not False else f"no {name}"
        return name if value is True else f"{name} {_words(value)}"

    def never_asked(self) -> list[str]:
        """Write the options that were typed and that nobody has asked for."""
        return [self._said(option.key) for option in self.options if option.key in self.typed - self.asked]

    def _name(self, key: str) -> str:
        names = next(option.names for option in self.options if option.key == key)
        return max(names, key=len) if names[0].startswith("-") else key


def read_command(text: str, options: Sequence[Option], programs: Iterable[str]) -> Command:
    """Read a command line; what stands before the program's name, or before the first option, is left out.

    programs: how the name may end. Raises UsageError for what the program would not take.
    """
    try:
        words = shlex.split(text.replace("\\\n", " "))
    except ValueError as error:
        raise UsageError(f"--from: this is no command line ({error}): {text}") from None
    endings = tuple(programs)
    called = [place for place, word in enumerate(words) if word.endswith(endings)]
    words = words[called[0] + 1 :] if called else words
    parser = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    for one in options:
        how: dict[str, Any] = {"action": "store_true"} if one.nargs == 0 else {"type": one.kind, "nargs": one.nargs}
        if one.names[0].startswith("-"):
            how["dest"] = one.key
        parser.add_argument(*one.names, **how)
    typed = vars(parser.parse_args(words))
    values = {one.key: one.default for one in options} | typed
    return Command(" ".join(text.split()), options, values, frozenset(typed))


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"--from: that program would not take this command line: {message}")


def _words(value: object) -> str:
    return " ".join(map(_word, value)) if isinstance(value, list) else _word(value)


def _word(value: object) -> str:
    # In one line, as a comment of the job file has to be.
    return f"{value:g}" if isinstance(value, float) else " ".join(str(value).split())
