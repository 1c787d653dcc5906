from __future__ import annotations

import pytest
import torch

from stylepipe.engine.regions import Style, regions
from stylepipe.errors import UnpaintableError

from .conftest import scene

ART = scene(32, 32, 1)
LEFT = torch.zeros((1, 1, 16, 16))
LEFT[..., :8] = 1


def test_styles_without_masks_are_one_region_with_their_weights_as_shares() -> None:
    (only,) = regions([Style(ART, 3), Style(ART, 1)], None, 16, 16, blend_targets=True)
    assert [share for _, share in only.styles] == [0.75, 0.25]
    assert only.share == 1
    assert only.mask is None


def test_adding_losses_makes_a_region_of_each_style() -> None:
    found = regions([Style(ART, 3), Style(ART, 1)], None, 16, 16, blend_targets=False)
    assert [region.share for region in found] == [0.75, 0.25]


def test_complementary_masks_paint_each_its_ground_at_full_strength() -> None:
    found = regions([Style(ART, 5, mask=LEFT), Style(ART, 1, mask=1 - LEFT)], None, 16, 16, blend_targets=True)
    assert [region.share for region in found] == pytest.approx([0.5, 0.5])


def test_a_style_everywhere_shares_only_the_ground_that_another_reaches() -> None:
    everywhere, left = regions([Style(ART, 1), Style(ART, 1, mask=LEFT)], None, 16, 16, blend_targets=True)
    assert everywhere.share == pytest.approx(0.75)
    assert left.share == pytest.approx(0.25)


def test_equal_masks_are_one_ground_even_as_two_tensors() -> None:
    found = regions([Style(ART, 1, mask=LEFT), Style(ART, 1, mask=LEFT.clone())], None, 16, 16, blend_targets=True)
    assert len(found) == 1


def test_the_painted_ground_limits_every_style() -> None:
    (only,) = regions([Style(ART)], LEFT, 16, 16, blend_targets=True)
    assert only.share == pytest.approx(0.5)


def test_masks_of_any_size_are_brought_to_the_pictures() -> None:
    (only,) = regions([Style(ART, mask=LEFT)], None, 40, 48, blend_targets=True)
    assert only.mask is not None
    assert only.mask.shape == (1, 1, 40, 48)


def test_masks_continue_into_the_margin_of_the_canvas() -> None:
    (only,) = regions([Style(ART, mask=LEFT)], None, 32, 32, margin=8, blend_targets=True)
    assert only.mask is not None
    torch.testing.assert_close(only.mask[..., 8:24, 8:24], LEFT)
    assert only.mask[..., 1:8].min() == 1


def test_no_weight_and_no_white_are_refused() -> None:
    with pytest.raises(UnpaintableError, match="weigh nothing"):
        regions([Style(ART, 0)], None, 16, 16, blend_targets=True)
    with pytest.raises(UnpaintableError, match="black everywhere"):
        regions([Style(ART, mask=LEFT * 0)], None, 16, 16, blend_targets=True)


def test_an_artwork_is_as_large_as_the_picture_times_its_scale_but_never_enlarged() -> None:
    art = Style(scene(60, 100))
    assert art.size_beside(50, 1.0, smallest=16) == (30, 50)
    assert art.size_beside(50, 0.6, smallest=16) == (18, 30)
    assert Style(art.image, scale=1.6).size_beside(50, 0.6, smallest=16) == (48, 80)
    assert art.size_beside(500, 1.0, smallest=16) == (60, 100)


def test_an_artwork_is_never_smaller_than_what_the_deepest_layer_needs() -> None:
    assert Style(scene(5, 10)).size_beside(64, 0.1, smallest=16) == (16, 32)
