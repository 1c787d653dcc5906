from __future__ import annotations

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F

from stylepipe.engine.network import CAFFE, TORCHVISION, FeatureNetwork, mask_at
from stylepipe.engine.pyramid import stride
from stylepipe.engine.regions import Style
from stylepipe.engine.stylize import measure_targets
from stylepipe.spec.settings import LAYERS, Settings

from .conftest import random_weights, scene


def test_every_layer_of_vgg19_has_its_name_and_its_resolution(tiny_network: FeatureNetwork) -> None:
    features = tiny_network(scene(48, 64), LAYERS)
    assert tiny_network.layers == LAYERS
    for name in LAYERS:
        assert features[name].shape[2:] == (48 // stride(name), 64 // stride(name))


def test_lite_has_every_layer_of_vgg19(lite: FeatureNetwork) -> None:
    assert lite.layers == LAYERS


@pytest.mark.parametrize(("height", "width"), [(17, 16), (33, 47), (101, 31)])
def test_odd_sizes_are_floored_by_each_pooling(tiny_network: FeatureNetwork, height: int, width: int) -> None:
    features = tiny_network(scene(height, width), ["relu3_1", "relu5_4"])
    assert features["relu3_1"].shape[2:] == (height // 4, width // 4)
    assert features["relu5_4"].shape[2:] == (height // 16, width // 16)
    assert mask_at(torch.ones(1, 1, height, width), "relu5_4").shape[2:] == features["relu5_4"].shape[2:]


def test_nothing_beyond_the_deepest_layer_is_computed() -> None:
    weights = random_weights()
    weights["conv3_2.weight"] = weights["conv3_2.weight"][:, :1]  # would raise if it were used
    assert set(FeatureNetwork(weights)(scene(32, 32), ["relu1_2", "relu3_1"])) == {"relu1_2", "relu3_1"}


def test_the_border_is_continued_so_that_a_flat_picture_has_flat_first_features(tiny_network: FeatureNetwork) -> None:
    features = tiny_network(torch.full((1, 3, 32, 32), 0.3), ["relu1_1"])["relu1_1"]
    torch.testing.assert_close(features, features[..., :1, :1].expand_as(features))


def test_conventions_normalize_as_the_weights_were_trained() -> None:
    weights, image = random_weights(), scene(16, 16)
    padded = F.pad(image, (1, 1, 1, 1), mode="replicate")
    imagenet = (padded - torch.tensor(TORCHVISION.mean).view(1, 3, 1, 1)) / torch.tensor(TORCHVISION.std).view(
        1, 3, 1, 1
    )
    caffe = padded.flip(1) * 255 - torch.tensor(CAFFE.mean).view(1, 3, 1, 1)
    for convention, prepared in ((TORCHVISION, imagenet), (CAFFE, caffe)):
        found = FeatureNetwork(weights, convention)(image, ["relu1_1"])["relu1_1"]
        torch.testing.assert_close(
            found,
            F.relu(F.conv2d(prepared, weights["conv1_1.weight"], weights["conv1_1.bias"])),
            rtol=1e-5,
            atol=1e-6 * float(prepared.abs().max()),  # the sums are formed in another order
        )


def test_average_and_l2_pooling_keep_the_scale_of_the_activations(lite: FeatureNetwork) -> None:
    image = scene(96, 96)
    rms = {}
    for pooling in ("max", "average", "l2"):
        features = lite.reading(Settings(pooling=pooling))(image, ["relu3_1"])["relu3_1"]
        rms[pooling] = features.square().mean().sqrt().item()
    assert rms["average"] == pytest.approx(rms["max"], rel=0.4)
    assert rms["l2"] == pytest.approx(rms["max"], rel=0.4)


def test_the_papers_average_is_the_plain_mean(tiny_network: FeatureNetwork) -> None:
    image = scene(32, 32)
    settings = Settings(pooling="average", normalization="paper", style_loss="gram", precision="fp32")
    plain = tiny_network.reading(settings)
    first, second = (plain(image, [name])[name] for name in ("relu1_2", "relu2_1"))
    weight, bias = plain.convolution("relu2_1")
    torch.testing.assert_close(second, F.relu(F.conv2d(F.avg_pool2d(first, 2), weight, bias, padding=1)))


def test_reading_another_way_leaves_the_network_as_it_was(tiny_network: FeatureNetwork) -> None:
    image = scene(32, 32)
    before = tiny_network(image, ["relu4_1"])["relu4_1"]
    tiny_network.reading(Settings(pooling="average", precision="bf16"))(image, ["relu4_1"])
    assert torch.equal(before, tiny_network(image, ["relu4_1"])["relu4_1"])


def test_what_is_measured_is_measured_of_the_activations(tiny_network: FeatureNetwork) -> None:
    image = scene(48, 64)
    features = tiny_network(image, ["relu1_2", "relu4_1"])
    measures = [("relu4_1", torch.mean), ("relu1_2", torch.std), ("relu4_1", torch.amax)]
    found = tiny_network.measure(image, measures)
    assert found == [measure(features[layer]) for layer, measure in measures]
    assert tiny_network.measure(image, []) == []


@pytest.mark.parametrize("settings", [Settings(), Settings(precision="bf16", pooling="l2", style_loss="gram")])
def test_activations_that_are_computed_again_give_the_same_losses_and_gradients_to_the_bit(
    lite: FeatureNetwork, settings: Settings
) -> None:
    style = Style(scene(60, 70, 1), mask=scene(64, 64, 2)[:, :1])
    network = lite.reading(settings)
    objective = measure_targets(scene(64, 80), [style, Style(scene(64, 64, 3))], None, settings, network)
    found = []
    for one in (network, network.recomputing()):
        picture = scene(64, 80, 4).requires_grad_()
        losses = replace(objective, network=one)(picture)
        losses.total.backward()
        found.append((losses, picture.grad))
    (plain, gradient), (again, gradient_again) = found
    assert plain[:4] == again[:4]
    assert torch.equal(gradient, gradient_again)


def test_recomputing_keeps_less_for_the_gradient(lite: FeatureNetwork) -> None:
    def kept(network: FeatureNetwork) -> int:
        sizes: dict[int, int] = {}

        def note(tensor: torch.Tensor) -> torch.Tensor:
            sizes[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
            return tensor

        with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
            # What is outside of the blocks is noted; what is inside has hooks of its own, and is dropped.
            network.measure(scene(64, 64).requires_grad_(), [("relu4_1", lambda maps: maps.square().sum())])
        return sum(sizes.values())

    assert kept(lite.recomputing()) < 0.1 * kept(lite)
