#!/usr/bin/env python3
"""Run the source documents' experiments in configs/seeds, and show what came out in docs/seeds.md.

    python scripts/seeds.py [--set KEY=VALUE] [NAME ...]      # paints what is due, in one process
    python scripts/seeds.py --write                           # ... and makes the documentation's pictures and numbers

A NAME is a job file's, such as s5_layers; without one, all are run. OMP_NUM_THREADS says how many threads paint.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import steadiness_plot
from marked import fill
from PIL import Image
from recipes import SEEDS
from seeds_numbers import MEASURES, losses, warp_errors
from seeds_sheets import cells_of, sheet

from stylepipe import load_spec, run
from stylepipe.batch.feature_maps import write_feature_sheets
from stylepipe.batch.run import Options
from stylepipe.report.curve_plot import write_curves
from stylepipe.report.results import results_of
from stylepipe.spec.expand import expand
from stylepipe.spec.items import Item
from stylepipe.spec.jobfile import Spec
from stylepipe.spec.settings import Settings

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "seeds.md"
IMAGES = ROOT / "docs" / "images" / "seeds"
COLUMNS = {"s1_iterations": 4, "s2_detail": 5, "s2_two_by_eight": 8, "s4_first_steps": 11, "s5_clip": 3}
"""Pictures beside each other on a job's sheet; others have all of theirs in one row."""
WIDTH, WIDEST, QUALITY = 224, 1200, 58
CURVES = ("s2_one_by_four", "s4_first_steps", "s5_optimizers")
LAYERS = ("relu1_1", "relu3_1", "relu5_1")
"""Layers whose maps are shown."""


def show(name: str, spec: Spec, items: Sequence[Item]) -> None:
    """Make a job's sheet and plots."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    cells = cells_of(items)
    columns = COLUMNS.get(name, len(cells))
    width = min(WIDTH, WIDEST // columns)
    sheet(cells, columns, width).save(IMAGES / f"{name}.webp", quality=QUALITY, method=6)
    if name in CURVES:
        write_curves(results_of(spec), IMAGES / f"{name}_losses.svg")
    if name == "s5_clip":
        steadiness_plot.plot({"harbour, night_swirls": warp_errors(items)}, IMAGES / f"{name}_steadiness.png")


def show_features() -> None:
    """Make sheets of what some layers see, smaller than the command does."""
    scene, folder = ROOT / "samples" / "scenes" / "harbour.jpg", ROOT / "out" / "seeds" / "features"
    folder.mkdir(parents=True, exist_ok=True)
    for path in write_feature_sheets(scene, LAYERS, folder / "features.png", Settings(size=256), most=12):
        with Image.open(path) as found:
            found.thumbnail((600, 600))
            found.convert("RGB").save(IMAGES / f"{path.stem}.webp", quality=QUALITY, method=6)


def numbers(jobs: dict[str, list[Item]]) -> str:
    """Give the table of what was measured."""
    rows = ["| job file | measured |", "|---|---|"]
    rows += [f"| {name} | {'; '.join(MEASURES.get(name, losses)(items))} |" for name, items in jobs.items()]
    return "\n".join(rows)


def main() -> None:
    """Paint, and show it where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", dest="given", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--write", action="store_true", help="make the pictures and numbers of docs/seeds.md")
    parser.add_argument("names", nargs="*", metavar="NAME")
    arguments = parser.parse_args()
    given = dict(one.split("=", 1) for one in arguments.given)
    jobs = {}
    for path in SEEDS:
        if arguments.names and path.stem not in arguments.names:
            continue
        began, spec = time.perf_counter(), load_spec(path, given)
        summary = run(spec, Options(workers=0))
        print(
            f"{path.stem}: {summary.done} done, {summary.failed} failed, {time.perf_counter() - began:.0f} s",
            flush=True,
        )
        jobs[path.stem] = expand(spec)
        if arguments.write:
            show(path.stem, spec, jobs[path.stem])
    if arguments.write and not arguments.names:
        show_features()
        fill(PAGE, "numbers", numbers(jobs))


if __name__ == "__main__":
    main()
