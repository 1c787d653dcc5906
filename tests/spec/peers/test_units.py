"""A converted job costs what the command cost, up to one factor: the engine is held beside the original formula."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from stylepipe.engine.network import CAFFE, FeatureNetwork
from stylepipe.engine.regions import Style
from stylepipe.engine.stylize import measure_targets
from stylepipe.spec.load import load_spec
from stylepipe.spec.peers.tools import imported_text
from stylepipe.spec.settings import Settings

from ...conftest import save_picture

WIDTH, HEIGHT = 64, 48
SINGLE = f"-image_size {WIDTH} -content_image c.png -style_image s.png -tv_weight 0"
DOUBLE = f"--width {WIDTH} --content c.png --styles s.png --output o.png --tv-weight 0"


@pytest.fixture(scope="module")
def network() -> FeatureNetwork:
    generator = torch.Generator().manual_seed(1)
    widths = (3, 64, 64, 128, 128, 256, 256, 256, 256, 512, 512, 512, 512, 512, 512)
    names = ["1_1", "1_2", "2_1", "2_2", "3_1", "3_2", "3_3", "3_4", "4_1", "4_2", "4_3", "4_4", "5_1", "5_2"]
    weights = {}
    for name, inside, outside in zip(names, widths[:-1], widths[1:], strict=True):
        kernel = torch.randn(outside, inside, 3, 3, generator=generator) * (2 / (9 * inside)) ** 0.5
        weights |= {f"conv{name}.weight": kernel, f"conv{name}.bias": torch.zeros(outside)}
    return FeatureNetwork(weights, CAFFE)


def imported(tool: str, command: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(folder)
    for seed, name in enumerate(("c.png", "s.png")):
        save_picture(folder / name, WIDTH, HEIGHT, seed)
    (folder / "job.yaml").write_text(imported_text(tool, command, Path(), size_of=lambda _: (WIDTH, HEIGHT)))
    return load_spec(folder / "job.yaml").document.defaults


def pictures() -> tuple[torch.Tensor, torch.Tensor, list[torch.Tensor]]:
    generator = torch.Generator().manual_seed(2)
    content, artwork, *others = (torch.rand(1, 3, HEIGHT, WIDTH, generator=generator) for _ in range(6))
    return content, artwork, others


def mean_square(difference: torch.Tensor) -> torch.Tensor:
    return difference.square().mean()


def gram(features: torch.Tensor) -> torch.Tensor:
    maps = features[0].flatten(1)
    return maps @ maps.T / maps.numel()


@pytest.mark.parametrize(
    ("tool", "command", "content_weights", "style_weight"),
    [
        ("neural-style-pt", f"{SINGLE} -content_weight 7 -style_weight 300", {"relu4_2": 7}, 300),
        ("neural-style-pt", f"{SINGLE} -normalize_gradients", {"relu4_2": 25}, 10_000),
        ("jcjohnson", f"{SINGLE} -content_layers relu4_2,relu3_2", {"relu4_2": 5, "relu3_2": 5}, 100),
        ("anishathalye", f"{DOUBLE} --content-weight-blend 0.5", {"relu4_2": 2.5, "relu5_2": 2.5}, 100),
    ],
)
def test_every_picture_costs_the_same_up_to_one_factor(
    network: FeatureNetwork,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    tool: str,
    command: str,
    content_weights: dict[str, float],
    style_weight: float,
) -> None:
    settings = imported(tool, command, tmp_path, monkeypatch)
    content, artwork, others = pictures()
    objective = measure_targets(content, [Style(artwork)], None, settings, network.reading(settings))
    layers = ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"]
    reading = network.reading(settings)
    targets, grams = reading(content, [*content_weights]), reading(artwork, layers)
    ratios = []
    for picture in others:
        found = reading(picture, [*content_weights, *layers])
        cost = sum(weight * mean_square(found[name] - targets[name]) for name, weight in content_weights.items())
        cost += sum(style_weight * mean_square(gram(found[name]) - gram(grams[name])) for name in layers)
        ratios.append(float(objective(picture).total / cost))
    assert ratios == pytest.approx([ratios[0]] * len(ratios), rel=1e-4)
