from __future__ import annotations

import pytest
import torch

from stylepipe.engine.calibration import calibrate
from stylepipe.engine.network import FeatureNetwork
from stylepipe.engine.regions import Style
from stylepipe.engine.temporal import EVEN_DEVIATION, temporal_loss
from stylepipe.spec.settings import Settings

from .conftest import scene

EVERYWHERE = torch.ones(1, 1, 40, 48)


def unit(network: FeatureNetwork, **changed: object) -> float:
    settings = Settings(size="original", octaves=1).model_copy(update=changed)
    return calibrate(scene(40, 48), scene(40, 48, 2), EVERYWHERE, [Style(scene(40, 40, 1))], settings, network)


def test_the_unit_follows_the_weight_of_style(tiny_network: FeatureNetwork) -> None:
    once, twice = (unit(tiny_network, style_weight=weight) for weight in (6.0, 12.0))
    assert once > 0
    assert twice == pytest.approx(2 * once, rel=1e-5)


def test_the_unit_does_not_depend_on_the_weight_of_content(tiny_network: FeatureNetwork) -> None:
    assert unit(tiny_network, content_weight=9.0) == unit(tiny_network)


@pytest.mark.parametrize("without", [{"style_weight": 0.0}, {"style_layers": {"relu2_1": 0.0}}])
def test_without_style_content_takes_its_place(tiny_network: FeatureNetwork, without: dict[str, object]) -> None:
    once, twice = (unit(tiny_network, content_weight=weight, **without) for weight in (1.0, 2.0))
    assert once > 0
    assert twice == pytest.approx(2 * once, rel=1e-5)


def test_losses_as_the_paper_sums_them_have_a_unit_of_their_size(tiny_network: FeatureNetwork) -> None:
    assert unit(tiny_network, normalization="paper") > 0
    assert unit(tiny_network, normalization="paper") != unit(tiny_network)


def test_at_the_unit_the_temporal_loss_is_no_trifle_and_no_tyrant(lite: FeatureNetwork) -> None:
    weight = unit(lite)
    warped = scene(40, 48, 2)
    deviating = weight * temporal_loss(warped + EVEN_DEVIATION, warped, EVERYWHERE).item()
    assert 1e-4 < deviating / Settings().style_weight < 1  # where a style loss of one is all photograph
