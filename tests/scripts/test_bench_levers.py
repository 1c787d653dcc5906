"""What the benchmark switches off is only how something is computed."""

from __future__ import annotations

import torch
from bench import weights_of
from bench_levers import iterations

from stylepipe.engine.network import LAYOUT, FeatureNetwork
from stylepipe.engine.regions import Style
from stylepipe.spec.settings import Settings
from tests.engine.conftest import scene


def test_each_lever_leaves_the_gradient_as_it_was(lite: FeatureNetwork) -> None:
    settings = Settings(precision="fp32", octaves=1)
    found = iterations(scene(48, 64), Style(scene(64, 48, 1)), settings, weights_of(lite))
    gradients = {name: work() for name, work in found.items()}
    assert len(gradients) == 4
    for gradient in gradients.values():
        torch.testing.assert_close(gradient, gradients["all on"], rtol=1e-3, atol=1e-3 * float(gradient.abs().max()))
    from stylepipe.engine import network

    assert network.LAYOUT is LAYOUT
