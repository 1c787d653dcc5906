"""Photographs to learn from are told from those to validate on, and read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lite_pictures import Crops, divided


def test_pictures_to_validate_on_are_not_trained_on_and_stay_the_same_when_others_come(tmp_path: Path) -> None:
    for k in range(200):
        (tmp_path / f"{k}.png").touch()
    trained, kept = divided(tmp_path)
    assert not {*trained} & {*kept}
    assert len(trained) + len(kept) == 200
    assert 4 <= len(kept) <= 20
    (tmp_path / "-1.png").touch()
    assert {*kept} <= {*divided(tmp_path)[1]}


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"0 pictures \(.jpg, .jpeg, .png\); give a folder of at least 20"):
        divided(tmp_path)


def test_a_picture_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    with pytest.raises(SystemExit, match=re.escape(f"{broken}: cannot be read as a picture")):
        Crops([broken], 64, 0, 0)
