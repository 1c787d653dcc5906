"""Total variation: what holds neighbouring pixels together against noise."""

from __future__ import annotations

from torch import Tensor

from stylepipe.engine.sums import sum_of

COLOUR_VARIATION = 5.0
"""How much more a difference between neighbours counts where it is one of colour, not of lightness: colour is what the
network's finest layers leave free, and eyes expect none of it that fine."""


def total_variation(picture: Tensor) -> Tensor:
    """Mean squared difference of neighbouring pixels; being a mean, it weighs the same at every size."""
    across, down = picture[..., 1:] - picture[..., :-1], picture[..., 1:, :] - picture[..., :-1, :]
    return sum_of(
        difference.square().mean() + COLOUR_VARIATION * (difference - difference.mean(1, keepdim=True)).square().mean()
        for difference in (across, down)
    )
