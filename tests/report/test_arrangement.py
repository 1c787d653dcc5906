"""Where each result is shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from stylepipe.report.arrangement import Sheet, arrange
from stylepipe.report.results import Artwork, Result, Source
from stylepipe.spec.settings import Settings


def result(content: str | None, style: str, *, sweep: Sequence[str] = (), **settings: object) -> Result:
    dumped = Settings.model_validate(settings).model_dump(mode="json")
    artwork = Artwork(Source(Path(f"art/{style}.jpg"), style), 1.0)
    source = None if content is None else Source(Path(f"photos/{content}.jpg"), content)
    return Result(f"{content}--{style}", "done", "", source, style, [artwork], dumped, sweep, None, None)


def texts(sheet: Sheet) -> tuple[list[str], list[str], list[str]]:
    heads = ([head.text for head in part] for part in (sheet.about, sheet.columns))
    about, columns = heads
    return about, columns, [row.head.text for row in sheet.rows]


def test_contents_and_styles_make_a_contact_sheet_with_holes() -> None:
    results = [result("cat", "night"), result("cat", "wave"), result("dog", "wave")]
    (sheet,) = arrange(results)
    assert texts(sheet) == ([], ["night", "wave"], ["cat", "dog"])
    assert [list(map(list, row.cells)) for row in sheet.rows] == [[[0], [1]], [[], [2]]]
    assert sheet.columns[0].sources == (Source(Path("art/night.jpg"), "night"),)


def test_a_sweep_of_one_setting_has_a_column_for_each_value_in_their_order() -> None:
    results = [
        result(content, "night", style_weight=weight) for content in ("cat", "dog") for weight in (100.0, 2.0, 10.0)
    ]
    (sheet,) = arrange(results)
    assert texts(sheet) == (
        ["night"], ["style_weight 2", "style_weight 10", "style_weight 100"], ["cat", "dog"]
    )  # fmt: skip
    assert [cell[0] for cell in sheet.rows[1].cells] == [4, 5, 3]


def test_a_sweep_of_more_has_a_sheet_for_each_pair_and_further_value() -> None:
    results = [
        result("cat", "night", style_weight=s, content_weight=c, size=size)
        for s in (2.0, 4.0)
        for c in (1.0, 3.0)
        for size in (32, 64)
    ]
    first, second = arrange(results)
    assert texts(first) == (
        ["cat", "night", "style_weight 2"], ["content_weight 1", "content_weight 3"], ["size 32", "size 64"]
    )  # fmt: skip
    assert texts(second)[0] == ["cat", "night", "style_weight 4"]
    assert sorted(number for row in first.rows for cell in row.cells for number in cell) == [0, 1, 2, 3]


def test_the_axes_of_a_known_sweep_come_first() -> None:
    sweep = ["style_weight", "size"]
    results = [result("cat", "night", sweep=sweep, style_weight=s, size=size) for s in (2.0, 4.0) for size in (32, 64)]
    (sheet,) = arrange(results)
    assert texts(sheet)[1:] == (["size 32", "size 64"], ["style_weight 2", "style_weight 4"])


def test_settings_that_change_together_are_one_axis() -> None:
    (sheet,) = arrange([result("cat", "night", size=32, iterations=5), result("cat", "night", size=64, iterations=9)])
    assert texts(sheet) == (["night"], ["size 32", "size 64"], ["cat"])


def test_what_differs_in_nothing_shares_a_place_and_what_is_unknown_has_none() -> None:
    (sheet,) = arrange([result("cat", "night"), result(None, "night"), result("cat", "night")])
    assert [list(row.cells[0]) for row in sheet.rows] == [[0, 2]]
