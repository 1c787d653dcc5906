"""Losses that are added up, each picture's for itself."""

from __future__ import annotations

import pytest
import torch

from stylepipe.engine.sums import sum_of, weighted_mean

ONE, TWO = torch.tensor([1.0, 10.0]), torch.tensor([2.0, 20.0])


def test_a_sum_changes_none_of_its_terms_and_begins_with_nothing() -> None:
    nothing = torch.zeros(2)
    assert sum_of(iter([ONE, TWO]), nothing).tolist() == [3, 30]
    assert sum_of([], nothing) is nothing
    assert [nothing.tolist(), ONE.tolist(), TWO.tolist()] == [[0, 0], [1, 10], [2, 20]]


@pytest.mark.parametrize("weights", [(3.0, 1.0), (0.75, 0.25), (3000, 1000)])
def test_of_weights_only_their_proportion_counts(weights: tuple[float, float]) -> None:
    mean = weighted_mean([*zip(weights, (ONE, TWO), strict=True)])
    assert mean.tolist() == pytest.approx([1.25, 12.5])


def test_the_mean_of_no_losses_is_nothing_and_what_weighs_nothing_has_no_part() -> None:
    nothing = torch.zeros(2)
    assert weighted_mean([], nothing) is nothing
    assert weighted_mean([(2.0, ONE), (0.0, TWO)], nothing).tolist() == ONE.tolist()


def test_gradients_are_in_the_same_proportion() -> None:
    losses = [loss.clone().requires_grad_() for loss in (ONE, TWO)]
    weighted_mean([(1.0, losses[0]), (4.0, losses[1])]).sum().backward()
    torch.testing.assert_close([loss.grad for loss in losses], [torch.full((2,), 0.2), torch.full((2,), 0.8)])
