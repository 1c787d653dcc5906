"""Makes the samples, photograph-like scenes, artworks and a clip, computed from fixed seeds.

    python scripts/make_samples.py [--out DIR] [--sources] [NAME ...]

A NAME is one of those that --help lists; without one, all are made, and beside them SOURCES.md, which says how;
--sources writes that alone. Nothing is taken from a photograph, a film or a painting.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from samples.cubist_planes import cubist_planes
from samples.fields import Field, Rng
from samples.geometric import geometric
from samples.gouache_cutouts import gouache_cutouts
from samples.harbour import harbour
from samples.harbour_clip import write_clip
from samples.ink_wash import ink_wash
from samples.mountain_lake import mountain_lake
from samples.night_swirls import night_swirls
from samples.pointillist_afternoon import pointillist_afternoon
from samples.provenance import SOURCES
from samples.stained_glass import stained_glass
from samples.still_life import still_life
from samples.woodcut_wave import woodcut_wave

PICTURES: dict[str, tuple[str, Callable[[Rng], Field]]] = {
    "harbour": ("scenes", harbour),
    "mountain_lake": ("scenes", mountain_lake),
    "still_life": ("scenes", still_life),
    "night_swirls": ("artworks", night_swirls),
    "woodcut_wave": ("artworks", woodcut_wave),
    "geometric": ("artworks", geometric),
    "cubist_planes": ("artworks", cubist_planes),
    "pointillist_afternoon": ("artworks", pointillist_afternoon),
    "stained_glass": ("artworks", stained_glass),
    "ink_wash": ("artworks", ink_wash),
    "gouache_cutouts": ("artworks", gouache_cutouts),
}
CLIP = "harbour_clip"


def write_picture(picture: Field, path: Path) -> None:
    """Write a picture of 0..1 as a JPEG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    levels = np.round(np.clip(picture, 0, 1) * 255).astype(np.uint8)
    Image.fromarray(levels).save(path, quality=91, optimize=True, progressive=True)


def read_arguments() -> argparse.Namespace:
    """Read from the command line where to write and which pictures to make."""
    parser = argparse.ArgumentParser(description="Make the sample scenes, artworks and the clip.")
    names = [*PICTURES, CLIP]
    samples = Path(__file__).resolve().parents[1] / "samples"
    parser.add_argument("--out", type=Path, default=samples, metavar="DIR", help="where to write (default: samples)")
    parser.add_argument("--sources", action="store_true", help="write only SOURCES.md")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(names)} (default: all)")
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.names if name not in names]:
        parser.error(f"no such sample: {', '.join(unknown)}; there are {', '.join(names)}")
    return arguments


def make(name: str, out: Path) -> list[Path]:
    """Make one sample."""
    if name == CLIP:
        return write_clip(out / "clips")
    folder, draw = PICTURES[name]
    path = out / folder / f"{name}.jpg"
    write_picture(draw(np.random.default_rng(1)), path)
    return [path]


def main() -> None:
    """Make the samples and say where they went."""
    arguments = read_arguments()
    cv2.setNumThreads(1)
    everything = [] if arguments.sources else [*PICTURES, CLIP]
    for name in arguments.names or everything:
        began = time.perf_counter()
        for path in make(name, arguments.out):
            print(f"{path}  {path.stat().st_size / 1000:.0f} kB  {time.perf_counter() - began:.1f} s")
    if arguments.sources or not arguments.names:
        (arguments.out / "SOURCES.md").write_text(SOURCES, encoding="utf-8")


if __name__ == "__main__":
    main()
