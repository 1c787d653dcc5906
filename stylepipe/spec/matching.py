"""Which of many things a pattern means by one of their names, whoever asks for however many patterns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fnmatch import translate
from functools import cached_property

from stylepipe.spec.patterns import is_pattern


class Named:
    """Things that go by one or more names each, told from each other by their positions.

    Names are gathered when the first pattern asks for them, and a pattern that is a mere name is looked up.
    """

    def __init__(self, names: Iterable[Iterable[str]], count: int) -> None:
        self._names, self._count = names, count
        self._found: dict[str, Sequence[int]] = {}
        self._bits: dict[str | None, int] = {None: (1 << count) - 1}

    def fitting(self, pattern: str | None) -> Sequence[int]:
        """Give the positions of those with a name that fits; None fits all. Case counts."""
        if pattern is None:
            return range(self._count)
        if pattern not in self._found:
            self._found[pattern] = self._look_for(pattern)
        return self._found[pattern]

    def bits(self, pattern: str | None) -> int:
        """Give the positions of those that fit as the bits of a number, which are many at once put together."""
        if pattern not in self._bits:
            self._bits[pattern] = sum(1 << position for position in self.fitting(pattern))
        return self._bits[pattern]

    @cached_property
    def _by_name(self) -> dict[str, list[int]]:
        by_name: dict[str, list[int]] = {}
        for position, names in enumerate(self._names):
            for name in names:
                by_name.setdefault(name, []).append(position)
        return by_name

    def _look_for(self, pattern: str) -> Sequence[int]:
        if not is_pattern(pattern):
            return self._by_name.get(pattern, ())
        fits = re.compile(translate(pattern)).match
        return [*{position for name, found in self._by_name.items() if fits(name) for position in found}]
