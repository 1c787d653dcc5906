#!/usr/bin/env python3
"""Measure an iteration and a picture: against the plain loop, with each lever off, and as pictures grow.

    python scripts/bench.py [--size 512] [--sizes 256 512 ... 8192] [--patience 20] [--backbones lite vgg19] [--write]
    python scripts/bench.py --judge JUDGE CONTENT STYLE        # the time to an equal score, by a judge as in quality.py

The plain loop is scripts/plain_loop.py. Everything that is compared runs in one process, in turns, and only ratios are
worth comparing between machines. VGG-19 gets random weights of its shape: how long a convolution takes does not depend
on what is in it. --write puts the tables into docs/benchmarks.md, and a plot beside it if matplotlib is there.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch
from bench_backbones import random_vgg
from bench_equal import time_to_equal_score
from bench_levers import Weights, iterations
from bench_picture import seconds_a_picture
from bench_plot import plot
from marked import fill
from plain_loop import PlainLoop, PlainNetwork
from timing import in_a_fresh_process, in_turns, most_memory, processor
from torch import Tensor

from stylepipe.batch.devices import choose_device, device_name
from stylepipe.batch.materials import to_tensor
from stylepipe.batch.networks import Networks
from stylepipe.engine.network import FeatureNetwork
from stylepipe.engine.pyramid import deepest_stride, fit, scales
from stylepipe.engine.regions import Style
from stylepipe.engine.resize import resize
from stylepipe.engine.style_memory import StyleMemory
from stylepipe.media import read_picture
from stylepipe.spec.settings import Settings

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
PLOT = ROOT / "docs" / "images" / "growth.png"
SCENE, ARTWORK = ROOT / "samples/scenes/harbour.jpg", ROOT / "samples/artworks/night_swirls.jpg"


def picture_at(path: Path, size: int, device: torch.device) -> Tensor:
    """Give a sample, enlarged where need be: what is in it does not matter here."""
    image = to_tensor(read_picture(path).pixels).to(device)
    return resize(image, *fit(image.shape[2], image.shape[3], size))


def network_of(backbone: str, device: torch.device) -> FeatureNetwork:
    """Give lite, or a VGG with random weights."""
    return Networks(device).network(Settings()) if backbone == "lite" else random_vgg(backbone, device)


def weights_of(network: FeatureNetwork) -> Weights:
    """Give a network's weights by name."""
    parts = {name: network.convolution(name) for name in network.layers}
    return {
        f"conv{name[4:]}.{k}": p for name, pair in parts.items() for k, p in zip(("weight", "bias"), pair, strict=True)
    }


def against_the_plain_loop(backbone: str, size: int, device: torch.device, rounds: int) -> list[str]:
    """Give the table of iterations with each lever off and of pictures, beside the plain loop."""
    settings, network = Settings(size=size), network_of(backbone, device)
    content, artwork = picture_at(SCENE, size, device), picture_at(ARTWORK, size, device)
    style = Style(artwork, key="artwork")
    plain = PlainLoop(PlainNetwork(network).to(device), content, artwork)
    works = {"plain loop": plain} | iterations(content, style, settings, weights_of(network))
    seconds = in_turns(works, device, rounds)
    total = sum(scale.iterations for scale in scales(*content.shape[2:], settings, smallest=deepest_stride(settings)))
    pictures = {"plain loop": seconds["plain loop"] * total}
    ways = {
        "all on": (settings, StyleMemory()),
        "one scale, no pyramid": (
            settings.model_copy(update={"pyramid": False, "iterations": (total,)}),
            StyleMemory(),
        ),
        "artworks measured for each picture": (settings, None),
    }
    for name, (asked, memory) in ways.items():
        if memory is not None:
            seconds_a_picture(content, style, asked, network, memory)  # which fills it
        pictures[name] = seconds_a_picture(content, style, asked, network, memory)
    lines = [
        f"| {backbone} | s an iteration | ratio | s a picture of {total} iterations | ratio |",
        "|---|---|---|---|---|",
    ]
    for name in seconds | pictures:
        lines.append(f"| {name} | {_cells(seconds, name)} | {_cells(pictures, name)} |")
    return lines


def _cells(measured: Mapping[str, float], name: str) -> str:
    return f"{measured[name]:.3g} | {measured[name] / measured['plain loop']:.2f}" if name in measured else " | "


def growth(backbone: str, arguments: argparse.Namespace, device: torch.device) -> list[tuple[int, float, float]]:
    """Give (longest side, seconds an iteration at full size, GiB at most) for each size, from small to large."""
    torch.set_num_threads(arguments.threads)
    settings, network = Settings(), network_of(backbone, device)
    found: list[tuple[int, float, float]] = []
    for size in sorted(arguments.sizes):
        if found and found[-1][1] * (size / found[-1][0]) ** 2 > arguments.patience:
            break
        content, style = picture_at(SCENE, size, device), Style(picture_at(ARTWORK, min(size, 2048), device))
        ours = iterations(content, style, settings, weights_of(network))["all on"]
        found.append((size, in_turns({"ours": ours}, device, arguments.rounds)["ours"], most_memory(device)))
    return found


def growth_table(grown: Mapping[str, Sequence[tuple[int, float, float]]]) -> list[str]:
    """Write what was measured as pictures grow."""
    lines = ["| backbone | px | s an iteration | s a megapixel | GiB at most |", "|---|---|---|---|---|"]
    for backbone, points in grown.items():
        for size, seconds, memory in points:
            image = picture_at(SCENE, size, torch.device("cpu"))
            megapixels = image.shape[2] * image.shape[3] / 1e6
            lines.append(f"| {backbone} | {size} | {seconds:.3g} | {seconds / megapixels:.2g} | {memory:.2g} |")
    return lines


def report(arguments: argparse.Namespace, device: torch.device) -> str:
    """Measure everything and write it as Markdown; growth in processes of its own, which never forget their largest."""
    grown = {name: in_a_fresh_process(growth, name, arguments, device) for name in arguments.backbones}
    panels = {
        "s an iteration": {name: [(size, each) for size, each, _ in points] for name, points in grown.items()},
        "GiB at most": {name: [(size, most) for size, _, most in points] for name, points in grown.items()},
    }
    name = f"cpu ({arguments.threads} threads)" if device.type == "cpu" else device_name(device)
    lines = [f"{name}, {processor()}, torch {torch.__version__}. At {arguments.size} px:"]
    for backbone in arguments.backbones:
        lines += ["", *against_the_plain_loop(backbone, arguments.size, device, arguments.rounds)]
    lines += ["", "As pictures grow:", "", *growth_table(grown)]
    if arguments.write and plot(panels, PLOT):
        lines += ["", f"![time and memory by size]({PLOT.relative_to(PAGE.parent)})"]
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and write on request."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--sizes", type=int, nargs="+", default=[256, 512, 1024, 2048, 4096, 8192])
    parser.add_argument("--patience", type=float, default=20.0, help="leave sizes out whose iteration takes longer (s)")
    parser.add_argument("--backbones", nargs="+", default=["lite", "vgg19"], choices=["lite", "vgg19", "vgg16"])
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--device", default="auto")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--judge", nargs=3, metavar=("JUDGE", "CONTENT", "STYLE"))
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    device = choose_device(arguments.device)
    if arguments.judge:
        for line in time_to_equal_score(*arguments.judge, size=arguments.size, device=device):
            print(line, flush=True)
        return
    text = report(arguments, device)
    print(text)
    if arguments.write:
        fill(PAGE, "bench", text)


if __name__ == "__main__":
    main()
