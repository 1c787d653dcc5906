from __future__ import annotations

import torch

from stylepipe.engine.regions import Style
from stylepipe.engine.start import starting_picture
from stylepipe.spec.settings import Settings

from .conftest import scene

PHOTOGRAPH, ART = scene(24, 36), Style(scene(50, 40, 1))


def start(init: str, seed: int = 0, image: torch.Tensor | None = None) -> torch.Tensor:
    return starting_picture(PHOTOGRAPH, [ART], Settings(init=init, seed=seed), image)


def test_content_starts_from_a_copy_of_the_photograph() -> None:
    assert torch.equal(start("content"), PHOTOGRAPH)
    assert start("content").data_ptr() != PHOTOGRAPH.data_ptr()


def test_noise_depends_on_the_seed_alone() -> None:
    first = start("noise", 1)
    torch.rand(5)
    assert torch.equal(first, start("noise", 1))
    assert not torch.equal(first, start("noise", 2))
    assert 0.45 < first.mean() < 0.55


def test_blend_lies_between_content_and_noise() -> None:
    torch.testing.assert_close(start("blend:0.25"), 0.75 * PHOTOGRAPH + 0.25 * start("noise"))
    assert torch.equal(start("blend:0"), PHOTOGRAPH)


def test_a_style_or_an_image_fills_the_picture() -> None:
    assert start("style").shape == PHOTOGRAPH.shape
    assert start("stripes.png", image=scene(7, 90)).shape == PHOTOGRAPH.shape
