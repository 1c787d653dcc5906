"""A weights file becomes a network, or a sentence about what it is instead."""

from __future__ import annotations

import os
import pickle
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor
from torchvision.models import VGG16_Weights, VGG19_Weights
from torchvision.models.vgg import cfgs, make_layers

from stylepipe.batch.events import Summary
from stylepipe.batch.networks import Networks, fetch_weights
from stylepipe.engine.network import LITE, TORCHVISION
from stylepipe.errors import EnvironmentLacksError, UsageError
from stylepipe.spec.settings import LAYERS, Settings
from stylepipe.store.weights import CATALOGUE, entry_named

from .conftest import Job, Start, answer, carry_out, reasons

PLANS = {"vgg19": cfgs["E"], "vgg16": cfgs["D"]}
"""torchvision's own plans of these networks."""
ONE = "jobs:\n  - contents: photos/cat.png\n    styles: art/night.png\n"
RUN = """
import sys
from stylepipe import load_spec, run
from stylepipe.batch.networks import fetch_weights
summary = run(load_spec(sys.argv[1]))
print(summary.done, "torchvision" in sys.modules, fetch_weights("lite").name)
"""


def vgg(backbone: str, narrower: int = 32) -> dict[str, Tensor]:
    """Give random weights of torchvision's network, under its own names, with so many times fewer channels."""
    torch.manual_seed(3)
    plan = [entry if isinstance(entry, str) else entry // narrower for entry in PLANS[backbone]]
    return {f"features.{name}": tensor for name, tensor in make_layers(plan).state_dict().items()}


def by_our_names(weights: dict[str, Tensor], backbone: str) -> dict[str, Tensor]:
    """Give the same weights under the names of the layers."""
    layers = [name for name in LAYERS if backbone == "vgg19" or not name.endswith("_4")]
    kernels = list(dict.fromkeys(name.rpartition(".")[0] for name in weights))
    return {
        f"conv{layer[4:]}.{part}": weights[f"{kernel}.{part}"]
        for layer, kernel in zip(layers, kernels, strict=True)
        for part in ("weight", "bias")
    }


@pytest.fixture
def networks() -> Networks:
    return Networks(torch.device("cpu"))


@pytest.fixture(autouse=True)
def safe_pickles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let any torch read the pickles of these tests, which are no stranger's."""
    monkeypatch.setattr("stylepipe.batch.networks._SAFE_PICKLES", (2, 6))


@pytest.fixture
def refused(networks: Networks, tmp_path: Path) -> Callable[[object, str, str], str]:
    """Give what is said about a file of this content, asked for as this backbone."""

    def say(content: object, backbone: str = "vgg19", name: str = "own.pth") -> str:
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            torch.save(content, path)
        with pytest.raises(EnvironmentLacksError) as caught:
            networks.network(Settings(backbone=backbone, weights=str(path)))
        assert str(caught.value).startswith(f"{path}: ")
        assert "\n" not in str(caught.value)
        return str(caught.value).removeprefix(f"{path}: ")

    return say


# -- Networks that are there ------------------------------------------------------------------------------------------


def test_lite_comes_with_the_package_and_is_loaded_once(networks: Networks) -> None:
    network = networks.network(Settings())
    assert network.layers == LAYERS
    assert network._convention is LITE
    assert networks.network(Settings(size=64)) is network


@pytest.mark.parametrize("backbone", PLANS)
@pytest.mark.parametrize("suffix", ["pth", "safetensors"])
def test_a_vgg_of_ones_own_is_read_under_torchvisions_names(
    networks: Networks, tmp_path: Path, backbone: str, suffix: str
) -> None:
    weights, path = vgg(backbone), tmp_path / f"own.{suffix}"
    if suffix == "pth":
        torch.save({**weights, "classifier.0.weight": torch.zeros(3)}, path)
    else:
        save_file(weights, path)
    network = networks.network(Settings(backbone=backbone, weights=str(path)))
    assert network.layers == tuple(name for name in LAYERS if backbone == "vgg19" or not name.endswith("_4"))
    assert network._convention is TORCHVISION
    for layer, place in {"relu1_1": 0, "relu3_1": 10, "relu4_1": {"vgg19": 19, "vgg16": 17}[backbone]}.items():
        kernel, bias = network.convolution(layer)
        assert torch.equal(kernel, weights[f"features.{place}.weight"])
        assert torch.equal(bias, weights[f"features.{place}.bias"])


@pytest.mark.parametrize("backbone", PLANS)
def test_a_vgg_of_ones_own_is_read_under_the_layers_names(networks: Networks, tmp_path: Path, backbone: str) -> None:
    weights = by_our_names(vgg(backbone), backbone)
    save_file({name: tensor.half() for name, tensor in weights.items()}, tmp_path / "own.safetensors")
    network = networks.network(Settings(backbone=backbone, weights=str(tmp_path / "own.safetensors")))
    kernel, _ = network.convolution("relu5_1")
    assert kernel.dtype == torch.float32
    assert torch.equal(kernel, weights["conv5_1.weight"].half().float())


def test_a_lite_of_ones_own_takes_the_place_of_the_packages(networks: Networks, tmp_path: Path) -> None:
    weights = by_our_names(vgg("vgg19"), "vgg19")
    save_file({name: tensor.half() for name, tensor in weights.items()}, tmp_path / "own.safetensors")
    network = networks.network(Settings(backbone="lite", weights=str(tmp_path / "own.safetensors")))
    assert network._convention is LITE
    assert torch.equal(network.convolution("relu1_1")[0], weights["conv1_1.weight"].half().float())


def test_a_vgg_of_full_width_paints_a_picture(job: Job, tmp_path: Path) -> None:
    path = tmp_path / "own.pth"
    torch.save(vgg("vgg19", narrower=1), path)
    try:
        file = job(ONE, defaults="size: 32, iterations: 1, pyramid: false, backbone: vgg19, weights: own.pth")
        assert carry_out(file)[0] == Summary(done=1)
        assert reasons(file) == {"cat--night": None}
    finally:
        path.unlink()  # eighty megabytes


def test_other_weights_make_an_item_due(job: Job, tmp_path: Path) -> None:
    weights = vgg("vgg16")
    torch.save(weights, tmp_path / "own.pth")
    file = job(ONE, defaults="size: 32, iterations: 1, pyramid: false, backbone: vgg16, weights: own.pth")
    carry_out(file)
    torch.save({name: tensor + 0.001 for name, tensor in weights.items()}, tmp_path / "own.pth")
    assert reasons(file) == {"cat--night": "weights changed"}


def test_lite_paints_and_weights_are_fetched_beside_a_torchvision_that_cannot_be_imported(
    job: Job, tmp_path: Path, python: Start
) -> None:
    broken = tmp_path / "broken" / "torchvision"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text('raise RuntimeError("operator torchvision::nms does not exist")')
    assert answer(python(RUN, job(ONE), PYTHONPATH=str(broken.parent))) == "1 False lite.safetensors"


# -- Files that are something else -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kept_as", "other"), [("vgg16", "vgg19"), ("vgg19", "vgg16")])
def test_weights_of_another_backbone_are_refused_whatever_they_are_called(
    refused: Callable[..., str], kept_as: str, other: str
) -> None:
    by_number = refused(vgg(other), kept_as)
    assert by_number.startswith(f"these are not the weights of {kept_as}: conv")
    assert re.search(r"conv\d_\d is (missing|of shape)", by_number)
    by_name = refused(by_our_names(vgg(other), other), kept_as)
    assert by_name in (
        "these are not the weights of vgg16, which has no conv3_4",
        "these are not the weights of vgg19: conv3_4 is missing",
    )


def test_a_torch_that_pickles_can_harm_reads_none_of_a_strangers(
    networks: Networks, tmp_path: Path, refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stylepipe.batch.networks._SAFE_PICKLES", (99, 0))
    said = refused(vgg("vgg19"))
    assert said == (
        f"cannot be read as network weights: a crafted .pth may harm torch {torch.__version__}; install torch 99.0 or "
        "newer, or save the weights as .safetensors"
    )
    save_file(vgg("vgg19"), tmp_path / "own.safetensors")
    networks.network(Settings(backbone="vgg19", weights=str(tmp_path / "own.safetensors")))


def test_a_vgg_with_batch_normalisation_is_refused(refused: Callable[..., str]) -> None:
    plan = [entry if isinstance(entry, str) else entry // 32 for entry in PLANS["vgg19"]]
    weights = {f"features.{name}": tensor for name, tensor in make_layers(plan, batch_norm=True).state_dict().items()}
    assert refused(weights) == "these are not the weights of vgg19: conv1_2 is missing"


def test_kernels_that_do_not_follow_one_another_are_refused(refused: Callable[..., str]) -> None:
    weights = vgg("vgg19")
    weights["features.10.weight"] = weights["features.10.weight"][:, 1:]
    assert refused(weights) == (
        "these are not the weights of vgg19: conv3_1 is of shape (8, 3, 3, 3) with 8 biases, "
        "where (N, 4, 3, 3) with N is needed"
    )
    assert "conv1_2 is of shape (2, 2, 3, 3) with 1 biases" in refused(
        {**vgg("vgg19"), "features.2.bias": torch.zeros(1)}
    )


@pytest.mark.parametrize("value", [0.0, float("nan"), float("inf")])
def test_kernels_without_a_number_are_refused(refused: Callable[..., str], value: float) -> None:
    weights = vgg("vgg19")
    weights["features.10.weight"] = torch.full_like(weights["features.10.weight"], value)
    assert refused(weights) == "conv3_1 is all zero or not finite; copy or train it again"


def test_a_lite_of_ones_own_says_how_its_poolings_compare(
    networks: Networks, refused: Callable[..., str], tmp_path: Path
) -> None:
    gains = {"average_gain": torch.tensor([1.5, 2.0, 2.5, 3.0]), "l2_gain": torch.tensor([1.0, 1.25, 1.5, 1.75])}
    weights = by_our_names(vgg("vgg19"), "vgg19")
    save_file({**weights, **gains}, tmp_path / "own.safetensors")
    network = networks.network(Settings(backbone="lite", weights=str(tmp_path / "own.safetensors")))
    assert network._convention.average_gain == (1.5, 2.0, 2.5, 3.0)
    assert network._convention.l2_gain == (1.0, 1.25, 1.5, 1.75)
    said = refused({**weights, **gains, "l2_gain": torch.zeros(4)}, "lite", "odd.pth")
    assert said == "average_gain and l2_gain have to be four factors each; train it again"


@pytest.mark.parametrize("content", [[1, 2], {"state_dict": {"a": torch.zeros(1)}}, torch.zeros(3), {"a": 1}])
def test_a_file_without_a_state_dict_is_refused(refused: Callable[..., str], content: object) -> None:
    assert refused(content) == "holds no network weights (a state dict of tensors is needed)"


@pytest.mark.parametrize("content", [b"", b"\x80\x02", b"PK\x03\x04", b"no weights", b"\x80\x04N.", b"\0" * 5000])
@pytest.mark.parametrize("name", ["own.pth", "own.safetensors"])
def test_a_file_that_holds_anything_is_refused(refused: Callable[..., str], content: bytes, name: str) -> None:
    assert re.match(r"cannot be read as network weights: \S|holds no network weights", refused(content, "vgg19", name))


@pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
def test_a_file_that_was_cut_short_is_refused(refused: Callable[..., str], tmp_path: Path, share: float) -> None:
    torch.save(vgg("vgg19"), tmp_path / "whole.pth")
    torch.save(vgg("vgg19"), tmp_path / "old.pth", _use_new_zipfile_serialization=False)
    save_file(vgg("vgg19"), tmp_path / "whole.safetensors")
    for name in ("whole.pth", "old.pth", "whole.safetensors"):
        whole = (tmp_path / name).read_bytes()
        said = refused(whole[: int(len(whole) * share)], "vgg19", f"own{Path(name).suffix}")
        assert said.startswith("cannot be read as network weights: ")


class Mischief:
    """Runs a command when it is unpickled."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, (self.command,)


@pytest.mark.parametrize("plain", [False, True])
def test_a_pickle_with_code_in_it_does_not_run_it(refused: Callable[..., str], tmp_path: Path, plain: bool) -> None:
    trace = tmp_path / "trace"
    content: object = {"features.0.weight": Mischief(f"touch {trace}")}
    said = refused(pickle.dumps(content) if plain else content)
    assert said == (
        "cannot be read as network weights: it is damaged, or holds more than tensors; copy it again, or save the "
        "network's state_dict() alone"
    )
    assert not trace.exists()


def test_a_damaged_copy_of_known_weights_is_refused(networks: Networks, weights_dir: Path) -> None:
    weights_dir.mkdir()
    path = weights_dir / entry_named("vgg19").file_name
    torch.save(vgg("vgg19"), path)
    with pytest.raises(EnvironmentLacksError, match=r"damaged, or not the weights of vgg19: .*; delete it, then"):
        networks.network(Settings(backbone="vgg19"))


# -- Where they come from ----------------------------------------------------------------------------------------------


def test_the_catalogue_and_torchvision_agree_on_the_addresses() -> None:
    assert entry_named("vgg19").url == VGG19_Weights.IMAGENET1K_V1.url
    assert entry_named("vgg16").url == VGG16_Weights.IMAGENET1K_V1.url


def test_weights_that_nobody_knows_are_not_fetched() -> None:
    with pytest.raises(UsageError, match="vgg91: no weights of that name; did you mean vgg19"):
        fetch_weights("vgg91")


def test_lite_need_not_be_fetched() -> None:
    assert fetch_weights("lite").name == CATALOGUE[0].file_name
