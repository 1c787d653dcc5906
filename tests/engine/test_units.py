"""What a loss of one is: the distance between photograph and artwork."""

from __future__ import annotations

import torch

from stylepipe.engine.units import LEAST, Units, energy_and_mean, strangers_loss


def test_the_loss_between_strangers_is_the_mean_over_all_pairs_of_positions() -> None:
    generator = torch.Generator().manual_seed(1)
    features = torch.rand((1, 3, 4, 5), generator=generator)
    others = torch.rand((1, 3, 2, 3), generator=generator)

    pairs = (features.flatten(2).unsqueeze(-1) - others.flatten(2).unsqueeze(-2)).square().sum(1).mean()

    energy = features.square().sum(1).mean()
    torch.testing.assert_close(strangers_loss(energy_and_mean(features), energy_and_mean(others)), pairs / energy)


def test_an_artwork_like_the_photograph_counts_as_a_little_way_off() -> None:
    assert Units.between(0.0, 0.0) == Units(LEAST, LEAST)
