from __future__ import annotations

import pytest

from stylepipe.engine.pyramid import receptive_radius
from stylepipe.engine.tiles import spans, tiles
from stylepipe.spec.settings import LAYERS


@pytest.mark.parametrize("length", [16, 47, 64, 163, 1000])
def test_tiles_own_each_pixel_once_and_begin_where_poolings_line_up(length: int) -> None:
    found = spans(length, 64, 16, 80)

    assert [span.begin for span in found[1:]] == [span.end for span in found[:-1]]
    assert (found[0].begin, found[-1].end) == (0, length)
    assert all(span.begin % 16 == span.low % 16 == 0 for span in found)
    assert all(span.high % 16 == 0 or span.high == length for span in found)


def test_a_halo_is_as_wide_as_the_receptive_field_in_whole_strides() -> None:
    assert receptive_radius(LAYERS[: LAYERS.index("relu5_1") + 1]) == 80
    assert receptive_radius(LAYERS[:2]) == 2
    assert len(tiles(1024, 512, 256, LAYERS[:2])) == 8
