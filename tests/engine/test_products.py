"""Inner products and sums of rows, and their gradient."""

from __future__ import annotations

import pytest
import torch

from stylepipe.engine.products import products_and_sums


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("by_columns", [False, True])
def test_they_and_their_gradient_are_autograds_own_in_either_order_of_memory(count: int, by_columns: bool) -> None:
    rows = torch.rand(count, 40, 5).mT if by_columns else torch.rand(count, 5, 40)
    ours, plain = rows.detach().requires_grad_(), rows.detach().clone().requires_grad_()
    weights, more = torch.rand(count, 5, 5), torch.rand(count, 5)
    products, sums = products_and_sums(ours)
    ((products * weights).sum() + (sums * more).sum()).backward()
    (((plain @ plain.mT) * weights).sum() + (plain.sum(2) * more).sum()).backward()
    torch.testing.assert_close(products, plain @ plain.mT)
    torch.testing.assert_close(sums, plain.sum(2))
    torch.testing.assert_close(ours.grad, plain.grad)


def test_either_alone_may_be_used() -> None:
    rows = torch.rand(1, 3, 7, requires_grad=True)
    products_and_sums(rows)[1].sum().backward()
    torch.testing.assert_close(rows.grad, torch.ones(1, 3, 7))


@pytest.mark.parametrize("count", [1, 3])
def test_the_gradient_lies_in_memory_as_the_rows_do(count: int) -> None:
    rows = torch.rand(count, 40, 5).mT.requires_grad_()
    (gradient,) = torch.autograd.grad(products_and_sums(rows)[0].sum(), rows)
    assert gradient.stride()[1:] == rows.stride()[1:]


@pytest.mark.parametrize("positions", [300, 200_000])
def test_of_bf16_rows_sums_are_as_exact_as_of_their_own_values(positions: int) -> None:
    rows = torch.rand(1, positions, 16).bfloat16().mT
    exact = rows.double()
    products, sums = products_and_sums(rows)
    # In bf16 they would be off by 0.4 %, which is all that is left between a painting and its artwork.
    torch.testing.assert_close(products.double(), exact @ exact.mT, rtol=1e-5, atol=0)
    torch.testing.assert_close(sums.double(), exact.sum(2), rtol=1e-5, atol=0)


def test_the_gradient_of_bf16_rows_is_right_but_for_its_rounding() -> None:
    rows, weights, more = torch.randn(1, 2000, 48).bfloat16().mT, torch.randn(48, 48), torch.randn(48)
    gradients = []
    for own in (rows.clone().requires_grad_(), rows.double().requires_grad_()):
        products, sums = products_and_sums(own)
        ((products * weights).sum() + (sums * more).sum()).backward()
        gradients.append(own.grad)
    assert gradients[0] is not None
    assert gradients[0].dtype == torch.bfloat16
    error = (gradients[0].double() - gradients[1]).norm() / gradients[1].norm()
    assert error < 0.005
