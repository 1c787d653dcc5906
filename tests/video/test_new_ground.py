"""What has just come into view is measured apart from what is painted already."""

from __future__ import annotations

import numpy as np
import torch

from stylepipe.engine.regions import Style
from stylepipe.video.new_ground import with_new_ground_apart


def ripe_but_for(columns: int) -> np.ndarray:
    ripeness = np.ones((40, 100), np.float32)
    ripeness[:, 100 - columns :] = 0.25
    return ripeness


def test_a_frame_that_is_all_painted_is_measured_as_one() -> None:
    styles = [Style(torch.rand(1, 3, 8, 8))]

    assert with_new_ground_apart(styles, ripe_but_for(0)) == styles


def test_every_style_is_measured_on_new_ground_and_on_the_rest() -> None:
    night, wave = Style(torch.rand(1, 3, 8, 8), weight=2), Style(torch.rand(1, 3, 8, 8))

    found = with_new_ground_apart([night, wave], ripe_but_for(10))

    assert [style.image is night.image for style in found] == [True, False, True, False]
    assert [style.weight for style in found] == [2, 1, 2, 1]
    new, rest = found[0].mask, found[2].mask
    assert new is not None
    assert rest is not None
    torch.testing.assert_close(new + rest, torch.ones(1, 1, 40, 100))
    assert new[..., 0].max() == 0
    assert new[..., -1].min() == 0.75


def test_a_mask_of_the_style_holds_on_both() -> None:
    left = torch.zeros(1, 1, 20, 50)
    left[..., :25] = 1

    new, rest = (
        style.mask for style in with_new_ground_apart([Style(torch.rand(1, 3, 8, 8), mask=left)], ripe_but_for(10))
    )

    assert new is not None
    assert rest is not None
    assert new[..., 60:].max() < 0.001
    assert rest[..., :40].min() > 0.999
