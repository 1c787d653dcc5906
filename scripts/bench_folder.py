#!/usr/bin/env python3
"""Measure what a folder of photographs costs beside the bare optimisations, and what a second worker brings.

    python scripts/bench_folder.py [--photographs 5] [--artworks 4] [--set preset=draft] [--write]

Bare: the engine alone in one process of one thread, with all files read beforehand, nothing remembered from picture to
picture and nothing written. Then the program's own run of the same pictures with one worker, and with two. The
photographs are the samples, each cut in several ways, so that all are different. --write puts the table into
docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from marked import fill
from PIL import Image

from stylepipe.batch.devices import choose_device
from stylepipe.batch.materials import read_materials
from stylepipe.batch.networks import Networks
from stylepipe.engine.stylize import stylize
from stylepipe.spec.expand import expand
from stylepipe.spec.load import load_spec

ROOT = Path(__file__).parent.parent
WAYS = (
    "python -m stylepipe run, 1 worker of one thread",
    "the same, everything painted once more (artworks known)",
    "python -m stylepipe run, 2 workers of one thread",
)


def write_folder(folder: Path, photographs: int, artworks: int, settings: list[str]) -> Path:
    """Write photographs that are all different, some artworks, and a job of all pairs."""
    scenes = sorted((ROOT / "samples" / "scenes").glob("*.jpg"))
    for number in range(photographs):
        with Image.open(scenes[number % len(scenes)]) as scene:
            cut = 10 * (number // len(scenes))
            (folder / "photos").mkdir(exist_ok=True)
            scene.crop((cut, cut, *scene.size)).save(folder / "photos" / f"{number:02d}.jpg", quality=95)
    (folder / "art").mkdir()
    for artwork in sorted((ROOT / "samples" / "artworks").glob("*.jpg"))[:artworks]:
        (folder / "art" / artwork.name).write_bytes(artwork.read_bytes())
    pairs = [pair.split("=", 1) for pair in settings]
    defaults = "".join(f"  {key}: {value}\n" for key, value in pairs)
    job = folder / "job.yaml"
    job.write_text(f"defaults:\n{defaults}jobs:\n  - contents: photos/*.jpg\n    styles: art/*.jpg\n")
    return job


def bare_seconds(job: Path) -> float:
    """Give the sum of what painting alone takes."""
    networks = Networks(choose_device("cpu"))
    seconds = 0.0
    for item in expand(load_spec(job)):
        materials, network = read_materials(item), networks.network(item.settings)
        begun = time.perf_counter()
        stylize(materials.content, materials.styles, item.settings, network)
        seconds += time.perf_counter() - begun
    return seconds


def run_seconds(job: Path, *options: str) -> float:
    """Give what the program's run takes from its start to its end."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "stylepipe", "run", str(job), "--quiet", *options]
    subprocess.run(command, check=True)
    return time.perf_counter() - begun


def main() -> None:
    """Measure in turns, print the table, and write it if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photographs", type=int, default=5)
    parser.add_argument("--artworks", type=int, default=4)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    settings = asked.set or ["preset=draft", "size=256"]
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = str(Path(folder) / "cache")  # nothing is known of any artwork
        job = write_folder(Path(folder), asked.photographs, asked.artworks, settings)
        bare = bare_seconds(job)
        times = [
            run_seconds(job, "--workers", "1"),
            run_seconds(job, "--workers", "1", "--force"),
            run_seconds(job, "--workers", "2", "--force"),
        ]
    pictures = asked.photographs * asked.artworks
    lines = [
        f"{asked.photographs} photographs x {asked.artworks} artworks, {', '.join(settings)}; the bare optimisations "
        f"take {bare / pictures:.1f} s a picture:",
        "",
        "| | time against the sum of the bare optimisations |",
        "|---|---|",
        *(f"| {way} | {seconds / bare:.2f} |" for way, seconds in zip(WAYS, times, strict=True)),
    ]
    print("\n".join(lines))
    if asked.write:
        fill(ROOT / "docs" / "benchmarks.md", "bench_folder", "\n".join(lines))


if __name__ == "__main__":
    main()
