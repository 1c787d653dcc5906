"""Sums and means of losses, which are tensors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from torch import Tensor

Weighted = tuple[float, Tensor]
"""A loss, and its weight against the others'."""


def sum_of(terms: Iterable[Tensor], nothing: Tensor | None = None) -> Tensor:
    """Add tensors up; `nothing` is what no terms add up to."""
    total = nothing
    for term in terms:
        total = term if total is None else total + term
    assert total is not None
    return total


def weighted_mean(losses: Sequence[Weighted], nothing: Tensor | None = None) -> Tensor:
    """Add up losses in the proportion of their weights, given as pairs; `nothing` is the mean of none."""
    total = sum(weight for weight, _ in losses)
    return sum_of((weight / total * loss for weight, loss in losses), nothing)
