"""Losses as numbers: of one picture, and of several side by side."""

from __future__ import annotations

import pytest
import torch

from stylepipe.engine.losses import Losses, LossValues, as_table

PARTS = ([9.0, 90.0], [1.0, 10.0], [2.0, 20.0], [3.0, 30.0], [4.0, 40.0])
"""Of two pictures: total, content, style, total variation, temporal."""


@pytest.mark.parametrize("parts", [4, 5])
def test_each_part_is_a_row_and_each_picture_a_column(parts: int) -> None:
    losses = Losses(*(torch.tensor(part, requires_grad=True) for part in PARTS[:parts]))
    table = as_table(losses)
    assert table.tolist() == [*map(list, PARTS[:parts])]
    assert not table.requires_grad
    assert LossValues(*table[:, 1].tolist()) == (90, 10, 20, 30, 40 if parts == 5 else 0)


@pytest.mark.parametrize("shape", [(), (1,)])
def test_a_picture_that_is_held_to_nothing_has_no_temporal_loss(shape: tuple[int, ...]) -> None:
    losses = Losses(*(torch.full(shape, part[0]) for part in PARTS[:4]))
    assert LossValues.of(losses) == LossValues(9, 1, 2, 3, temporal=0)
    assert LossValues.of(losses._replace(temporal=torch.full(shape, 4.0))).temporal == 4


def test_numbers_of_any_precision_stand_in_one_table_and_none_is_made_finite() -> None:
    kinds = (torch.bfloat16, torch.float64, torch.float32, torch.float32)
    losses = Losses(
        *(torch.tensor(number, dtype=kind) for number, kind in zip((torch.inf, 1, 2, 3), kinds, strict=True))
    )
    assert as_table(losses).dtype == torch.float32
    assert LossValues.of(losses) == (torch.inf, 1, 2, 3, 0)


def test_a_record_of_a_picture_has_every_part_but_the_temporal_one() -> None:
    values = LossValues(9, 1, 2, 3, 4)
    assert values.of_a_picture() == {"total": 9, "content": 1, "style": 2, "variation": 3}
