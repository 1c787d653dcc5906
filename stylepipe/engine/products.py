"""Second moments and means of feature maps.

They are inner products and sums of a matrix's rows, with a gradient at half the price of the usual one. Sums over
positions are always taken in fp32 or better; bf16 features are kept as they are, and so is their gradient.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor


def second_moment_and_mean(
    features: Tensor, mask: Tensor | None = None, total: Tensor | float | None = None
) -> tuple[Tensor, Tensor]:
    """Give second moments about zero (B, N, N) and means (B, N) of feature maps (B, N, h, w) over their positions.

    mask: (1, 1, h, w), how much each position counts in all of the maps, not zero everywhere. total: where these are a
    part of larger maps, what the mask, or without one the number of positions, adds up to in all of them; the parts'
    results then add up to theirs.
    """
    maps = features.flatten(2)
    if mask is None:
        products, sums = products_and_sums(maps)
        count = maps.shape[2] if total is None else total
        return products / count, sums / count
    shares = mask.flatten() / (mask.sum() if total is None else total)
    return products_and_sums(maps * shares.sqrt())[0], maps.to(shares.dtype) @ shares


def products_and_sums(rows: Tensor) -> tuple[Tensor, Tensor]:
    """Give X X^T, (B, N, N), and X 1, (B, N), for each X of (B, N, M): Gram matrices and sums of feature maps as rows.

    Differentiable once. For incoming gradients D and d it is (D + D^T) X + d 1^T, in one pass over all positions;
    autograd, which cannot know that both factors are the same, would form D X, D^T X and d 1^T and add them up.
    """
    products: Tensor
    sums: Tensor
    if len(rows) == 1:  # one matrix is quicker than a batch of one
        products, sums = _ProductsAndSums.apply(rows.squeeze(0))
        return products.unsqueeze(0), sums.unsqueeze(0)
    products, sums = _ProductsAndSums.apply(rows)
    return products, sums


class _ProductsAndSums(torch.autograd.Function):
    @staticmethod
    def forward(context: Any, rows: Tensor) -> tuple[Tensor, Tensor]:
        context.save_for_backward(rows)
        exact = rows.float() if rows.dtype == torch.bfloat16 else rows
        return exact @ exact.mT, exact.sum(-1)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(context: Any, of_products: Tensor, of_sums: Tensor) -> Tensor:
        (rows,) = context.saved_tensors
        both, of_sums = (of_products + of_products.mT).to(rows.dtype), of_sums.to(rows.dtype)
        # In the order of the rows' own memory: everything the gradient meets from here on lies in that order, too.
        if rows.dim() == 3:
            if rows.is_contiguous():
                return torch.baddbmm(of_sums[..., None], both, rows)
            return torch.baddbmm(of_sums[:, None], rows.mT, both).mT
        if rows.is_contiguous():
            return torch.addmm(of_sums[:, None], both, rows)
        return F.linear(rows.T, both, of_sums).T
