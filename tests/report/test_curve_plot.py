"""All losses in one plot."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest

from stylepipe import load_spec
from stylepipe.errors import UsageError
from stylepipe.report import curve_plot
from stylepipe.report.curve_plot import write_curves
from stylepipe.report.results import Results, results_of

from .conftest import HOSTILE

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def results(painted_once: Path) -> Results:
    return results_of(load_spec(painted_once / "job.yaml"))


def test_each_picture_has_a_colour_of_its_own_and_two_lines(results: Results, tmp_path: Path) -> None:
    drawn = ET.parse(write_curves(results, tmp_path / "curves.svg"))
    groups = [
        group for group in drawn.iter(f"{SVG}g") if group.find(f"{SVG}path") is not None and "stroke" in group.attrib
    ]
    assert len({group.get("stroke") for group in groups}) == 10
    for group in groups:
        assert [path.get("class") for path in group.findall(f"{SVG}path")] == ["curve", "curve style"]


def test_names_are_text_and_a_long_legend_is_cut(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(curve_plot, "MOST_NAMED", 2)
    wicked = replace(results, items=[replace(item, name=f"{HOSTILE}{item.name}") for item in results.items])
    file = write_curves(wicked, tmp_path / "curves.svg")
    words = [text.text or "" for text in ET.parse(file).iter(f"{SVG}text")]
    assert next(word for word in words if "alert" in word).startswith(HOSTILE)
    assert words[-1] == "and 8 more"


def test_without_losses_there_is_nothing_to_draw(results: Results, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no losses to draw"):
        write_curves(replace(results, items=[]), tmp_path / "curves.svg")
