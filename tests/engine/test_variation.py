from __future__ import annotations

import pytest
import torch

from stylepipe.engine.variation import COLOUR_VARIATION, total_variation


def test_total_variation_is_a_mean_over_neighbours() -> None:
    picture = torch.tensor([[0.0, 1.0, 0.0]]).expand(1, 3, 4, 3)
    assert total_variation(picture).item() == pytest.approx(1.0)


@pytest.mark.parametrize(("height", "width", "rough"), [(1, 3, 1.0), (3, 1, 0.0), (1, 1, 0.0)])
def test_a_single_row_or_column_has_no_neighbours_across_it(height: int, width: int, rough: float) -> None:
    picture = torch.tensor([[0.0, 1.0, 0.0]]).expand(1, 3, 3, 3)[..., :height, :width].clone().requires_grad_()
    variation = total_variation(picture)
    assert variation.item() == pytest.approx(rough)
    variation.sum().backward()
    assert torch.isfinite(picture.grad).all()


def test_total_variation_minds_colour_more_than_lightness() -> None:
    lightness = torch.tensor([0.0, 1.0, 0.0]).expand(1, 3, 4, 3)
    colour = lightness * torch.tensor([1.0, -1.0, 0.0]).view(1, 3, 1, 1) * 1.5**0.5  # as much difference in all
    assert total_variation(colour).item() == pytest.approx((1 + COLOUR_VARIATION) * total_variation(lightness).item())
