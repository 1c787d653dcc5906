"""The contact sheet as one picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stylepipe import load_spec
from stylepipe.errors import UsageError
from stylepipe.report.contact_sheet import CELL, LARGEST, write_sheet
from stylepipe.report.results import Result, Results, Source, results_of


def of(contents: int, styles: int) -> Results:
    items = [
        Result(f"{c}-{s}", "due", "new", Source(Path(f"{c}.png"), None), f"{s}", [], {}, (), None, None)
        for c in range(contents)
        for s in range(styles)
    ]
    return Results(Path("out"), items, False, None, [])


def test_all_sheets_of_a_job_are_below_each_other(painted_once: Path, tmp_path: Path) -> None:
    file = write_sheet(results_of(load_spec(painted_once / "job.yaml")), tmp_path / "sheet.png")
    sheet = np.asarray(Image.open(file))
    # Three styles beside the photographs' own column; the contact sheet has one row of heads and three of contents,
    # the sweep a row of what it is about, one of heads and two of values.
    assert sheet.shape[1] == 4 * (CELL[0] + 8) + 8
    assert sheet.shape[0] == 8 * (CELL[1] + 26) + 8
    painted = np.asarray(Image.open(painted_once / "out" / "all" / "cat--night--14-1.png").convert("RGB"))
    x, y = CELL[0] + 16, 2 * (CELL[1] + 26) + 8
    cell = sheet[y : y + CELL[1], x : x + CELL[0]]
    assert np.abs(cell.mean((0, 1)) - painted.mean((0, 1))).max() < 12


def test_more_pictures_are_smaller_and_far_too_many_are_refused(tmp_path: Path) -> None:
    file = write_sheet(of(200, 4), tmp_path / "sheet.jpg")
    with Image.open(file) as sheet:
        assert max(sheet.size) <= LARGEST
    with pytest.raises(UsageError, match="do not fit on one sheet"):
        write_sheet(of(1, 1000), tmp_path / "wide.png")


def test_what_is_no_sheet_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.png, \.jpg or \.webp"):
        write_sheet(of(1, 1), tmp_path / "sheet.pdf")
    with pytest.raises(UsageError, match="nothing to show"):
        write_sheet(of(0, 0), tmp_path / "sheet.png")
