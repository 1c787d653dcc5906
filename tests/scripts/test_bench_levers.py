"""What the benchmark switches off is only how something is computed."""

from __future__ import annotations

import torch
from bench import network_of, weights_of
from bench_levers import iterations

from stylepipe.engine import network
from stylepipe.engine.regions import Style
from stylepipe.spec.settings import Settings


def test_each_lever_leaves_the_gradient_as_it_was() -> None:
    order = network.LAYOUT
    settings, lite = Settings(precision="fp32", octaves=1), network_of("lite", torch.device("cpu"))
    torch.manual_seed(0)
    found = iterations(torch.rand(1, 3, 48, 64), Style(torch.rand(1, 3, 64, 48)), settings, weights_of(lite))
    gradients = {name: work() for name, work in found.items()}
    assert len(gradients) == 4
    for gradient in gradients.values():
        torch.testing.assert_close(gradient, gradients["all on"], rtol=1e-3, atol=1e-3 * float(gradient.abs().max()))
    assert network.LAYOUT is order
