from __future__ import annotations

import pytest

from stylepipe.engine.pyramid import fit, output_size, scales
from stylepipe.errors import UnpaintableError
from stylepipe.spec.settings import Settings


def sizes(height: int, width: int, **settings: object) -> list[tuple[int, int]]:
    return [(s.height, s.width) for s in scales(height, width, Settings(**settings), smallest=16)]


def test_the_longest_side_is_the_size_and_the_aspect_is_kept() -> None:
    assert output_size(3000, 4000, Settings(size=512)) == (384, 512)
    assert output_size(4000, 3000, Settings(size=333)) == (333, 250)
    assert output_size(37, 51, Settings(size="original")) == (37, 51)
    assert fit(1, 5000, 512) == (1, 512)


def test_the_pyramid_climbs_in_steps_of_the_root_of_two_from_64_or_less() -> None:
    assert sizes(512, 512) == [(n, n) for n in (64, 91, 128, 181, 256, 362, 512)]
    assert sizes(150, 200) == [(38, 50), (53, 71), (75, 100), (106, 141), (150, 200)]


def test_the_pyramid_can_start_elsewhere_or_be_left_out() -> None:
    assert sizes(256, 256, pyramid=128) == [(128, 128), (181, 181), (256, 256)]
    assert sizes(256, 256, pyramid=False) == [(256, 256)]
    assert sizes(60, 60) == [(60, 60)]


def test_scales_too_small_for_the_deepest_layer_are_left_out() -> None:
    assert sizes(40, 512) == [(20, 256), (28, 362), (40, 512)]


def test_a_picture_too_small_for_the_deepest_layer_is_refused() -> None:
    with pytest.raises(UnpaintableError, match="512x10 px is too small: the shorter side needs 16 px"):
        sizes(10, 512)


def test_one_number_of_iterations_falls_to_two_fifths() -> None:
    assert [s.iterations for s in scales(512, 512, Settings(iterations=200, pyramid=128), smallest=16)] == [
        200,
        170,
        140,
        110,
        80,
    ]
    assert [s.iterations for s in scales(512, 512, Settings(iterations=200, pyramid=False), smallest=16)] == [200]
    assert [s.iterations for s in scales(512, 512, Settings(iterations=1), smallest=16)] == [1] * 7


def test_a_list_of_iterations_is_for_each_scale_and_its_last_for_the_rest() -> None:
    assert [s.iterations for s in scales(512, 512, Settings(iterations=[9, 5]), smallest=16)] == [9, 5, 5, 5, 5, 5, 5]
    assert [s.iterations for s in scales(100, 100, Settings(iterations=[9, 5], pyramid=False), smallest=16)] == [9]


def test_work_is_pixels_times_iterations() -> None:
    (only,) = scales(20, 30, Settings(size=30, iterations=7), smallest=16)
    assert only.work == 20 * 30 * 7
