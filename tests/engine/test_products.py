"""Inner products and sums of rows, and their gradient."""

from __future__ import annotations

import pytest
import torch

from stylepipe.engine.products import products_and_sums


@pytest.mark.parametrize("rows", [torch.rand(5, 40), torch.rand(40, 5).T], ids=["by rows", "by columns"])
def test_they_and_their_gradient_are_autograds_own_in_either_order_of_memory(rows: torch.Tensor) -> None:
    ours, plain = rows.detach().requires_grad_(), rows.detach().clone().requires_grad_()
    weights, more = torch.rand(5, 5), torch.rand(5)
    products, sums = products_and_sums(ours)
    ((products * weights).sum() + (sums * more).sum()).backward()
    (((plain @ plain.T) * weights).sum() + (plain.sum(1) * more).sum()).backward()
    torch.testing.assert_close(products, plain @ plain.T)
    torch.testing.assert_close(sums, plain.sum(1))
    torch.testing.assert_close(ours.grad, plain.grad)


def test_either_alone_may_be_used() -> None:
    rows = torch.rand(3, 7, requires_grad=True)
    products_and_sums(rows)[1].sum().backward()
    torch.testing.assert_close(rows.grad, torch.ones(3, 7))


def test_the_gradient_lies_in_memory_as_the_rows_do() -> None:
    rows = torch.rand(40, 5).T.requires_grad_()
    (gradient,) = torch.autograd.grad(products_and_sums(rows)[0].sum(), rows)
    assert gradient.stride() == rows.stride()
