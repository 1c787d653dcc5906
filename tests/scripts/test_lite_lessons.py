"""The student's maps are compared with the teacher's at the same places, by what style transfer weighs."""

from __future__ import annotations

import pytest
import torch
from lite_lessons import at_the_same_places, kernel_distance
from lite_student import LESSONS
from lite_teacher import TEACHER_GRID


@pytest.mark.parametrize("layer", LESSONS)
def test_a_students_map_is_looked_up_where_the_teachers_positions_are(layer: str) -> None:
    name = LESSONS[layer]
    stride, first = TEACHER_GRID[name]
    own_stride = 2 ** (int(layer[4]) - 1)
    centres = torch.arange(128 // own_stride) * own_stride + (own_stride - 1) / 2
    own = torch.stack(torch.meshgrid(centres, centres, indexing="ij"))[None]
    count = (128 - first) // stride
    taught = torch.zeros(1, 1, count, count)
    found = at_the_same_places(own, name, taught, torch.arange(count * count))
    there = torch.arange(count) * float(stride) + first
    expected = torch.stack(torch.meshgrid(there, there, indexing="ij"), -1).view(-1, 2)
    inside = (expected <= centres[-1]).all(1)
    torch.testing.assert_close(found[inside], expected[inside])


def test_turned_features_have_the_same_kernel_and_others_do_not() -> None:
    torch.manual_seed(0)
    features = torch.rand(50, 8)
    turn, _ = torch.linalg.qr(torch.randn(8, 8))
    assert float(kernel_distance(features @ turn, features)) < 1e-5
    assert float(kernel_distance(torch.rand(50, 8), features)) > 0.01
