from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from stylepipe.engine.network import FeatureNetwork
from stylepipe.engine.painting import Step
from stylepipe.engine.regions import Style
from stylepipe.engine.resize import halve
from stylepipe.engine.stylize import content_loss, gram_matrix, layer_style_loss, measure_targets, moments, stylize
from stylepipe.engine.units import OF_ENERGY
from stylepipe.errors import UnpaintableError
from stylepipe.spec.presets import load_preset
from stylepipe.spec.settings import Settings

from .conftest import random_weights, scene

QUICK = Settings(size=48, iterations=(4,), pyramid=False)
Array = NDArray[np.float64]


# -- The paper, transcribed -----------------------------------------------------------------------------------------


def paper_content(f: Array, p: Array) -> tuple[float, Array]:
    """Equations 1 and 2: F and P as (N, M)."""
    return 0.5 * float(((f - p) ** 2).sum()), np.where(f > 0, f - p, 0.0)


def paper_style(f: Array, a: Array) -> tuple[float, Array]:
    """Equations 3, 4 and 6: features of the picture and of the artwork as (N, M)."""
    n, m = f.shape
    difference = f @ f.T - a @ a.T
    loss = float((difference**2).sum()) / (4 * n**2 * m**2)
    return loss, np.where(f > 0, (f.T @ difference).T / (n**2 * m**2), 0.0)


