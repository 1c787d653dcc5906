"""A picture that is measured tile by tile: the same numbers and the same gradient as of the whole."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from stylepipe.engine import tiling
from stylepipe.engine.losses import Losses
from stylepipe.engine.network import FeatureNetwork, mask_at
from stylepipe.engine.products import second_moment_and_mean
from stylepipe.engine.regions import Style
from stylepipe.engine.resize import Extended, extend, halve
from stylepipe.engine.stylize import measure_targets
from stylepipe.engine.temporal import Hold
from stylepipe.engine.tiling import MaskedLayer, Measured, Tiling, moments_by_tiles
from stylepipe.engine.variation import total_variation
from stylepipe.spec.settings import Settings

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


# -- What is measured, one by one -----------------------------------------------------------------------------------

LAYERS = ("relu1_1", "relu2_1", "relu3_1")


def assert_moments(found: Measured, picture: Tensor, network: FeatureNetwork, *octaves: list[MaskedLayer]) -> None:
    """Check the moments of a picture, and of its halvings, against those of whole maps."""
    assert len(found.moments) == len(octaves)
    for moments, layers in zip(found.moments, octaves, strict=True):
        maps = network(picture, [layer for layer, _ in layers])
        whole = [second_moment_and_mean(maps[layer], mask) for layer, mask in layers]
        torch.testing.assert_close(moments, whole, rtol=1e-4, atol=1e-6)
        picture = halve(picture)


@pytest.mark.parametrize(("height", "width"), [(65, 47), (130, 33), (36, 101)])
def test_each_octave_of_an_odd_size_has_moments_of_its_own_masks(
    tiny_network: FeatureNetwork, height: int, width: int
) -> None:
    picture, mask, small = (
        scene(height, width),
        scene(height, width, 5)[:, :1],
        scene(height // 2, width // 2, 6)[:, :1],
    )
    octaves = [
        [*((layer, mask_at(mask, layer)) for layer in LAYERS), ("relu2_1", None)],
        [("relu1_1", None), ("relu3_1", mask_at(small, "relu3_1"))],
    ]
    found = Tiling(tiny_network, 16, Extended(picture, 0)).measure(picture, (), octaves)
    assert_moments(found, picture, tiny_network, *octaves)
    assert [*found.distances] == []


def test_tiles_on_which_a_mask_is_black_add_nothing(tiny_network: FeatureNetwork) -> None:
    picture, mask = scene(64, 96), torch.zeros(1, 1, 64, 96)
    mask[..., 40:48, 70:80] = 1
    layers: list[MaskedLayer] = [(layer, mask_at(mask, layer)) for layer in LAYERS]
    found = Tiling(tiny_network, 16, Extended(picture, 0)).measure(picture, (), [layers])
    assert_moments(found, picture, tiny_network, layers)


def test_distances_are_to_the_photograph_with_its_margin_layer_by_layer(tiny_network: FeatureNetwork) -> None:
    photograph, picture = scene(50, 71), scene(50 + 2 * 9, 71 + 2 * 9, 1)
    found = Tiling(tiny_network, 16, Extended(photograph, 9)).measure(picture, LAYERS, ())
    here, there = tiny_network(picture, LAYERS), tiny_network(extend(photograph, 9), LAYERS)
    for layer, distance in zip(LAYERS, found.distances, strict=True):
        torch.testing.assert_close(distance, (here[layer] - there[layer]).square().sum(), rtol=1e-4, atol=0)


def test_moments_by_tiles_are_those_of_the_whole(tiny_network: FeatureNetwork) -> None:
    picture = scene(70, 53)
    layers: list[MaskedLayer] = [("relu1_1", None), ("relu3_1", mask_at(scene(70, 53, 1)[:, :1], "relu3_1"))]
    found = moments_by_tiles(picture, layers, tiny_network, 24)
    assert_moments(Measured((), [found], picture), picture, tiny_network, layers)


@pytest.mark.parametrize(
    ("height", "width", "strip"),
    [
        pytest.param(41, 8, 80, id="the last strip has one row"),
        pytest.param(40, 9, 8, id="every strip has one row"),
        pytest.param(2, 30, 30, id="two rows"),
        pytest.param(1, 30, 30, id="a single row in all"),
        pytest.param(30, 1, 8, id="a single column"),
        pytest.param(33, 7, 1 << 19, id="one strip"),
    ],
)
def test_total_variation_by_strips_is_that_of_the_whole(
    tiny_network: FeatureNetwork, monkeypatch: pytest.MonkeyPatch, height: int, width: int, strip: int
) -> None:
    monkeypatch.setattr(tiling, "_STRIP", strip)
    picture, other = (scene(height, width).requires_grad_() for _ in range(2))
    found = Tiling(tiny_network, 16, Extended(picture, 0)).measure(picture, (), ())
    assert [*found.distances] == []
    found.variation.sum().backward()
    expected = total_variation(other)
    expected.sum().backward()
    torch.testing.assert_close(found.variation, expected)
    torch.testing.assert_close(picture.grad, other.grad)
