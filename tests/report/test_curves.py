"""Curves, from records to lines of an SVG."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from stylepipe.report.curves import HEIGHT, POINTS, WIDTH, Curve, Scale, losses_of, path, scale_of, steadiness_of
from stylepipe.store.records import Record, read_record


@pytest.fixture(scope="session")
def record(painted_once: Path) -> Record:
    found = read_record(painted_once / "out", "all/cat--night--14-1")
    assert isinstance(found, Record)
    return found


def test_content_and_style_are_taken_and_long_ones_thinned(record: Record) -> None:
    rows = [[k, 3.0, 1.0 + k, 100.0 - k, 0.0] for k in range(1, 101)]
    curve = losses_of(replace(record, losses=rows))
    assert curve is not None
    assert (curve.first, curve.last) == (1, 100)
    assert [len(line) for line in curve.lines] == [POINTS, POINTS]
    assert (curve.lines[0][0], curve.lines[1][-1]) == (2.0, 0.0)
    assert losses_of(replace(record, losses=rows[:1])) is None


def test_steadiness_is_a_clips_and_of_newer_records(record: Record) -> None:
    assert steadiness_of(record) is None
    assert steadiness_of(replace(record, clip={"frames": 3})) is None
    assert steadiness_of(replace(record, clip={"warp_errors": "?"})) is None
    curve = steadiness_of(replace(record, clip={"warp_errors": [[1, 0.01], [2, 0.02], ["x", None]]}))
    assert curve == Curve(1, 2, [[0.01, 0.02]])


def test_a_line_stays_inside_its_plot_even_from_zero() -> None:
    scale = scale_of([Curve(1, 3, [[0.0, 10.0, 1.0]])])
    assert scale.high == 10
    assert path([10.0, 0.0, 0.0], scale) == f"M0 0l{WIDTH // 2} {HEIGHT} {WIDTH // 2} 0"
    assert path([0.0, 10.0], scale) == f"M0 {HEIGHT}l{WIDTH}-{HEIGHT}"


def test_marks_are_round_numbers() -> None:
    assert Scale(0.02, 40).marks() == [0.1, 1, 10]
    assert Scale(0.003, 0.04).marks() == [0.005, 0.01, 0.02]
    assert scale_of([]).marks()
