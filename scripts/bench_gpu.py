#!/usr/bin/env python3
"""Measure what a GPU paints: a picture against its matrix peak, pictures an hour by how many at once, and a clip.

    python scripts/bench_gpu.py [--size 512] [--sizes 128 256 512 1024] [--backbones lite vgg19] [--write]

The peak is what a large product of bf16 matrices reaches in the same run. Strides and the graph are each left out once;
pictures at once are against one after the other. VGG-19 gets random weights of its shape. --write puts the tables into
docs/benchmarks.md. With --device cpu it shows that it works, and no more.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import torch
from bench import ARTWORK, ROOT, SCENE, network_of, picture_at
from bench_levers import gradient
from marked import fill
from timing import processor, timed
from torch.utils.flop_counter import FlopCounterMode

from stylepipe.batch.devices import choose_device, device_name
from stylepipe.batch.pace import MOST_AT_ONCE
from stylepipe.engine import lockstep, slope
from stylepipe.engine.network import FeatureNetwork
from stylepipe.engine.regions import Style
from stylepipe.engine.resize import cover, extend
from stylepipe.engine.style_memory import StyleMemory
from stylepipe.engine.stylize import Work, measure_targets, painted
from stylepipe.engine.together import stylize_together
from stylepipe.spec.settings import Settings

PAGE = ROOT / "docs" / "benchmarks.md"
CLIP = ROOT / "samples" / "clips" / "harbour.mp4"
FLOPS = "bf16 matrix peak"


def peak(device: torch.device, side: int) -> float:
    """Give the operations a second of a large product of bf16 matrices."""
    one = torch.randn(side, side, device=device, dtype=torch.bfloat16)
    timed(lambda: one @ one, device)
    return 10 * 2 * side**3 / timed(lambda: [one @ one for _ in range(10)], device)


def work(network: FeatureNetwork, settings: Settings, memory: StyleMemory, *, square: bool = False) -> Work:
    """Give a picture to paint: a sample of that size."""
    assert isinstance(settings.size, int)
    content = picture_at(SCENE, settings.size, network.device)
    content = cover(content, settings.size, settings.size) if square else content
    return Work(content, [Style(picture_at(ARTWORK, settings.size, network.device), key="artwork")], settings, network,
                memory=memory)  # fmt: skip


def operations(of: Work) -> int:
    """Count the operations of a picture's iterations: so many times those of its losses and their gradient."""
    settings = of.settings
    with torch.no_grad():
        network = of.network.reading(settings)
        canvas = extend(of.content, settings.margin)
        objective = measure_targets(canvas, of.styles, None, settings, network, of.memory)
    with FlopCounterMode(display=False) as counter:
        gradient(objective, canvas)
    return int(counter.get_total_flops()) * settings.iterations[0]


@contextmanager
def without(lever: str) -> Iterator[None]:
    """Leave strides or the graph out."""
    devices, largest = lockstep.DEVICES, slope.LARGEST
    lockstep.DEVICES = () if "looked at" in lever else devices
    slope.LARGEST = 0 if "kernel by kernel" in lever else largest
    try:
        yield
    finally:
        lockstep.DEVICES, slope.LARGEST = devices, largest


def one_picture(backbone: str, asked: argparse.Namespace, device: torch.device) -> Iterator[str]:
    """Give the table of one picture with all levers on, and with each off."""
    settings = Settings(size=asked.size, pyramid=False, iterations=(asked.iterations,))
    network, memory = network_of(backbone, device), StyleMemory()
    count, top = operations(work(network, settings, memory, square=True)), peak(device, asked.side)
    yield f"| {backbone}, {asked.size} x {asked.size}, {asked.iterations} iterations | s | ratio | of the {FLOPS} |"
    yield "|---|---|---|---|"
    first = 0.0
    for name in (
        "all on",
        "looked at after every step",
        "kernel by kernel",
        "looked at after every step, kernel by kernel",
    ):
        with without(name):
            painted(work(network, settings, memory, square=True))
            seconds = timed(lambda: painted(work(network, settings, memory, square=True)), device)
        first = first or seconds
        yield f"| {name} | {seconds:.3g} | {seconds / first:.2f} | {count / seconds / top:.0%} |"


def at_once(backbone: str, sizes: Sequence[int], asked: argparse.Namespace, device: torch.device) -> Iterator[str]:
    """Give the table of pictures of the preset `balanced`, by how many are painted at once."""
    numbers = [2**k for k in range(MOST_AT_ONCE.bit_length())]
    yield f"| {backbone}, px | pictures an hour, one by one | {' | '.join(f'{n} at once' for n in numbers[1:])} |"
    yield "|---|---|" + "---|" * (len(numbers) - 1)
    network = network_of(backbone, device)
    for size in sizes:
        settings, memory = Settings(size=size, iterations=(asked.balanced,)), StyleMemory()
        seconds = []
        for number in numbers:
            works = [work(network, settings, memory) for _ in range(number)]
            all_of(works)
            again = [work(network, settings, memory) for _ in range(number)]
            seconds.append(timed(lambda again=again: all_of(again), device) / number)  # type: ignore[misc]
        ratios = " | ".join(f"{each / seconds[0]:.2f}" for each in seconds[1:])
        yield f"| {size} | {3600 / seconds[0]:.0f} | {ratios} |"


def all_of(works: Sequence[Work]) -> None:
    """Paint several pictures in one pass; raises what kept one from being painted."""
    for result in stylize_together(works):
        if isinstance(result, Exception):
            raise result


def clip_line(asked: argparse.Namespace, device: torch.device) -> str:
    """Give the frames a second of the sample clip, as the program paints it."""
    with tempfile.TemporaryDirectory() as folder:
        job = Path(folder) / "job.yaml"
        settings = {"size": asked.size, "iterations": asked.balanced, "video": {"frame_iterations": 20}}
        files = {"contents": str(CLIP), "styles": str(ARTWORK)}
        job.write_text(json.dumps({"defaults": settings, "jobs": [files], "output": {"dir": f"{folder}/out"}}))
        subprocess.run([sys.executable, "-m", "stylepipe", "run", job, "--quiet", "--device", str(device)], check=True)
        (record,) = (json.loads(path.read_text()) for path in Path(folder, "out", ".stylepipe").rglob("harbour*.json"))
    frames, seconds = record["clip"]["frames"], record["seconds"]
    rate = f"{frames / seconds:.2f} frames a second"
    return f"A clip of {frames} frames at {asked.size} px with 20 iterations a frame: {rate}."


def main() -> None:
    """Measure, print, and write on request."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--sizes", type=int, nargs="+", default=[128, 256, 512, 1024])
    parser.add_argument("--iterations", type=int, default=500)
    parser.add_argument("--balanced", type=int, default=100, help="iterations at the coarsest scale of a whole picture")
    parser.add_argument("--side", type=int, default=8192, help="of the matrices whose product tells the peak")
    parser.add_argument("--backbones", nargs="+", default=["lite", "vgg19"], choices=["lite", "vgg19", "vgg16"])
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    device = choose_device(asked.device)
    lines = [f"{device_name(device)}, {processor()}, torch {torch.__version__}:"]
    for backbone in asked.backbones:
        lines += ["", *one_picture(backbone, asked, device), "", *at_once(backbone, asked.sizes, asked, device)]
    lines += ["", clip_line(asked, device)]
    text = "\n".join(lines)
    print(text)
    if asked.write:
        fill(PAGE, "bench_gpu", text)


if __name__ == "__main__":
    main()
