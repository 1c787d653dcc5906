#!/usr/bin/env python3
"""Measure an iteration with each backbone, in turns, everything else being the preset `balanced`.

    python scripts/bench_backbones.py [--size 512] [--threads 1 2] [--device cpu] [--write]

The VGGs get random weights of their shapes, so that nothing needs to be downloaded: how long a convolution takes does
not depend on what is in it. --write puts the table into docs/lite.md.
"""

from __future__ import annotations

import argparse
import os
import statistics
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch
from marked import fill
from timing import clock, few_iterations, processor, seconds_an_iteration
from torch import Tensor

from stylepipe.batch.devices import choose_device, device_name
from stylepipe.batch.materials import to_tensor
from stylepipe.batch.networks import Networks
from stylepipe.engine.network import FeatureNetwork
from stylepipe.engine.painting import Step
from stylepipe.engine.regions import Style
from stylepipe.engine.stylize import stylize
from stylepipe.media import read_picture
from stylepipe.spec.settings import LAYERS, Settings, has_layer

ROOT = Path(__file__).parent.parent
VGG_WIDTHS = (64, 128, 256, 512, 512)


def random_vgg(backbone: str, device: torch.device) -> FeatureNetwork:
    """Give a network of a VGG's shape whose activations keep their size from layer to layer."""
    weights: dict[str, Tensor] = {}
    before = 3
    for name in (layer for layer in LAYERS if has_layer(backbone, layer)):
        width = VGG_WIDTHS[int(name[4]) - 1]
        weights[f"conv{name[4:]}.weight"] = torch.randn(width, before, 3, 3) * (2 / (9 * before)) ** 0.5
        weights[f"conv{name[4:]}.bias"] = torch.zeros(width)
        before = width
    return FeatureNetwork(weights, device=device)


def measure(size: int, device: torch.device, rounds: int) -> dict[str, float]:
    """Give the seconds an iteration takes with each backbone: the median of the rounds' medians."""
    torch.manual_seed(0)
    settings = Settings(size=size, pyramid=False, iterations=(few_iterations(device),))
    networks = {"vgg19": random_vgg("vgg19", device), "vgg16": random_vgg("vgg16", device)}
    networks["lite"] = Networks(device).network(settings)
    content = to_tensor(read_picture(ROOT / "samples/scenes/harbour.jpg").pixels).to(device)
    style = Style(to_tensor(read_picture(ROOT / "samples/artworks/night_swirls.jpg").pixels).to(device))
    found: dict[str, list[float]] = {name: [] for name in networks}
    for _ in range(rounds):
        for name, network in networks.items():
            times: list[tuple[int, float]] = []

            def note(step: Step, times: list[tuple[int, float]] = times) -> None:
                times.append((step.iteration, clock(device)))

            stylize(content, [style], settings, network, on_step=note)
            found[name].append(seconds_an_iteration(times))
    return {name: statistics.median(seconds) for name, seconds in found.items()}


def main() -> None:
    """Measure, print, and write on request."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, os.cpu_count()])
    parser.add_argument("--device", default="auto")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    device = choose_device(arguments.device)
    name = "cpu" if device.type == "cpu" else device_name(device)
    lines = [
        f"{arguments.size} px, {name}, {processor()}, torch {torch.__version__}:",
        "",
        "| backbone | threads | s an iteration | of VGG-19's |",
        "|---|---|---|---|",
    ]
    for threads in arguments.threads:
        torch.set_num_threads(threads)
        seconds = measure(arguments.size, device, arguments.rounds)
        for name, each in seconds.items():
            lines.append(f"| {name} | {threads} | {each:.3f} | 1/{seconds['vgg19'] / each:.1f} |")
    text = "\n".join(lines)
    print(text)
    if arguments.write:
        fill(ROOT / "docs" / "lite.md", "backbones", text)


if __name__ == "__main__":
    main()
