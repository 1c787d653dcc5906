"""Looking patterns up among many names finds what trying each on each name does."""

from __future__ import annotations

from fnmatch import fnmatchcase

from hypothesis import example, given
from hypothesis import strategies as st

from stylepipe.spec.matching import Named

NAME = st.text("abAB.-]!\\/^\n", max_size=4)
PATTERN = st.text("abA.-]!\\/^\n*?[", max_size=6)


@given(st.lists(st.sets(NAME, max_size=3), max_size=6), st.lists(st.none() | PATTERN, max_size=4))
@example([{"a]"}, {"[a]"}, {"a"}], ["[a]", "[a", "a]", "[!a]", "[]a]", "[b-a]"])
def test_a_pattern_means_what_it_fits_by_one_of_its_names(things: list[set[str]], patterns: list[str | None]) -> None:
    named = Named(things, len(things))
    for pattern in [*patterns, *patterns]:
        expected = [
            position
            for position, names in enumerate(things)
            if pattern is None or any(fnmatchcase(name, pattern) for name in names)
        ]
        assert sorted(named.fitting(pattern)) == expected
        assert [position for position in range(len(things)) if named.bits(pattern) >> position & 1] == expected


def test_names_that_nobody_asks_for_are_not_gathered() -> None:
    def names():
        raise AssertionError
        yield

    named = Named(names(), 3)
    assert [*named.fitting(None)] == [0, 1, 2]
    assert named.bits(None) == 0b111
