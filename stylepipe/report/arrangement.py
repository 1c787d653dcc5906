"""Where each result is shown: a contact sheet of contents and styles, and a grid for each sweep, along its axes."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from stylepipe.report.results import Result, Source
from stylepipe.report.settings import axes, flat, shown


class Head(NamedTuple):
    """What a row or column is about: a text, and the pictures that it is of."""

    text: str
    sources: tuple[Source, ...] = ()


class Row(NamedTuple):
    """A row of a sheet: under each of its columns the numbers of the results that belong there."""

    head: Head
    cells: Sequence[Sequence[int]]


@dataclass(frozen=True)
class Sheet:
    """A table of results. about: what all of it has in common."""

    about: Sequence[Head]
    columns: Sequence[Head]
    rows: Sequence[Row]


class _Place(NamedTuple):
    """A result on a sheet: whose, in which row and column."""

    sheet: tuple[Head, ...]
    row: Head
    column: Head
    number: int


@dataclass(frozen=True)
class _Group:
    """The results of one content in one style, and the settings by which they differ."""

    content: Head
    style: Head
    numbers: Sequence[int]
    variants: Sequence[Mapping[str, Any]]
    axes: Sequence[str]

    def value(self, variant: Mapping[str, Any], axis: str) -> Head:
        return Head(f"{axis} {shown(axis, variant.get(axis))}")


def arrange(results: Sequence[Result]) -> list[Sheet]:
    """Arrange results on sheets, by what they are made of; what is of an unknown content is on none.

    One picture of each content in each style makes rows of contents and columns of styles. Several of one pair are a
    sweep: with one axis a column for each value, with more a sheet for each pair, with rows and columns of two axes.
    """
    groups = _groups(results)
    places = [place for group in groups for place in _places(group)]
    by_sheet: dict[tuple[Head, ...], list[_Place]] = {}
    for place in places:
        by_sheet.setdefault(place.sheet, []).append(place)
    return [_sheet(about, placed) for about, placed in by_sheet.items()]


def _groups(results: Sequence[Result]) -> list[_Group]:
    known = [number for number, result in enumerate(results) if result.content is not None]
    by_pair: dict[Hashable, list[int]] = {}
    for number in known:
        by_pair.setdefault((_content(results[number]), _style(results[number])), []).append(number)
    flattened: dict[int, Mapping[str, Any]] = {}  # thousands of results share a few settings
    return [_group(results, numbers, flattened) for numbers in by_pair.values()]


def _group(results: Sequence[Result], numbers: Sequence[int], flattened: dict[int, Mapping[str, Any]]) -> _Group:
    first, variants = results[numbers[0]], []
    if len(numbers) > 1:
        for number in numbers:
            settings = results[number].settings or {}
            if id(settings) not in flattened:
                flattened[id(settings)] = flat(settings)
            variants.append(flattened[id(settings)])
    swept = [key for number in numbers for key in results[number].sweep]
    return _Group(_content(first), _style(first), numbers, variants, axes(variants, swept) if variants else ())


def _content(result: Result) -> Head:
    assert result.content is not None
    path = result.content.path  # a clip and a photograph of one name are told apart
    return Head(path.name if result.content.clip else path.stem, (result.content,))


def _style(result: Result) -> Head:
    return Head(result.style, tuple(artwork.source for artwork in result.artworks))


def _places(group: _Group) -> Iterable[_Place]:
    if not group.axes:
        for number in group.numbers:
            yield _Place((), group.content, group.style, number)
        return
    for number, variant in zip(group.numbers, group.variants, strict=True):
        values = [group.value(variant, axis) for axis in group.axes]
        if len(values) == 1:
            yield _Place((group.style,), group.content, values[0], number)
        else:
            yield _Place((group.content, group.style, *values[2:]), values[0], values[1], number)


def _sheet(about: Sequence[Head], places: Sequence[_Place]) -> Sheet:
    columns = _in_order(place.column for place in places)
    position = {column: k for k, column in enumerate(columns)}
    rows: dict[Head, list[list[int]]] = {}
    for place in places:
        cells = rows.setdefault(place.row, [[] for _ in columns])
        cells[position[place.column]].append(place.number)
    return Sheet(about, columns, [Row(head, rows[head]) for head in _in_order(rows)])


def _in_order(heads: Iterable[Head]) -> list[Head]:
    """Give each head once: as they come, but values of a setting that are numbers by their size."""
    once = list(dict.fromkeys(heads))
    if all(_number(head) is not None for head in once):
        return sorted(once, key=lambda head: _number(head) or 0.0)
    return once


def _number(head: Head) -> float | None:
    if head.sources:
        return None
    try:
        return float(head.text.rpartition(" ")[2])
    except ValueError:
        return None
