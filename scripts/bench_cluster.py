#!/usr/bin/env python3
"""Measure what a second worker gains and what an item costs beside its painting, by local processes and by Ray.

    python scripts/bench_cluster.py [--pictures 12] [--size 128] [--empty 100] [--write]

Workers have one thread each, on a Ray cluster that each run starts for itself. Seconds count from the first item's
beginning to the last one's end, by the runs' own events, after one item a worker to load the network: starting is not
in them. An empty item is one iteration at 32 px. --write puts the table into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from marked import fill
from PIL import Image
from timing import processor

ROOT = Path(__file__).parent.parent
ENGINES = ("local", "ray")
JOB = "jobs:\n  - contents: photos\n    styles: art.png\n"


def write_inputs(folder: Path, pictures: int, side: int) -> Path:
    """Write so many smooth pictures, an artwork, and their job file."""
    chance = random.Random(0)
    (folder / "photos").mkdir(parents=True)
    for path in (folder / "art.png", *(folder / "photos" / f"{number:04d}.png" for number in range(pictures))):
        coarse = Image.frombytes("RGB", (6, 5), chance.randbytes(6 * 5 * 3))
        coarse.resize((side, side), Image.Resampling.BICUBIC).save(path)
    (folder / "job.yaml").write_text(JOB, encoding="utf-8")
    return folder / "job.yaml"


def seconds_an_item(job: Path, engine: str, workers: int, **settings: object) -> float:
    """Run a job anew; give the seconds between the ends of its items, after the first of each worker."""
    command = [sys.executable, "-m", "stylepipe", "run", str(job), "--force", "--log-json", "--device", "cpu"]
    command += ["--engine", engine, "--workers", str(workers)]
    command += [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
    run = subprocess.run(command, env={**os.environ, "OMP_NUM_THREADS": "1"}, capture_output=True, text=True)
    if run.returncode:
        raise SystemExit(run.stderr)
    events: list[dict[str, Any]] = [json.loads(line) for line in run.stderr.splitlines() if line.startswith("{")]
    ends = [datetime.fromisoformat(event["time"]) for event in events if event["event"] == "item_done"]
    return (ends[-1] - ends[workers - 1]).total_seconds() / (len(ends) - workers)


def table(folder: Path, pictures: int, size: int, empty: int, rounds: int) -> str:
    """Measure, and write the measurements as Markdown."""
    job, small = write_inputs(folder / "job", pictures, size), write_inputs(folder / "small", empty, 32)
    painting = {"size": size, "iterations": 60, "pyramid": "false"}
    nothing = {"size": 32, "iterations": 1, "pyramid": "false"}
    works = {(engine, workers): (job, painting) for engine in ENGINES for workers in (1, 2)}
    times: dict[tuple[str, int], list[float]] = {key: [] for key in works}
    empties: dict[str, list[float]] = {engine: [] for engine in ENGINES}
    for _ in range(rounds):  # in turns, so that a busy moment of the machine meets all alike
        for (engine, workers), (file, settings) in works.items():
            times[engine, workers].append(seconds_an_item(file, engine, workers, **settings))
        for engine in ENGINES:
            empties[engine].append(seconds_an_item(small, engine, 1, **nothing))
    return "\n".join(
        [
            f"{pictures} pictures of {size} px, lite, one thread a worker; {empty} empty items by one worker; "
            f"{processor()}, {os.cpu_count()} cores:",
            "",
            "| engine | speed of 2 workers, of 1 worker's | time of an empty item, of local's | milliseconds more |",
            "|---|---|---|---|",
            *(
                f"| {engine} | {min(times[engine, 1]) / min(times[engine, 2]):.2f} "
                f"| {min(empties[engine]) / min(empties['local']):.2f} "
                f"| {1000 * (min(empties[engine]) - min(empties['local'])):.0f} |"
                for engine in ENGINES
            ),
        ]
    )


def main() -> None:
    """Measure, print, and write on request."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=12)
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--empty", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        text = table(Path(folder), arguments.pictures, arguments.size, arguments.empty, arguments.rounds)
    print(text)
    if arguments.write:
        fill(ROOT / "docs" / "benchmarks.md", "bench_cluster", text)


if __name__ == "__main__":
    main()
