from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from stylepipe.engine.losses import Losses
from stylepipe.engine.network import FeatureNetwork
from stylepipe.engine.pyramid import receptive_radius
from stylepipe.engine.regions import Style
from stylepipe.engine.stylize import measure_targets
from stylepipe.engine.temporal import Hold
from stylepipe.engine.tiles import spans, tiles
from stylepipe.spec.settings import LAYERS, Settings

from .conftest import scene


def losses_and_gradient(
    network: FeatureNetwork,
    settings: Settings,
    height: int,
    width: int,
    side: int | None,
    *,
    masks: bool = False,
    hold: bool = False,
    styles: int = 1,
    recompute: bool = False,
) -> tuple[Losses, Tensor]:
    settings = settings.model_copy(update={"precision": "fp32"})
    network = network.reading(settings)
    masked = [scene(50, 60, 7 + k)[:, :1].round() if masks else None for k in range(styles)]
    artworks = [Style(scene(90, 80, 3 + k), mask=mask) for k, mask in enumerate(masked)]
    ground = scene(40, 40, 20)[:, :1] if masks else None
    objective = measure_targets(scene(height, width, 1), artworks, ground, settings, network, side=side)
    if recompute:
        network = network.recomputing()
        objective = replace(objective, network=network)
        objective = replace(objective, tiling=objective.tiling and replace(objective.tiling, network=network))
    if hold:
        inner = (height - 2 * settings.margin, width - 2 * settings.margin)
        objective = replace(objective, hold=Hold(scene(*inner, 8), scene(*inner, 9)[:, :1], 2.0))
    picture = scene(height, width, 2).requires_grad_()
    losses = objective(picture)
    losses.total.backward()
    assert picture.grad is not None
    return losses, picture.grad


def assert_same(whole: tuple[Losses, Tensor], tiled: tuple[Losses, Tensor]) -> None:
    for one, other in zip(whole[0], tiled[0], strict=True):
        assert (one is None) == (other is None)
        if one is not None and other is not None:
            torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-7)
    difference = (whole[1] - tiled[1]).norm() / whole[1].norm()
    assert difference < 1e-4
    largest = (whole[1] - tiled[1]).abs().max() / whole[1].abs().max()
    assert largest < 1e-4


@pytest.mark.parametrize("side", [16, 48, 112])
@pytest.mark.parametrize(("height", "width"), [(64, 64), (97, 201), (175, 33), (31, 190), (128, 160), (111, 95)])
def test_losses_and_gradient_by_tiles_are_those_of_the_whole(
    tiny_network: FeatureNetwork, height: int, width: int, side: int
) -> None:
    whole = losses_and_gradient(tiny_network, Settings(margin=3), height, width, None)
    assert_same(whole, losses_and_gradient(tiny_network, Settings(margin=3), height, width, side))


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param(Settings(octaves=3, margin=0), id="octaves"),
        pytest.param(Settings(style_loss="gram"), id="gram"),
        pytest.param(Settings(style_loss="gram", normalization="paper", octaves=1), id="paper"),
        pytest.param(Settings(style_blend="losses"), id="losses"),
        pytest.param(Settings(pooling="l2"), id="l2"),
        pytest.param(Settings(pooling="average", normalization="paper"), id="average"),
        pytest.param(Settings(content_layers=("relu1_1", "relu3_2", "relu5_3"), style_layers="relu2_1"), id="layers"),
        pytest.param(Settings(content_weight=0), id="no content"),
        pytest.param(Settings(style_weight=0), id="no style"),
        pytest.param(Settings(tv_weight=0, content_blend=0.5), id="no variation"),
    ],
)
@pytest.mark.parametrize("masks", [False, True])
def test_every_kind_of_objective_is_the_same_by_tiles(
    tiny_network: FeatureNetwork, settings: Settings, *, masks: bool
) -> None:
    whole = losses_and_gradient(tiny_network, settings, 171, 139, None, masks=masks, styles=2)
    assert_same(whole, losses_and_gradient(tiny_network, settings, 171, 139, 64, masks=masks, styles=2))


def test_a_held_frame_is_the_same_by_tiles(tiny_network: FeatureNetwork) -> None:
    whole = losses_and_gradient(tiny_network, Settings(), 120, 140, None, hold=True)
    assert_same(whole, losses_and_gradient(tiny_network, Settings(), 120, 140, 32, hold=True))


def test_the_shipped_network_is_the_same_by_tiles_and_recomputed(lite: FeatureNetwork) -> None:
    whole = losses_and_gradient(lite, Settings(), 300, 221, None)
    assert_same(whole, losses_and_gradient(lite, Settings(), 300, 221, 96))
    assert_same(whole, losses_and_gradient(lite, Settings(), 300, 221, 96, recompute=True))


@pytest.mark.parametrize("length", [16, 47, 64, 163, 1000])
def test_tiles_own_each_pixel_once_and_begin_where_poolings_line_up(length: int) -> None:
    found = spans(length, 64, 16, 80)

    assert [span.begin for span in found[1:]] == [span.end for span in found[:-1]]
    assert (found[0].begin, found[-1].end) == (0, length)
    assert all(span.begin % 16 == span.low % 16 == 0 for span in found)
    assert all(span.high % 16 == 0 or span.high == length for span in found)


def test_a_halo_is_as_wide_as_the_receptive_field_in_whole_strides() -> None:
    assert receptive_radius(LAYERS[: LAYERS.index("relu5_1") + 1]) == 80
    assert receptive_radius(LAYERS[:2]) == 2
    assert len(tiles(1024, 512, 256, LAYERS[:2])) == 8
