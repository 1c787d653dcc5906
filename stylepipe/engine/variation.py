"""Total variation: what holds neighbouring pixels together against noise."""

from __future__ import annotations

from torch import Tensor

COLOUR_VARIATION = 5.0
"""How much more a difference between neighbours counts where it is one of colour, not of lightness: colour is what the
network's finest layers leave free, and eyes expect none of it that fine."""


def total_variation(picture: Tensor) -> Tensor:
    """Mean squared difference of neighbours, from (B, 3, H, W) to (B,); a mean weighs the same at every size."""
    return variation_across(picture) + variation_down(picture)


def variation_across(picture: Tensor) -> Tensor:
    """Give the part of neighbours in a row."""
    return _roughness(picture[..., 1:] - picture[..., :-1])


def variation_down(picture: Tensor) -> Tensor:
    """Give the part of neighbours in a column."""
    return _roughness(picture[..., 1:, :] - picture[..., :-1, :])


def _roughness(difference: Tensor) -> Tensor:
    if not difference.numel():  # in a single row or column; the mean of nothing is NaN
        return difference.sum((1, 2, 3))
    of_colour = difference - difference.mean(1, keepdim=True)
    return difference.square().mean((1, 2, 3)) + COLOUR_VARIATION * of_colour.square().mean((1, 2, 3))
