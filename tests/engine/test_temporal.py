from __future__ import annotations

import pytest
import torch

from stylepipe.engine.calibration import calibrate
from stylepipe.engine.network import FeatureNetwork
from stylepipe.engine.regions import Style
from stylepipe.engine.stylize import stylize
from stylepipe.engine.temporal import EVEN_DEVIATION, LEAST_KNOWN, Hold, temporal_loss, temporal_unit
from stylepipe.spec.settings import Settings

from .conftest import scene

QUICK = Settings(size="original", iterations=(10,), pyramid=False, octaves=1)
EVERYWHERE = torch.ones(1, 1, 40, 48)


def left_half(height: int = 40, width: int = 48) -> torch.Tensor:
    trust = torch.zeros(1, 1, height, width)
    trust[..., : width // 2] = 1
    return trust


def test_the_loss_is_the_mean_squared_distance_over_what_is_trusted() -> None:
    picture, warped = scene(40, 48, 1), scene(40, 48, 2)
    trust = torch.rand(1, 1, 40, 48, generator=torch.Generator().manual_seed(3))
    expected = (trust * (picture - warped) ** 2).sum() / (3 * trust.sum())
    torch.testing.assert_close(temporal_loss(picture, warped, trust), expected)
    gradient = torch.autograd.functional.jacobian(lambda x: temporal_loss(x, warped, trust), picture)
    torch.testing.assert_close(gradient, 2 * trust * (picture - warped) / (3 * trust.sum()))


def test_what_is_hidden_does_not_weaken_the_loss_of_what_is_seen() -> None:
    warped = scene(40, 48)
    apart = [temporal_loss(warped + 0.1, warped, trust).item() for trust in (EVERYWHERE, left_half())]
    assert apart == pytest.approx([0.01, 0.01])


def test_where_nothing_is_trusted_there_is_neither_loss_nor_slope() -> None:
    picture = scene(40, 48, 1).requires_grad_()
    loss = temporal_loss(picture, scene(40, 48, 2), 0 * EVERYWHERE)
    loss.backward()
    assert loss.item() == 0
    assert picture.grad is not None
    assert not picture.grad.any()


def test_a_single_trusted_pixel_does_not_outweigh_the_picture() -> None:
    one = torch.zeros_like(EVERYWHERE)
    one[0, 0, 5, 5] = 1
    loss = temporal_loss(scene(40, 48) + 0.1, scene(40, 48), one).item()
    assert loss == pytest.approx(0.01 / (LEAST_KNOWN * one.numel()), rel=1e-4)


@pytest.mark.parametrize("trust", [EVERYWHERE, left_half(), 0.3 * EVERYWHERE])
def test_at_its_unit_the_loss_pulls_back_as_hard_as_style_pulls_away(trust: torch.Tensor) -> None:
    style_gradient = torch.randn(1, 3, 40, 48, generator=torch.Generator().manual_seed(0))
    warped = scene(40, 48)
    picture = (warped + EVEN_DEVIATION).requires_grad_()
    (temporal_unit(style_gradient, trust) * temporal_loss(picture, warped, trust)).backward()
    assert picture.grad is not None
    assert picture.grad.norm().item() == pytest.approx(style_gradient.norm().item(), rel=1e-4)


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_a_picture_stays_where_it_is_held_and_leaves_where_it_is_not(lite: FeatureNetwork, optimizer: str) -> None:
    content, warped, style = scene(40, 48), scene(40, 48, 2), [Style(scene(40, 40, 1))]
    settings = QUICK.model_copy(update={"optimizer": optimizer, "iterations": (20,)})
    weight = calibrate(content, warped, left_half(), style, settings, lite)
    hold = Hold(warped, left_half(), weight)
    painting = stylize(content, style, settings, lite, init=warped, hold=hold)
    moved = (painting.picture - warped).square().mean((0, 1, 2)).sqrt()
    assert moved[:20].mean() < 0.3 * EVEN_DEVIATION
    assert moved[28:].mean() > EVEN_DEVIATION
    last = painting.losses[-1]
    known = settings.content_weight * last.content + settings.style_weight * last.style
    known += settings.tv_weight * last.variation + weight * last.temporal
    assert last.total == pytest.approx(known, rel=1e-3)


def test_a_hold_of_another_size_holds_at_every_scale(tiny_network: FeatureNetwork) -> None:
    warped = torch.full((1, 3, 80, 96), 0.25)
    settings = QUICK.model_copy(update={"pyramid": 48, "iterations": (5,)})
    hold = Hold(warped, left_half(80, 96), 1e6)
    painting = stylize(scene(64, 77), [Style(scene(40, 40, 1))], settings, tiny_network, hold=hold)
    assert painting.picture.shape == (1, 3, 64, 77)
    assert (painting.picture[..., :30] - 0.25).abs().max() < 0.05
    assert (painting.picture[..., 45:] - 0.25).abs().mean() > 0.05


def test_a_picture_on_its_own_has_no_temporal_loss_and_none_in_its_record(tiny_network: FeatureNetwork) -> None:
    painting = stylize(scene(40, 48), [Style(scene(40, 40, 1))], QUICK, tiny_network)
    assert {values.temporal for values in painting.losses} == {0.0}
    assert list(painting.losses[0].of_a_picture()) == ["total", "content", "style", "variation"]


def test_the_underpainting_is_the_picture_before_the_photographs_colours_come_back(
    tiny_network: FeatureNetwork,
) -> None:
    content, style = scene(40, 48), [Style(scene(40, 40, 1))]
    plain = stylize(content, style, QUICK, tiny_network)
    settings = QUICK.model_copy(update={"preserve_color": "luminance"})
    coloured = stylize(content, style, settings, tiny_network, ground=left_half())
    assert torch.equal(plain.picture, plain.underpainting)
    assert not torch.equal(coloured.picture, coloured.underpainting)
    assert torch.equal(coloured.picture[..., 24:], content[..., 24:])
    assert not torch.equal(coloured.underpainting[..., 24:], content[..., 24:])
