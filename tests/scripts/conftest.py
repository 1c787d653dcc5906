"""Pictures and a teacher for trainings of `lite`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image


@pytest.fixture(scope="session")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("images")
    rng = np.random.default_rng(0)
    for k in range(22):
        coarse = Image.fromarray(rng.integers(0, 255, (5, 6, 3), np.uint8))
        coarse.resize((120, 100)).save(folder / f"{k}.png")
    return folder


@pytest.fixture(scope="session")
def teacher(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """SqueezeNet with random weights, saved as torchvision does."""
    from torchvision.models import squeezenet1_0

    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("teacher") / "squeezenet1_0.pth"
    torch.save(squeezenet1_0().state_dict(), path)
    return path
