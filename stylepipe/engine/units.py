"""What a loss of one is: the distance between the photograph and the artwork, so that weights hold for every pair.

A photograph in the manner of an artwork that is much like it has little way to go, and one in a gaudy artwork has far:
relative to the target's energy alone, the same weights take all of one artwork's style and half of another's.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

LEAST = 0.1
"""What a distance counts as at the least: a photograph that already has the style must not weigh without end."""


@dataclass(frozen=True)
class Units:
    """What content and style losses, relative to their targets' energies, are divided by; (B,) for several pictures."""

    content: float | Tensor = 1.0
    style: float | Tensor = 1.0

    @classmethod
    def between(cls, content: float, style: float) -> Units:
        """Give the units for a content loss of nothing but artwork, and a style loss of nothing but photograph."""
        return cls(max(content, LEAST), max(style, LEAST))


OF_ENERGY = Units()
"""Losses as they are, relative to their targets' energies alone."""


def energy_and_mean(features: Tensor) -> tuple[Tensor, Tensor]:
    """Give maps' mean energy E = sum_n F_n^2, (), and their means mu, (N,), from (1, N, h, w)."""
    features = features.to(torch.promote_types(features.dtype, torch.float32))
    return features.square().sum(1).mean(), features.mean((0, 2, 3))


def strangers_loss(features: tuple[Tensor, Tensor], others: tuple[Tensor, Tensor]) -> Tensor:
    """Give equation 1, relative to the first maps' energy, as expected between maps that have nothing to do with each
    other: whatever lies where, the mean over all pairs of positions.

    features, others: energy and mean of maps of any two sizes. It is (E + E' - 2 mu . mu') / E.
    """
    (energy, mean), (other, others_mean) = features, others
    return (energy + other - 2 * (mean * others_mean).sum()) / energy.clamp_min(1e-12)
