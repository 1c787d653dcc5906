from __future__ import annotations

import pytest
import torch

from stylepipe.engine.resize import Extended, cover, crop, extend, resize

from .conftest import scene


def test_a_picture_of_the_right_size_is_left_as_it_is() -> None:
    image = scene(20, 30)
    assert resize(image, 20, 30) is image


def test_shrinking_a_checkerboard_gives_grey_and_no_moire() -> None:
    board = (torch.arange(128)[:, None] + torch.arange(128)) % 2
    small = resize(board.float().expand(1, 3, 128, 128), 37, 37)
    torch.testing.assert_close(small, torch.full_like(small, 0.5), atol=0.03, rtol=0)


def test_enlarging_stays_in_range() -> None:
    edge = torch.zeros((1, 3, 8, 8))
    edge[..., 4:] = 1
    large = resize(edge, 31, 33)
    assert large.shape == (1, 3, 31, 33)
    assert large.min() == 0
    assert large.max() == 1


def test_cover_keeps_the_aspect_and_cuts_both_sides_alike() -> None:
    stripe = torch.zeros((1, 3, 10, 30))
    stripe[..., 10:20] = 1
    covered = cover(stripe, 20, 20)
    assert covered.shape == (1, 3, 20, 20)
    assert covered[..., 2:-2].min() > 0.9


@pytest.mark.parametrize(("height", "width"), [(20, 30), (1, 1), (5, 9)])
def test_what_is_extended_can_be_cropped_again(height: int, width: int) -> None:
    image = scene(height, width)
    extended = extend(image, 8)
    assert extended.shape == (1, 3, height + 16, width + 16)
    assert torch.equal(crop(extended, 8), image)
    assert torch.equal(crop(extend(image, 0), 0), image)


def test_a_picture_is_continued_in_its_mirror() -> None:
    ramp = torch.arange(10.0).expand(1, 1, 10, 10)
    assert extend(ramp, 3)[0, 0, 5].tolist() == [3, 2, 1, *range(10), 8, 7, 6]


@pytest.mark.parametrize(("height", "width", "margin"), [(20, 30, 0), (20, 30, 8), (5, 30, 8), (1, 3, 4)])
def test_a_piece_of_an_extended_picture_is_a_piece_of_the_whole(height: int, width: int, margin: int) -> None:
    image = scene(height, width)
    whole, pieces = extend(image, margin), Extended(image, margin)
    rows, columns = slice(1, height + margin), slice(0, width + 2 * margin)
    assert torch.equal(pieces.piece(rows, columns), whole[:, :, rows, columns])
