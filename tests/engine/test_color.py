from __future__ import annotations

import numpy as np
import pytest
import torch

from stylepipe.engine.color import keep_luminance_of, match_colors

from .conftest import scene


def test_no_strength_gives_the_painting_back() -> None:
    painted, photograph = scene(20, 20, 1), scene(20, 20, 2)
    torch.testing.assert_close(keep_luminance_of(painted, photograph, 0.0), painted, atol=2e-3, rtol=0)
    torch.testing.assert_close(match_colors(painted, photograph, 0.0), painted)


def test_a_grey_photograph_makes_a_grey_painting() -> None:
    kept = keep_luminance_of(scene(20, 20, 1), torch.full((1, 3, 20, 20), 0.4), 1.0)
    torch.testing.assert_close(kept[:, 0], kept[:, 1], atol=1e-5, rtol=0)
    assert kept.std() > 0.05


def test_matching_moves_mean_and_covariance_to_the_photographs() -> None:
    artwork, photograph = 0.3 + 0.3 * scene(40, 40, 1), 0.4 + 0.2 * scene(30, 50, 2)
    moved = match_colors(artwork, photograph, 1.0)[0].flatten(1).numpy()
    wanted = photograph[0].flatten(1).numpy()
    np.testing.assert_allclose(moved.mean(1), wanted.mean(1), atol=2e-3)
    np.testing.assert_allclose(np.cov(moved), np.cov(wanted), atol=5e-4)


@pytest.mark.parametrize("level", [0.0, 0.5, 1.0])
def test_flat_and_grey_pictures_are_matched_without_nan(level: float) -> None:
    flat = torch.full((1, 3, 16, 16), level)
    assert torch.isfinite(match_colors(flat, scene(16, 16), 1.0)).all()
    assert torch.isfinite(match_colors(scene(16, 16), flat, 1.0)).all()
    assert torch.isfinite(keep_luminance_of(flat, scene(16, 16), 1.0)).all()
