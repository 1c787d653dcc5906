from __future__ import annotations

import pytest
import torch

from stylepipe.engine.feature_maps import strongest_maps
from stylepipe.engine.network import FeatureNetwork
from stylepipe.errors import UnpaintableError


@pytest.fixture
def network() -> FeatureNetwork:
    """Two layers of three maps; the first passes the colours on, the second one adds a map that sees nothing."""
    kernel = torch.zeros(3, 3, 3, 3)
    for channel in range(3):
        kernel[channel, channel, 1, 1] = 1
    blind = kernel.clone()
    blind[1] = 0
    bias = torch.tensor([3.0, 3.0, 3.0])  # above what the normalisation takes away
    weights = {"conv1_1.weight": kernel, "conv1_1.bias": bias, "conv1_2.weight": blind, "conv1_2.bias": torch.zeros(3)}
    return FeatureNetwork(weights)


def test_the_most_active_map_comes_first_and_each_is_bright_by_itself(network: FeatureNetwork) -> None:
    image = torch.rand(1, 3, 20, 30, generator=torch.Generator().manual_seed(0))
    image[:, 2] *= 0.1
    first, second = strongest_maps(image, ["relu1_1", "relu1_2"], 2, network)
    assert (first.layer, first.total, first.maps.shape) == ("relu1_1", 3, (2, 20, 30))
    assert sorted(first.numbers) == [0, 1]
    assert first.shares[0] == 1
    assert first.shares[1] < 1
    assert torch.equal(first.maps.amax((1, 2)), torch.ones(2))
    assert 1 not in second.numbers


def test_a_map_that_sees_nothing_is_black_not_noise(network: FeatureNetwork) -> None:
    (found,) = strongest_maps(torch.rand(1, 3, 8, 8), ["relu1_2"], 9, network)
    assert found.numbers[-1] == 1
    assert found.shares[-1] == 0
    assert not found.maps[-1].any()


def test_one_spike_does_not_leave_all_else_dark(network: FeatureNetwork) -> None:
    image = torch.full((1, 3, 40, 40), 0.2)
    image[..., 20, 20] = 100
    (found,) = strongest_maps(image, ["relu1_1"], 1, network)
    assert found.maps.median() == 1


def test_a_picture_too_small_for_a_layer_is_refused(network: FeatureNetwork) -> None:
    with pytest.raises(UnpaintableError, match="9x3 px is too small: relu4_1 needs 8 px"):
        strongest_maps(torch.zeros(1, 3, 3, 9), ["relu4_1"], 1, network)
