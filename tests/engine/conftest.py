from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from safetensors.torch import load, load_file, save
from torch import Tensor

import stylepipe
from stylepipe.engine.network import LITE, TORCHVISION, FeatureNetwork, Measure
from stylepipe.engine.painting_state import PaintingState
from stylepipe.spec.settings import LAYERS

WIDTHS = {1: 4, 2: 6, 3: 8, 4: 8, 5: 8}


def random_weights(dtype: torch.dtype = torch.float32, *, seed: int = 7) -> dict[str, Tensor]:
    """VGG-19's plan with a few channels a layer and random weights: every layer name, in milliseconds."""
    generator = torch.Generator().manual_seed(seed)
    weights, before = {}, 3
    for name in LAYERS:
        width = WIDTHS[int(name[4])]
        spread = (2 / (9 * before)) ** 0.5
        shape = (width, before, 3, 3)
        weights[f"conv{name[4:]}.weight"] = torch.randn(shape, generator=generator, dtype=dtype) * spread
        weights[f"conv{name[4:]}.bias"] = torch.randn(width, generator=generator, dtype=dtype) * 0.1
        before = width
    return weights


@pytest.fixture(scope="session")
def tiny_network() -> FeatureNetwork:
    return FeatureNetwork(random_weights())


@pytest.fixture(scope="session")
def lite() -> FeatureNetwork:
    file = Path(stylepipe.__file__).parent / "data" / "lite.safetensors"
    return FeatureNetwork({name: tensor.float() for name, tensor in load_file(file).items()}, LITE)


class CountingNetwork(FeatureNetwork):
    """Counts the pictures that it measures."""

    def __init__(self, *, seed: int = 7) -> None:
        super().__init__(random_weights(seed=seed), TORCHVISION)
        self.sizes: list[tuple[int, int]] = []

    def measure(self, image: Tensor, measures: Sequence[Measure[Tensor]]) -> list[Tensor]:
        self.sizes.append((image.shape[2], image.shape[3]))
        return super().measure(image, measures)


def scene(height: int, width: int, seed: int = 0, dtype: torch.dtype = torch.float32) -> Tensor:
    """A smooth random picture (1, 3, height, width) in [0, 1]."""
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.rand((1, 3, 6, 8), generator=generator, dtype=dtype)
    smooth = torch.nn.functional.interpolate(coarse, (height, width), mode="bicubic", align_corners=False)
    grain = torch.rand((1, 3, height, width), generator=generator, dtype=dtype) * 0.1
    return (smooth + grain).clamp(0, 1)


def as_files_keep_it(state: PaintingState) -> PaintingState:
    """The state as it comes back from a file of tensors and one of JSON."""
    return PaintingState(load(save({**state.tensors})), json.loads(json.dumps(state.facts, allow_nan=False)))
