#!/usr/bin/env python3
"""Measure the memory and the time that each way to paint takes, beside what is predicted of it.

    python scripts/bench_memory.py [--sizes 768 1024 2048] [--backbone lite] [--write]
    python scripts/bench_memory.py --megapixels 25 50 100 --memory 8GiB [--write]

Each painting runs in a process of its own, whose peak counts as a whole: torch, photograph and all. The first form
goes through the ways (as a whole, recomputed, in tiles) at growing sizes; the second paints pictures so large that only
tiles will do, within a limit. Seconds are compared as ratios. --write puts the table into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch
from marked import fill

from stylepipe.batch.materials import to_tensor
from stylepipe.batch.memory import with_allowance
from stylepipe.batch.networks import Networks
from stylepipe.engine.footprint import Way, way_to_paint
from stylepipe.engine.network import FeatureNetwork
from stylepipe.engine.regions import Style
from stylepipe.engine.resize import resize
from stylepipe.engine.stylize import stylize
from stylepipe.media import read_picture
from stylepipe.spec.amounts import parse_amount
from stylepipe.spec.settings import Settings

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
WAYS = {"as a whole": (False, None), "recomputed": (True, None), "in tiles of 512 px": (False, 512)}
ASPECT = 12000 / 8334


def paint(width: int, height: int, wanted: str | None, settings: Settings) -> dict[str, Any]:
    """Paint in this process; tell what was predicted, what it took at its peak, and the seconds of its iterations."""
    network = Networks(torch.device("cpu")).network(settings)
    photograph = resize(to_tensor(read_picture(ROOT / "samples/scenes/harbour.jpg").pixels), height, width)
    artwork = to_tensor(read_picture(ROOT / "samples/artworks/night_swirls.jpg").pixels)
    network, way = _allowed(network, settings, height, width, wanted)
    times = [time.perf_counter()]
    stylize(photograph, [Style(artwork)], settings, network, on_step=lambda _: times.append(time.perf_counter()))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    seconds = min(b - a for a, b in itertools.pairwise(times[1:])) if len(times) > 2 else times[1] - times[0]
    words = f"tiles of {way.side} px" if way.side else "whole"
    words += f", {way.settings.optimizer}{', sparing' if way.sparing else ''}"
    return {"predicted": way.bytes, "measured": peak, "seconds": seconds, "way": words}


def _allowed(
    network: FeatureNetwork, settings: Settings, height: int, width: int, wanted: str | None
) -> tuple[FeatureNetwork, Way]:
    """Give the network with an allowance: that of the settings, or one that leads to the way that is wanted."""
    for spared in range(12):
        allowed = with_allowance(network, settings, spared=spared, held=True)
        way = way_to_paint(settings, height, width, allowed.allowance, half=allowed.reading(settings).half)
        if wanted is None or (way.recompute, way.side) == WAYS[wanted]:
            return allowed, way
    raise SystemExit(f"{width}x{height} px are not painted {wanted} in this memory")


def in_a_process(width: int, height: int, wanted: str | None, settings: dict[str, Any]) -> dict[str, Any]:
    """Do the same in a process of its own."""
    asked = json.dumps([width, height, wanted, settings])
    done = subprocess.run([sys.executable, __file__, "--one", asked], stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def by_ways(sizes: Sequence[int], backbone: str) -> Iterator[str]:
    """Give the lines of a table of all ways at some sizes."""
    yield "| px | way | predicted MiB | measured MiB | ratio | memory / whole | time / whole |"
    yield "|---|---|---|---|---|---|---|"
    for size in sizes:
        whole: dict[str, Any] = {}
        for wanted in WAYS:
            settings = {"backbone": backbone, "iterations": 3, "memory": "1024GiB"}
            found = in_a_process(size, round(size * 3 / 4), wanted, settings)
            whole = whole or found
            yield (
                f"| {size}x{round(size * 3 / 4)} | {wanted} | {_figures(found, 2**20, '.0f')} "
                f"| {found['measured'] / whole['measured']:.2f} | {found['seconds'] / whole['seconds']:.1f} |"
            )


def by_megapixels(megapixels: Sequence[float], memory: str, backbone: str) -> Iterator[str]:
    """Give the lines of a table of pictures of so many megapixels within a limit."""
    yield f"| megapixels | px | way within {memory} | predicted GiB | measured GiB | ratio | time a megapixel / first |"
    yield "|---|---|---|---|---|---|---|"
    first = 0.0
    for number in megapixels:
        width = round((number * 1e6 * ASPECT) ** 0.5)
        height = round(width / ASPECT)
        found = in_a_process(width, height, None, {"backbone": backbone, "iterations": 2, "memory": memory})
        each = found["seconds"] / (width * height)
        first = first or each
        figures = _figures(found, 2**30, ".2f")
        yield f"| {number:g} | {width}x{height} | {found['way']} | {figures} | {each / first:.2f} |"


def _figures(found: dict[str, Any], unit: int, form: str) -> str:
    predicted, measured = found["predicted"] / unit, found["measured"] / unit
    return f"{predicted:{form}} | {measured:{form}} | {predicted / measured:.2f}"


def main() -> None:
    """Measure, print, and write on request."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[768, 1024, 1536, 2048])
    parser.add_argument("--megapixels", type=float, nargs="+")
    parser.add_argument("--memory", default="8GiB")
    parser.add_argument("--backbone", default="lite")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    if arguments.one:
        width, height, wanted, settings = json.loads(arguments.one)
        settings["memory"] = parse_amount(settings["memory"])
        print(json.dumps(paint(width, height, wanted, Settings(size="original", pyramid=False, **settings))))
        return
    if arguments.megapixels:
        name, lines = "bench_megapixels", by_megapixels(arguments.megapixels, arguments.memory, arguments.backbone)
    else:
        name, lines = "bench_memory", by_ways(arguments.sizes, arguments.backbone)
    table = []
    for line in lines:
        print(line, flush=True)
        table.append(line)
    if arguments.write:
        fill(PAGE, name, "\n".join([f"Backbone {arguments.backbone}, cpu, torch {torch.__version__}:", "", *table]))


if __name__ == "__main__":
    main()
