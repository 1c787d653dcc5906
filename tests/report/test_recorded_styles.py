"""The artworks that a record tells of, however somebody has changed it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import pytest

from stylepipe.report.recorded_styles import RecordedStyle, recorded_styles
from stylepipe.store.records import Input, Record

from .conftest import some_record

CAT = Input("content", "/photos/cat.jpg", "c")
NIGHT = Input("style", "/art/night.jpg", "n")
WAVE = Input("style", "/art/wave.jpg", "w")


def record(styles: object, inputs: Sequence[Input] = (CAT, NIGHT, WAVE)) -> Record:
    return some_record(identity={"styles": styles}, inputs=inputs)


def test_each_artwork_comes_with_its_file_and_share_in_the_order_of_the_identity() -> None:
    styles = [{"sha256": "w", "share": 0.25, "scale": 2.0}, {"sha256": "n", "share": 0.75, "scale": None}]
    assert recorded_styles(record(styles)) == [
        RecordedStyle(Path("/art/wave.jpg"), "w", 0.25, 2.0),
        RecordedStyle(Path("/art/night.jpg"), "n", 0.75, None),
    ]


def test_an_artwork_alone_needs_no_share() -> None:
    (only,) = recorded_styles(record([{"sha256": "n"}]))
    assert only is not None
    assert (only.share, type(only.share), only.scale) == (1.0, float, None)


@pytest.mark.parametrize(
    "style",
    [
        pytest.param({"sha256": "c"}, id="the photograph"),
        pytest.param({"sha256": "x"}, id="a file that is not said"),
        pytest.param({"sha256": ["n"]}, id="no text"),
        pytest.param({"share": 1.0}, id="no file"),
        pytest.param("n", id="no mapping"),
        *(
            pytest.param({"sha256": "n", "share": share}, id=f"share {share!r:.9}")
            for share in (0, -0.5, 1.01, math.nan, math.inf, 10**400, "1", None, [1])
        ),
    ],
)
def test_what_makes_no_sense_is_none_and_leaves_the_others_alone(style: object) -> None:
    night = {"sha256": "n", "share": 1}
    before, none, behind = recorded_styles(record([night, style, night]))
    assert none is None
    assert before == behind == RecordedStyle(Path("/art/night.jpg"), "n", 1.0, None)


@pytest.mark.parametrize("styles", [None, {}, "night", 5, []])
def test_an_identity_without_a_list_of_artworks_has_none(styles: object) -> None:
    assert recorded_styles(record(styles)) == []
