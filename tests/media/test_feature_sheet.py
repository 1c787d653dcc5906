from __future__ import annotations

import numpy as np
import pytest

from stylepipe.media.feature_sheet import LabelledMap, feature_sheet


def maps(count: int, height: int = 10, width: int = 15) -> list[LabelledMap]:
    values = np.linspace(0, 1, height * width, dtype=np.float32).reshape(height, width)
    return [LabelledMap(values, f"map {k}", "50%") for k in range(count)]


PHOTOGRAPH = np.full((60, 90, 3), 0.5, dtype=np.float32)


@pytest.mark.parametrize("count", [1, 2, 3, 7, 12, 64, 100])
def test_every_map_has_a_place_and_the_sheet_a_pleasant_shape(count: int) -> None:
    sheet = feature_sheet(PHOTOGRAPH, "relu3_1", "lite", maps(count))
    area = count * 176 * 117
    assert sheet.pixels.shape[0] * sheet.pixels.shape[1] > area
    assert 0.4 < sheet.width / sheet.height < 3


def test_words_longer_than_the_maps_are_not_cut_off() -> None:
    assert feature_sheet(PHOTOGRAPH, "relu3_1", "a" * 200, maps(1)).width > 1000


def test_grey_is_grey_and_colours_grow_lighter_from_black() -> None:
    grey, colored = (feature_sheet(PHOTOGRAPH, "", "", maps(1), grey=grey).pixels for grey in (True, False))
    tile = (slice(168, 285), slice(36, 212))
    assert np.ptp(grey[tile], axis=2).max() == 0
    assert np.ptp(colored[tile], axis=2).max() > 0.5
    lightness = colored[tile] @ np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)
    assert lightness[0, 0] < 0.01
    assert lightness[-1, -1] > 0.9


def test_a_narrow_map_still_has_a_column() -> None:
    assert feature_sheet(PHOTOGRAPH, "", "", maps(2, 300, 1)).pixels.size
