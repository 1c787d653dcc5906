"""Makes the sample pictures: two photograph-like scenes and three artworks, computed from fixed seeds.

    python scripts/make_samples.py [--out DIR] [NAME ...]

A NAME is harbour, mountain_lake, night_swirls, woodcut_wave or geometric; without one, all five are made, and beside
them SOURCES.md, which says how. Nothing is taken from a photograph or a painting.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from samples.fields import Field, Rng
from samples.geometric import geometric
from samples.harbour import harbour
from samples.mountain_lake import mountain_lake
from samples.night_swirls import night_swirls
from samples.provenance import SOURCES
from samples.woodcut_wave import woodcut_wave

PICTURES: dict[str, tuple[str, Callable[[Rng], Field]]] = {
    "harbour": ("scenes", harbour),
    "mountain_lake": ("scenes", mountain_lake),
    "night_swirls": ("artworks", night_swirls),
    "woodcut_wave": ("artworks", woodcut_wave),
    "geometric": ("artworks", geometric),
}


def write_picture(picture: Field, path: Path) -> None:
    """Write a picture of 0..1 as a JPEG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    levels = np.round(np.clip(picture, 0, 1) * 255).astype(np.uint8)
    Image.fromarray(levels).save(path, quality=91, optimize=True)


def read_arguments() -> argparse.Namespace:
    """Read from the command line where to write and which pictures to make."""
    parser = argparse.ArgumentParser(description="Make the sample scenes and artworks.")
    samples = Path(__file__).resolve().parents[1] / "samples"
    parser.add_argument("--out", type=Path, default=samples, metavar="DIR", help="where to write (default: samples)")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(PICTURES)} (default: all)")
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.names if name not in PICTURES]:
        parser.error(f"no such picture: {', '.join(unknown)}; there are {', '.join(PICTURES)}")
    return arguments


def main() -> None:
    """Make the sample pictures and say where they went."""
    arguments = read_arguments()
    cv2.setNumThreads(1)
    for name in arguments.names or PICTURES:
        folder, make = PICTURES[name]
        path, began = arguments.out / folder / f"{name}.jpg", time.perf_counter()
        write_picture(make(np.random.default_rng(1)), path)
        print(f"{path}  {path.stat().st_size / 1000:.0f} kB  {time.perf_counter() - began:.1f} s")
    if not arguments.names:
        (arguments.out / "SOURCES.md").write_text(SOURCES, encoding="utf-8")


if __name__ == "__main__":
    main()
