#!/usr/bin/env python3
"""Measure what a batch of 12 000 items, or a million, costs beside painting: planning it, and looking at it.

    python scripts/bench_batch.py [--photographs 300] [--artworks 40] [--folder FOLDER] [--profile] [--write]
    python scripts/bench_batch.py --photographs 1000 --artworks 1000 --rounds 1 --write

Nothing is painted: every output is one small picture, and every record is like one that the package itself has
written, with as many losses as a picture of the preset `balanced` has. Each command is a process of its own. --profile
prints where a run's time goes. --write puts the table into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import cProfile
import io
import json
import multiprocessing
import os
import pstats
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from marked import fill
from PIL import Image

from stylepipe.batch.plan import Planned, plan
from stylepipe.cli.main import cli
from stylepipe.spec.load import load_spec
from stylepipe.store.fingerprint import fingerprint
from stylepipe.store.places import hashes_file, record_path
from stylepipe.store.records import Record, write_record

ROOT = Path(__file__).parent.parent
OF_A_JOB = 100
"""Photographs of each job in the file: with a thousand artworks they stay below what a single job may ask for."""
A_MILLION = 10**6
ITERATIONS = 490
"""Of a picture of 512 px with the preset `balanced`."""
SETTLED_SECONDS = 2.5
"""A file that has just changed may change again within its disk's clock, and its hash is not remembered."""


class Measured(NamedTuple):
    """What a command took: seconds, those that its processor computed, and its memory's peak in MiB."""

    seconds: float
    computing: float
    memory: float


def write_inputs(folder: Path, photographs: int, artworks: int) -> None:
    """Write tiny pictures, no two alike, and a job of all pairs."""
    chance = random.Random(0)
    for name, count in (("photos", photographs), ("art", artworks)):
        (folder / name).mkdir()
        for number in range(count):
            Image.frombytes("RGB", (48, 32), chance.randbytes(48 * 32 * 3)).save(folder / name / f"{number:04d}.png")
    hundreds = range(-(-photographs // OF_A_JOB))
    jobs = [f"  - contents: photos/{number:02d}*\n    styles: art\n" for number in hundreds]
    (folder / "job.yaml").write_text("defaults: {max_items: 10000000}\njobs:\n" + "".join(jobs), encoding="utf-8")
    time.sleep(SETTLED_SECONDS)


def write_outputs(folder: Path) -> None:
    """Leave what a run that painted everything would have left: outputs, records and hashes."""
    planned = plan(load_spec(folder / "job.yaml"))
    picture = (folder / "photos/0000.png").read_bytes()
    out = planned[0].item.output_dir
    out.mkdir()
    write_record(out, record_of(planned[0], picture))
    first = json.loads(record_path(out, planned[0].item.name).read_bytes())
    for entry in planned:
        entry.item.output.write_bytes(picture)
        content = json.dumps(first | _own(entry), separators=(",", ":"))
        record_path(out, entry.item.name).write_text(content, encoding="utf-8")
    subprocess.run([sys.executable, "-m", "stylepipe", "run", folder / "job.yaml", "--quiet"], check=True)


def _own(planned: Planned) -> dict[str, object]:
    """Give what an item's record says that no other's does."""
    item, identity = planned.item, planned.identity
    assert identity is not None
    return {
        "item": item.name,
        "output": item.file_name,
        "fingerprint": fingerprint(identity),
        "identity": identity,
        "inputs": [asdict(one) for one in planned.inputs],
    }


def record_of(planned: Planned, picture: bytes) -> Record:
    """Give the record that painting an item would have left."""
    item, identity = planned.item, planned.identity
    assert identity is not None
    return Record(
        item=item.name,
        output=item.file_name,
        fingerprint=fingerprint(identity),
        identity=identity,
        inputs=planned.inputs,
        settings=item.settings.model_dump(mode="json"),
        weights_sha256=identity["weights"],
        versions={"stylepipe": "0", "torch": "0", "python": "0"},
        device="cpu",
        seconds=50.0,
        iterations=ITERATIONS,
        output_sha256=sha256(picture).hexdigest(),
        output_size=len(picture),
        finished="2026-01-01T00:00:00Z",
        losses=[(k, *(value / k for value in (0.8123456, 0.3123456, 0.4123456, 0.0876543))) for k in range(1, 491)],
    )


def in_a_process(work: object, *arguments: object) -> None:
    """Call something in a process of its own, so that a command started later does not inherit its memory's peak."""
    process = multiprocessing.get_context("spawn").Process(target=work, args=arguments)  # type: ignore[arg-type]
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(process.exitcode)


def measured(*arguments: object) -> Measured:
    """Run a command of stylepipe to its end."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "stylepipe", *map(str, arguments)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(process.returncode)
    return Measured(time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def measure(folder: Path, photographs: int, artworks: int, rounds: int) -> list[tuple[str, Measured]]:
    """Give the quickest round of each command, in the order of an operator's two nights."""
    job = folder / "job.yaml"
    in_a_process(write_inputs, folder, photographs, artworks)
    found = [("`plan`, everything new", min(measured("plan", job) for _ in range(rounds)))]
    in_a_process(write_outputs, folder)
    found.append(("`plan`, everything up to date", min(measured("plan", job) for _ in range(rounds))))
    quiet = ("run", job, "--quiet")
    found.append(("`run`, everything up to date", min(measured(*quiet) for _ in range(rounds))))

    def without_hashes() -> Measured:
        hashes_file(folder / "out").unlink()
        return measured(*quiet)

    found.append(("`run`, all inputs hashed again", min(without_hashes() for _ in range(rounds))))
    return found


def table(rows: list[tuple[str, Measured]], items: int) -> str:
    """Write the measurements as Markdown."""
    from timing import processor  # which loads torch, and with it more memory than any command needs

    lines = [
        f"{items} items, {processor()}, {os.cpu_count()} cores, Python {sys.version.split()[0]}:",
        "",
        "| | seconds | of them computing | memory at most |",
        "|---|---|---|---|",
    ]
    lines += [f"| {name} | {each.seconds:.1f} | {each.computing:.1f} | {each.memory:.0f} MiB |" for name, each in rows]
    return "\n".join(lines)


def profile(folder: Path) -> None:
    """Print where the time of a run with nothing to do goes."""
    profiler = cProfile.Profile()
    profiler.enable()
    cli.main(["run", str(folder / "job.yaml"), "--quiet"], standalone_mode=False)
    profiler.disable()
    text = io.StringIO()
    pstats.Stats(profiler, stream=text).sort_stats("cumulative").print_stats(45)
    print(text.getvalue())


def main() -> None:
    """Measure, print, and write on request."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photographs", type=int, default=300)
    parser.add_argument("--artworks", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where to make the batch: on the disk to measure")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        rows = measure(Path(folder), arguments.photographs, arguments.artworks, arguments.rounds)
        if arguments.profile:
            in_a_process(profile, Path(folder))
    text = table(rows, arguments.photographs * arguments.artworks)
    print(text)
    if arguments.write:
        name = "bench_batch" if arguments.photographs * arguments.artworks < A_MILLION else "bench_million"
        fill(ROOT / "docs" / "benchmarks.md", name, text)


if __name__ == "__main__":
    main()
