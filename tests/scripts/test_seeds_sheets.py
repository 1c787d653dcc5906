from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from seeds_inputs import INPUTS, stripes
from seeds_sheets import GAP, LABEL, Cell, cells_of, sheet

from stylepipe import load_spec
from stylepipe.spec.expand import expand

SEEDS = Path(__file__).parents[2] / "configs" / "seeds"


def labels(name: str) -> list[str]:
    return [cell.label for cell in cells_of(expand(load_spec(SEEDS / f"{name}.yaml")))]


def test_a_sheet_begins_with_what_was_painted_from_and_tells_what_differs() -> None:
    assert labels("s5_pooling") == ["harbour", "night_swirls", "pooling average", "pooling max"]
    assert labels("s3_style_alone")[2:4] == ["style relu1_1", "style relu1_1 .. relu2_1"]
    assert labels("s5_starts")[2:] == ["init noise", "init content", "init stripes"]


def test_snapshots_come_in_order_with_the_finished_picture_last() -> None:
    assert labels("s1_iterations")[2:] == [f"after {n}" for n in (1, 100, 300, 500, 750, 1000)]


def test_a_batch_of_many_artworks_shows_what_was_painted_alone() -> None:
    assert len(labels("s2_two_by_eight")) == 16


def test_a_sheet_has_as_many_rows_as_it_needs(tmp_path: Path) -> None:
    Image.new("RGB", (60, 40)).save(tmp_path / "a.png")
    found = sheet([Cell("a", tmp_path / "a.png")] * 5, columns=3, width=30)
    assert found.size == (3 * 30 + 2 * GAP, 2 * (20 + LABEL) + GAP)


def test_the_stripes_to_start_from_are_those_that_the_script_draws() -> None:
    with Image.open(INPUTS / "stripes.png") as kept:
        assert np.array_equal(np.asarray(kept), np.asarray(stripes()))
