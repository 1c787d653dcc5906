"""One step at a time."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

from stylepipe.engine.losses import Losses
from stylepipe.engine.slope import slope_of
from stylepipe.engine.steppers import Adam

PAINT = """
import sys
import torch
from stylepipe.engine.network import FeatureNetwork
from stylepipe.engine.stylize import Style, stylize
from stylepipe.spec.settings import Settings

weights = {"conv1_1.weight": torch.randn(4, 3, 3, 3), "conv1_1.bias": torch.zeros(4)}
settings = Settings(size=32, iterations=2, content_layers="relu1_1", style_layers="relu1_1", optimizer=sys.argv[1])
stylize(torch.rand(1, 3, 32, 32), [Style(torch.rand(1, 3, 32, 32))], settings, FeatureNetwork(weights))
print("torch._dynamo" in sys.modules)
"""


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_painting_does_not_wait_for_torchs_compiler_to_be_imported(optimizer: str) -> None:
    done = subprocess.run([sys.executable, "-c", PAINT, optimizer], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_adams_steps_are_torchs_own() -> None:
    image, theirs = torch.rand(1, 3, 4, 5) / 4 + 0.3, torch.rand(1, 3, 4, 5)
    theirs.copy_(image).requires_grad_()
    aim, nothing = torch.rand(1, 3, 4, 5) / 4 + 0.3, torch.zeros(())

    def losses(picture: torch.Tensor) -> Losses:
        return Losses((picture - aim).square().mean(), nothing, nothing, nothing)

    step, optimizer = (
        Adam(slope_of(losses, image), image, 10, 0.01),
        torch.optim.Adam([theirs], lr=0.01, betas=(0.9, 0.99)),
    )
    for _ in range(5):
        step.look()
        step.move()
        optimizer.zero_grad()
        (losses(theirs).total * 20).backward()
        optimizer.step()
    torch.testing.assert_close(image, theirs)
