"""Several pictures' objectives as one."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from stylepipe.engine.network import FeatureNetwork
from stylepipe.engine.regions import Style
from stylepipe.engine.resize import extend
from stylepipe.engine.stack import stack
from stylepipe.engine.stylize import Objective, measure_targets
from stylepipe.engine.temporal import Hold
from stylepipe.spec.settings import Settings

from .conftest import scene

SETTINGS = Settings(precision="fp32")


def objective(network: FeatureNetwork, seed: int, settings: Settings = SETTINGS, **style: Tensor) -> Objective:
    canvas = extend(scene(48, 64, seed), settings.margin)
    styles = [Style(scene(40, 50, 10 + seed), **style), Style(scene(64, 40, 20 + seed), weight=2.0)]
    return measure_targets(canvas, styles, None, settings, network.reading(settings))


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"style_loss": "gram", "normalization": "paper"},
        {"style_weight": 0},
        {"content_weight": 0},
        {"precision": "bf16"},
        {"pooling": "l2"},
    ],
)
def test_losses_and_gradients_are_those_of_each_alone_to_rounding(
    lite: FeatureNetwork, changed: dict[str, object]
) -> None:
    settings = SETTINGS.model_copy(update=changed)
    alone = [objective(lite, seed, settings) for seed in range(3)]
    together = stack(alone)
    assert together is not None
    margin, rough = settings.margin, settings.precision == "bf16"
    near = 0.02 if rough else 1e-3 if settings.pooling == "l2" else 1e-4  # a root is steep where maps are nearly zero
    pictures = torch.cat([extend(scene(48, 64, 30 + k), margin) for k in range(3)]).requires_grad_()
    losses = together(pictures)
    (gradient,) = torch.autograd.grad(losses.total.sum(), pictures)
    for k, one in enumerate(alone):
        picture = pictures[k : k + 1].detach().requires_grad_()
        expected = one(picture)
        (slope,) = torch.autograd.grad(expected.total.sum(), picture)
        for found, part in zip(losses[:4], expected[:4], strict=True):
            torch.testing.assert_close(found[k], part[0], rtol=1e-2 if rough else 1e-5, atol=1e-7)
        assert (gradient[k] - slope[0]).norm() < near * slope.norm()


def test_of_one_it_is_its_own(lite: FeatureNetwork) -> None:
    one = objective(lite, 0)
    together, picture = stack([one]), extend(scene(48, 64, 5), SETTINGS.margin)
    assert together is not None
    torch.testing.assert_close(together(picture).total, one(picture).total)


def test_pictures_that_are_unlike_are_no_stack(lite: FeatureNetwork, tiny_network: FeatureNetwork) -> None:
    one, mask = objective(lite, 0), torch.ones(1, 1, 48, 64)
    mask[..., :20] = 0
    hold = Hold(scene(48, 64), mask, 1.0)
    assert stack([one, objective(lite, 1)]) is not None
    assert stack([one, objective(tiny_network, 1)]) is None
    assert stack([one, objective(lite, 1, SETTINGS.model_copy(update={"style_weight": 3.0}))]) is None
    assert stack([one, objective(lite, 1, mask=mask)]) is None
    assert stack([one, replace(objective(lite, 1), hold=hold)]) is None
