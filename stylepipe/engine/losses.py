"""The losses of a picture, as what the optimiser differentiates and as the numbers that are kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor


class Losses(NamedTuple):
    """What each of B pictures costs: the weighted sum, and its parts before weighting; (B,), for one () as well.

    temporal: only of a clip's frame that is held to the one before.
    """

    total: Tensor
    content: Tensor
    style: Tensor
    variation: Tensor
    temporal: Tensor | None = None


class LossValues(NamedTuple):
    """The same as numbers."""

    total: float
    content: float
    style: float
    variation: float
    temporal: float = 0.0

    def of_a_picture(self) -> dict[str, float]:
        """Give by name what a picture on its own has, and its record keeps: all but the temporal loss."""
        return {name: value for name, value in self._asdict().items() if name != "temporal"}

    @classmethod
    def of(cls, losses: Losses) -> LossValues:
        """Read the numbers of one picture, all in one go: each reading of its own would wait for the device."""
        return cls(*as_table(losses)[:, 0].tolist())


def as_table(losses: Losses) -> Tensor:
    """Give what is measured of the losses in rows, one for each part, and in columns, one for each picture."""
    return torch.stack([part.detach().float().view(-1) for part in losses if part is not None])


LossFunction = Callable[[Tensor], Losses]
"""From B pictures (B, 3, H, W), mostly one, to their losses, differentiable."""
