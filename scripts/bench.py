#!/usr/bin/env python3
"""Measure seconds an iteration and seconds a picture against the plain loop that every tutorial uses.

    python scripts/bench.py [--size 512] [--threads 2] [--device cpu] [--write]

The plain loop: the same features as an nn.Sequential, weights left trainable, every layer computed, style Grams of
the five usual layers, L-BFGS from torch's documentation, one scale. Both run in one process, in turns, and only ratios
are worth comparing between machines. --write puts the table into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import itertools
import os
import platform
import re
import statistics
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch
import torch.nn.functional as F
from marked import fill
from torch import Tensor, nn

from stylepipe.batch.devices import choose_device, device_name
from stylepipe.batch.materials import to_tensor
from stylepipe.batch.networks import Networks
from stylepipe.engine.network import FeatureNetwork
from stylepipe.engine.pyramid import output_size, scales
from stylepipe.engine.regions import Style
from stylepipe.engine.resize import resize
from stylepipe.engine.stylize import deepest_stride, stylize
from stylepipe.media import read_picture
from stylepipe.spec.settings import Settings

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
STYLE_LAYERS = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
CONTENT_LAYER = "relu4_2"


class PlainNetwork(nn.Module):
    """The feature network as tutorials build it: a list of modules, run to the end, gradients for everything."""

    def __init__(self, network: FeatureNetwork) -> None:
        super().__init__()
        layers: list[tuple[str, nn.Module]] = []
        for name in network.layers:
            weight, bias = network.convolution(name)
            if name.endswith("_1") and name != "relu1_1":
                layers.append((f"pool{name[4]}", nn.MaxPool2d(2)))
            convolution = nn.Conv2d(weight.shape[1], weight.shape[0], 3, padding=1)
            convolution.weight, convolution.bias = nn.Parameter(weight.clone()), nn.Parameter(bias.clone())
            layers += [(f"conv{name[4:]}", convolution), (name, nn.ReLU())]
        self.names = [name for name, _ in layers]
        self.layers = nn.ModuleList(module for _, module in layers)
        self.register_buffer("mean", torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1))

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Give every layer's output by name."""
        x, found = (x - self.mean) / self.std, {}
        for name, layer in zip(self.names, self.layers, strict=True):
            x = found[name] = layer(x)
        return found


def gram(features: Tensor) -> Tensor:
    """Give the Gram matrix over the number of entries."""
    maps = features[0].flatten(1)
    return maps @ maps.T / maps.numel()


def plain_loop(network: PlainNetwork, content: Tensor, style: Tensor, iterations: int) -> list[float]:
    """Paint as tutorials do; give the time at each evaluation of the loss."""
    targets = {name: gram(f.detach()) for name, f in network(style).items() if name in STYLE_LAYERS}
    aim = network(content)[CONTENT_LAYER].detach()
    picture = content.clone().requires_grad_(True)
    optimizer = torch.optim.LBFGS([picture], max_iter=1, tolerance_grad=0, tolerance_change=0)
    times: list[float] = []

    def closure() -> Tensor:
        optimizer.zero_grad()
        found = network(picture)
        style_loss = sum(F.mse_loss(gram(found[name]), targets[name]) for name in STYLE_LAYERS)
        loss = 1e6 * style_loss + F.mse_loss(found[CONTENT_LAYER], aim)
        loss.backward()
        return loss

    for _ in range(iterations):
        optimizer.step(closure)
        times.append(clock(content.device))
    return times


def clock(device: torch.device) -> float:
    """Give the time when all work so far is done."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter()


def seconds_an_iteration(times: list[float]) -> float:
    """Give the median step, which a busy moment of the machine does not move."""
    return statistics.median(b - a for a, b in itertools.pairwise(times))


def measure(size: int, device: torch.device, rounds: int) -> list[tuple[str, float, float]]:
    """Give (name, seconds an iteration at full size, seconds a picture) for the plain loop and for each preset."""
    settings = Settings(size=size)
    network = Networks(device).network(settings)
    content = to_tensor(read_picture(ROOT / "samples/scenes/harbour.jpg").pixels).to(device)
    style = to_tensor(read_picture(ROOT / "samples/artworks/night_swirls.jpg").pixels).to(device)
    height, width = output_size(content.shape[2], content.shape[3], settings)
    content = resize(content, height, width)
    small_style = resize(style, *output_size(style.shape[2], style.shape[3], settings))
    plain = PlainNetwork(network).to(device)
    pyramid = scales(height, width, settings, smallest=deepest_stride(settings))
    total = sum(scale.iterations for scale in pyramid)

    def one_scale(iterations: int) -> list[float]:
        times: list[float] = []
        flat = settings.model_copy(update={"pyramid": False, "iterations": (iterations,)})
        stylize(content, [Style(style)], flat, network, on_step=lambda _: times.append(clock(device)))
        return times

    ours, theirs = [], []
    for _ in range(rounds):
        theirs.append(seconds_an_iteration(plain_loop(plain, content, small_style, 8)))
        ours.append(seconds_an_iteration(one_scale(8)))
    each_plain, each_ours = statistics.median(theirs), statistics.median(ours)
    picture = timed(lambda: stylize(content, [Style(style)], settings, network), device)
    return [
        (f"plain loop, {total} iterations at full size", each_plain, each_plain * total),
        (f"stylepipe, {total} iterations at full size", each_ours, each_ours * total),
        (f"stylepipe, preset balanced: {total} iterations over {len(pyramid)} scales", each_ours, picture),
    ]


def timed(work: Callable[[], object], device: torch.device) -> float:
    """Give the seconds that some work takes."""
    started = clock(device)
    work()
    return clock(device) - started


def table(rows: list[tuple[str, float, float]], size: int, device: torch.device) -> str:
    """Write the measurements as Markdown, with ratios to the first row."""
    _, first_each, first_picture = rows[0]
    lines = [
        f"{size} px, backbone lite, {device_name(device)}, {processor()}, torch {torch.__version__}:",
        "",
        "| | s an iteration | ratio | s a picture | ratio |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {each:.3f} | {each / first_each:.2f} | {picture:.1f} | {picture / first_picture:.2f} |"
        for name, each, picture in rows
    ]
    return "\n".join(lines)


def processor() -> str:
    """Name the processor."""
    info = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.*)", info.read_text()) if info.exists() else None
    return found.group(1) if found else platform.processor() or platform.machine()


def main() -> None:
    """Measure, print, and write on request."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--device", default="auto")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    device = choose_device(arguments.device)
    text = table(measure(arguments.size, device, arguments.rounds), arguments.size, device)
    print(text)
    if arguments.write:
        fill(PAGE, "bench", text)


if __name__ == "__main__":
    main()