def preactivations(seed: int) -> Tensor:
    return torch.randn((1, 5, 6, 7), generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def as_rows(features: Tensor) -> Array:
    return features.detach()[0].flatten(1).double().numpy()


def test_content_loss_and_gradient_are_equations_1_and_2() -> None:
    z, p = preactivations(1).requires_grad_(), torch.relu(preactivations(2))
    loss = content_loss(torch.relu(z), p, paper=True)
    loss.backward()
    expected, gradient = paper_content(as_rows(torch.relu(z)), as_rows(p))
    assert loss.item() == pytest.approx(expected, rel=1e-6)
    np.testing.assert_allclose(as_rows(z.grad), gradient, rtol=1e-6, atol=1e-15)


def test_style_loss_and_gradient_are_equations_3_4_and_6() -> None:
    z, a = preactivations(3).requires_grad_(), torch.relu(preactivations(4))
    loss = layer_style_loss(gram_matrix(torch.relu(z)), gram_matrix(a), paper=True)
    loss.backward()
    expected, gradient = paper_style(as_rows(torch.relu(z)), as_rows(a))
    assert loss.item() == pytest.approx(expected, rel=1e-6)
    np.testing.assert_allclose(as_rows(z.grad), gradient, rtol=1e-6, atol=1e-15)


def test_the_gatys_objective_and_its_pixel_gradient_are_equations_5_and_7() -> None:
    network = FeatureNetwork(random_weights(torch.float64), dtype=torch.float64)
    settings = load_preset("gatys").model_copy(
        update={"content_weight": 1e-3, "style_weight": 1.0, "precision": "fp32"}
    )
    network = network.reading(settings)
    photograph, artwork = scene(32, 40, 1, torch.float64), scene(32, 40, 2, torch.float64)
    picture = scene(32, 40, 3, torch.float64).requires_grad_()
    losses = measure_targets(photograph, [Style(artwork)], None, settings, network)(picture)
    losses.total.backward()

    style_layers = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
    other = picture.detach().clone().requires_grad_()
    found = network(other, {"relu4_2", *style_layers})
    p, a = network(photograph, ["relu4_2"]), network(artwork, style_layers)
    content, content_gradient = paper_content(as_rows(found["relu4_2"]), as_rows(p["relu4_2"]))
    styles = {name: paper_style(as_rows(found[name]), as_rows(a[name])) for name in style_layers}
    style = sum(0.2 * loss for loss, _ in styles.values())
    assert losses.content.item() == pytest.approx(content, rel=1e-6)
    assert losses.style.item() == pytest.approx(style, rel=1e-6)
    assert losses.total.item() == pytest.approx(1e-3 * content + style, rel=1e-6)

    outputs = [found["relu4_2"], *(found[name] for name in style_layers)]
    gradients = [1e-3 * content_gradient, *(0.2 * styles[name][1] for name in style_layers)]
    shaped = [torch.from_numpy(g).view_as(o) for g, o in zip(gradients, outputs, strict=True)]
    (expected,) = torch.autograd.grad(outputs, other, shaped)
    torch.testing.assert_close(picture.grad, expected, rtol=1e-6, atol=1e-12)


# -- What the losses mean -------------------------------------------------------------------------------------------


def test_relative_losses_do_not_change_with_the_scale_of_the_features() -> None:
    f, p = torch.relu(preactivations(5)), torch.relu(preactivations(6))
    assert content_loss(9 * f, 9 * p).item() == pytest.approx(content_loss(f, p).item())
    style = layer_style_loss(gram_matrix(f), gram_matrix(p))
    assert layer_style_loss(gram_matrix(9 * f), gram_matrix(9 * p)).item() == pytest.approx(style.item())


def test_moments_are_mean_and_covariance() -> None:
    f = preactivations(7)
    mean, covariance = moments(f)
    np.testing.assert_allclose(mean[0], as_rows(f).mean(1))
    np.testing.assert_allclose(covariance[0], np.cov(as_rows(f), bias=True))


def test_a_mask_gathers_style_only_where_it_is_white() -> None:
    f = preactivations(8)
    mask = torch.zeros((1, 1, 6, 7), dtype=torch.float64)
    mask[..., 2:, :3] = 1
    torch.testing.assert_close(gram_matrix(f, mask), gram_matrix(f[..., 2:, :3]))
    torch.testing.assert_close(moments(f, mask), moments(f[..., 2:, :3]))


# -- Painting -------------------------------------------------------------------------------------------------------


def test_painting_lowers_both_losses_below_those_of_the_photograph(lite: FeatureNetwork) -> None:
    settings = Settings(size=64, iterations=(30,), init="style", pyramid=False)
    painting = stylize(scene(48, 64, 1), [Style(scene(64, 64, 2))], settings, lite)
    assert painting.losses[-1].total < 0.5 * painting.losses[0].total
    assert painting.picture.shape == (1, 3, 48, 64)
    assert 0 <= painting.picture.min() < painting.picture.max() <= 1


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
@pytest.mark.parametrize("style_loss", ["gram", "moments"])
@pytest.mark.parametrize("pooling", ["max", "average", "l2"])
def test_every_optimizer_lowers_every_style_loss(
    tiny_network: FeatureNetwork, optimizer: str, style_loss: str, pooling: str
) -> None:
    settings = Settings(
        size=40, iterations=(12,), pyramid=False, optimizer=optimizer, style_loss=style_loss, pooling=pooling
    )
    losses = stylize(scene(40, 40, 1), [Style(scene(40, 40, 2))], settings, tiny_network).losses
    assert losses[-1].total < losses[0].total


def test_the_same_item_is_the_same_picture_whatever_was_painted_before(tiny_network: FeatureNetwork) -> None:
    settings = QUICK.model_copy(update={"init": "noise", "seed": 3})
    first = stylize(scene(40, 48), [Style(scene(32, 32, 1))], settings, tiny_network).picture
    torch.manual_seed(99)
    stylize(scene(32, 48, 5), [Style(scene(32, 32, 6))], QUICK, tiny_network)
    again = stylize(scene(40, 48), [Style(scene(32, 32, 1))], settings, tiny_network).picture
    assert torch.equal(first, again)


def test_another_seed_is_another_picture(tiny_network: FeatureNetwork) -> None:
    pictures = [
        stylize(
            scene(40, 48),
            [Style(scene(32, 32, 1))],
            QUICK.model_copy(update={"init": "noise", "seed": n}),
            tiny_network,
        )
        for n in (1, 2)
    ]
    assert not torch.equal(pictures[0].picture, pictures[1].picture)


@pytest.mark.parametrize("style_blend", ["targets", "losses"])
@pytest.mark.parametrize("style_loss", ["gram", "moments"])
def test_a_style_of_weight_zero_leaves_no_trace(
    tiny_network: FeatureNetwork, style_blend: str, style_loss: str
) -> None:
    settings = QUICK.model_copy(update={"style_blend": style_blend, "style_loss": style_loss})
    one, other = scene(32, 32, 1), scene(32, 32, 2)
    alone = stylize(scene(40, 48), [Style(one)], settings, tiny_network).picture
    blended = stylize(scene(40, 48), [Style(one, 1.0), Style(other, 0.0)], settings, tiny_network).picture
    assert torch.equal(alone, blended)


def test_only_the_ratio_of_style_weights_matters(tiny_network: FeatureNetwork) -> None:
    one, other = scene(32, 32, 1), scene(32, 32, 2)
    small = stylize(scene(40, 48), [Style(one, 0.5), Style(other, 0.5)], QUICK, tiny_network).picture
    large = stylize(scene(40, 48), [Style(one, 4), Style(other, 4)], QUICK, tiny_network).picture
    assert torch.equal(small, large)


def test_blending_targets_is_the_style_of_both_artworks_side_by_side(tiny_network: FeatureNetwork) -> None:
    f, g = torch.relu(preactivations(9)), torch.relu(preactivations(10))
    side_by_side = torch.cat((f, g), dim=3)
    torch.testing.assert_close(gram_matrix(side_by_side), (gram_matrix(f) + gram_matrix(g)) / 2)


def test_outside_the_painted_ground_the_photograph_stays(tiny_network: FeatureNetwork) -> None:
    ground = torch.zeros((1, 1, 48, 48))
    ground[..., :24] = 1
    photograph = scene(48, 48)
    picture = stylize(photograph, [Style(scene(32, 32, 1))], QUICK, tiny_network, ground=ground).picture
    assert torch.equal(picture[..., 24:], photograph[..., 24:])
    assert not torch.equal(picture[..., :24], photograph[..., :24])


def test_two_styles_on_two_grounds_paint_each_its_own(lite: FeatureNetwork) -> None:
    left = torch.zeros((1, 1, 64, 64))
    left[..., :32] = 1
    red, blue = scene(64, 64, 1), scene(64, 64, 2)
    red[:, 1:] = 0
    blue[:, :2] = 0
    grey = torch.full((1, 3, 64, 64), 0.5) + 0.05 * (scene(64, 64) - 0.5)
    settings = Settings(size=64, iterations=(80,), pyramid=False, style_weight=1000)
    picture = stylize(grey, [Style(red, mask=left), Style(blue, mask=1 - left)], settings, lite).picture
    warmth = picture[0, 0] - picture[0, 2]
    assert warmth[:, :24].mean() > 0.1 > -0.1 > warmth[:, 40:].mean()


def test_luminance_keeps_the_photographs_colours(tiny_network: FeatureNetwork) -> None:
    grey = scene(40, 40)[:, :1].expand(1, 3, 40, 40)
    settings = QUICK.model_copy(update={"preserve_color": "luminance", "size": 40})
    picture = stylize(grey, [Style(scene(32, 32, 1))], settings, tiny_network).picture
    torch.testing.assert_close(picture[:, 0], picture[:, 2], atol=2e-3, rtol=0)


def test_a_picture_without_any_weight_on_style_stays_the_photograph(tiny_network: FeatureNetwork) -> None:
    settings = QUICK.model_copy(update={"style_weight": 0.0, "tv_weight": 0.0})
    photograph = scene(48, 48)
    assert torch.equal(stylize(photograph, [Style(scene(32, 32, 1))], settings, tiny_network).picture, photograph)


@pytest.mark.parametrize("margin", [0, 3, 8, 40])
def test_the_margin_is_cut_off_again(tiny_network: FeatureNetwork, margin: int) -> None:
    steps: list[Step] = []
    settings = QUICK.model_copy(update={"margin": margin})
    picture = stylize(scene(40, 48), [Style(scene(32, 32, 1))], settings, tiny_network, on_step=steps.append).picture
    assert picture.shape == steps[-1].picture().shape == (1, 3, 40, 48)


def test_steps_are_told_one_by_one_over_all_scales(tiny_network: FeatureNetwork) -> None:
    steps: list[Step] = []
    settings = Settings(size=64, pyramid=32, iterations=(3, 2, 1))
    painting = stylize(scene(50, 64), [Style(scene(32, 32, 1))], settings, tiny_network, on_step=steps.append)
    assert [step.iteration for step in steps] == [1, 2, 3, 4, 5, 6]
    assert [(step.scale.height, step.scale.width) for step in steps] == [(25, 32)] * 3 + [(35, 45)] * 2 + [(50, 64)]
    assert all(math.isfinite(step.losses.total) for step in steps)
    assert [step.losses for step in steps] == list(painting.losses)


def test_a_picture_too_small_for_the_layers_says_which_size_would_do(tiny_network: FeatureNetwork) -> None:
    with pytest.raises(UnpaintableError, match="shorter side needs 16 px"):
        stylize(scene(3, 3), [Style(scene(32, 32))], Settings(size="original"), tiny_network)


@pytest.mark.parametrize("side", [1, 2])
def test_a_picture_of_a_single_row_can_be_painted(tiny_network: FeatureNetwork, side: int) -> None:
    shallow = {"content_layers": {"relu1_1": 1.0}, "style_layers": {"relu1_1": 1.0}}
    settings = QUICK.model_copy(update={"size": "original", "margin": 0, **shallow})
    for height, width in ((side, 40), (40, side)):
        picture = stylize(scene(height, width), [Style(scene(32, 32, 1))], settings, tiny_network).picture
        assert torch.isfinite(picture).all()


@pytest.mark.parametrize(
    ("key", "part"), [("style_layers", "style"), ("content_layers", "content")], ids=["style", "content"]
)
def test_layers_that_all_weigh_nothing_have_no_part_in_the_picture(
    tiny_network: FeatureNetwork, key: str, part: str
) -> None:
    settings = QUICK.model_copy(update={key: {"relu2_1": 0.0}, "init": "noise"})
    losses = stylize(scene(40, 48), [Style(scene(32, 32, 1))], settings, tiny_network).losses
    assert [getattr(now, part) for now in losses] == [0.0] * 4


@pytest.mark.parametrize("style_loss", ["gram", "moments"])
def test_an_artwork_in_one_colour_gives_its_colour_and_leaves_the_content(
    lite: FeatureNetwork, style_loss: str
) -> None:
    red = torch.tensor([0.8, 0.2, 0.15]).view(1, 3, 1, 1).expand(1, 3, 64, 64)
    settings = Settings(size=64, iterations=(60,), pyramid=False, style_loss=style_loss)
    photograph = scene(64, 64, 1)
    picture = stylize(photograph, [Style(red)], settings, lite).picture
    before, after = photograph.mean((0, 2, 3)), picture.mean((0, 2, 3))
    assert after[0] - after[2] > before[0] - before[2] + 0.05
    assert picture.std() > 0.05


def test_a_black_artwork_and_a_black_photograph_are_painted_without_nan(lite: FeatureNetwork) -> None:
    black = torch.zeros((1, 3, 32, 32))
    picture = stylize(black, [Style(black)], Settings(size=32, iterations=(5,)), lite).picture
    assert torch.isfinite(picture).all()


def test_a_bf16_network_paints_nearly_the_same(lite: FeatureNetwork) -> None:
    exact, rounded = (
        stylize(scene(48, 48), [Style(scene(48, 48, 1))], QUICK.model_copy(update={"precision": name}), lite).losses
        for name in ("fp32", "bf16")
    )
    # Not the first step's, which is that of the photograph itself: content 0 and style 1 whatever the arithmetic.
    assert rounded[1].total != exact[1].total
    assert rounded[1].total == pytest.approx(exact[1].total, rel=0.03)


@pytest.mark.parametrize("masked", [False, True])
def test_style_is_the_mean_over_the_octaves_of_the_picture(tiny_network: FeatureNetwork, *, masked: bool) -> None:
    photograph, picture, artwork = scene(96, 128), scene(96, 128, 1), scene(300, 400, 2)
    mask = scene(96, 128, 3)[:, :1] if masked else None
    once = Settings(margin=0, octaves=1)

    def style_loss(canvas: Tensor, seen: Tensor, settings: Settings) -> Tensor:
        objective = measure_targets(canvas, [Style(artwork, mask=mask)], None, settings, tiny_network)
        return objective(seen).style * objective.units.style

    whole = style_loss(photograph, picture, once)
    half = style_loss(halve(photograph), halve(picture), once)
    both = style_loss(photograph, picture, once.model_copy(update={"octaves": 2}))
    torch.testing.assert_close(both, (whole + half) / 2)


def test_the_units_are_what_the_artwork_and_the_photograph_themselves_would_cost(lite: FeatureNetwork) -> None:
    photograph, artwork = scene(96, 128), scene(96, 128, 1)
    objective = measure_targets(photograph, [Style(artwork)], None, Settings(margin=0), lite)

    assert objective(photograph).style == pytest.approx(1)
    assert objective(photograph).content == 0
    assert 0.5 < objective(artwork).content < 1.5  # an artwork that has something to do with the photograph


def test_weighted_artworks_share_the_unit_of_content(lite: FeatureNetwork) -> None:
    photograph, artworks = scene(64, 96), [scene(64, 96, 1), 1 - scene(64, 96, 1).square()]

    def unit(*weights: float) -> float:
        styles = [Style(artwork, weight) for artwork, weight in zip(artworks, weights, strict=True)]
        return measure_targets(photograph, styles, None, Settings(margin=0), lite).units.content

    assert unit(3, 1) == pytest.approx((3 * unit(1, 0) + unit(0, 1)) / 4)


def test_the_paper_has_units_of_its_own(lite: FeatureNetwork) -> None:
    settings = Settings(normalization="paper", octaves=1)
    assert measure_targets(scene(64, 96), [Style(scene(64, 96, 1))], None, settings, lite).units == OF_ENERGY


def test_octaves_end_where_the_deepest_layer_sees_next_to_nothing(tiny_network: FeatureNetwork) -> None:
    def octaves(height: int, margin: int = 0) -> int:
        settings = Settings(octaves=4, margin=margin)
        canvas = scene(height + 2 * margin, 200 + 2 * margin)
        return len(measure_targets(canvas, [Style(scene(200, 200, 1))], None, settings, tiny_network).octaves)

    assert [octaves(height) for height in (31, 63, 64, 127, 128)] == [1, 1, 2, 2, 3]
    assert octaves(63, margin=8) == 1
