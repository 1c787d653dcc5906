"""Damaged pictures and clips of every format: readers give a picture or a typed error, in little memory and time."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, features

from ..batch.conftest import Job, carry_out
from .conftest import Bounded
from .mutations import mutated

CASES = [100, pytest.param(2000, marks=pytest.mark.slow)]

# A line for each file that took long or raised what it should not; the process itself dies of too much memory.
READ_ALL = """
import time
from stylepipe.media import open_clip, picture_size, read_mask, read_picture, read_provenance
from stylepipe.media.stored_size import stored_size
from stylepipe.spec.moving import moves
clips = sys.argv[1] == "clips"
readers = [open_clip] if clips else [moves, stored_size, picture_size, read_provenance, read_picture, read_mask]
for path in sorted(Path(sys.argv[2]).iterdir()):
    for reader in [*readers, *([open_clip] if not clips and moves(path) else [])]:
        begun = time.process_time()
        try:
            reader(path)
        except StylepipeError as error:
            assert "\\n" not in str(error).removeprefix(str(path)) or clips, error
        except Exception as error:
            print(f"{path.name} {reader.__name__}: {type(error).__name__}: {error}")
        if time.process_time() - begun > 60:  # 200 megapixels, which are allowed, take that
            print(f"{path.name} {reader.__name__}: took {time.process_time() - begun:.0f} s")
print("read all")
"""


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Write a picture of each kind that is read: depths, packings, and what moves."""
    folder = tmp_path_factory.mktemp("pictures")
    levels = np.random.default_rng(0).integers(0, 256, (24, 30, 3), dtype=np.uint8)
    image, other = Image.fromarray(levels), Image.fromarray(255 - levels)
    exif = Image.Exif()
    exif[274], exif[0x013B] = 6, "Ada"
    image.save(folder / "a.jpg", exif=exif)
    image.convert("CMYK").save(folder / "cmyk.jpg")
    image.save(folder / "progressive.jpg", progressive=True)
    image.save(folder / "a.png", exif=exif)
    image.convert("P").save(folder / "palette.png")
    Image.fromarray(levels[..., 0].astype(np.uint16) * 257).save(folder / "deep.png")
    image.save(folder / "moving.png", save_all=True, append_images=[other], duration=40)
    image.save(folder / "moving.gif", save_all=True, append_images=[other], duration=40)
    image.save(folder / "a.webp", lossless=True, exif=exif)
    image.save(folder / "moving.webp", save_all=True, append_images=[other], duration=40)
    image.save(folder / "a.bmp")
    for compression in ("raw", "tiff_lzw", "tiff_adobe_deflate", "jpeg", "packbits"):
        image.save(folder / f"{compression}.tif", compression=compression)
    if features.check("avif"):
        image.save(folder / "a.avif")
        image.save(folder / "moving.avif", save_all=True, append_images=[other], duration=40)
    return sorted(folder.iterdir())


@pytest.fixture(scope="session")
def clips(encode: Callable[..., Path], moving: np.ndarray) -> list[Path]:
    """Write a short clip in each container that is read."""
    small = moving[:2, :16, :16]
    h264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
    mpeg4, vp8 = ("-c:v", "mpeg4"), ("-c:v", "libvpx", "-deadline", "realtime")
    kinds = {"mp4": h264, "mov": h264, "mkv": h264, "ts": h264, "flv": h264, "h264": h264, "avi": mpeg4, "nut": mpeg4}
    kinds |= {"webm": vp8, "ivf": vp8, "mpg": ("-c:v", "mpeg1video"), "wmv": ("-c:v", "wmv2")}
    kinds |= {"y4m": ("-pix_fmt", "yuv420p"), "gif": ()}
    return [encode(f"a.{kind}", small, codec=codec) for kind, codec in kinds.items()]


def damaged(originals: list[Path], folder: Path, cases: int) -> None:
    """Write so many damaged files, each kind in its turn."""
    folder.mkdir()
    for number in range(cases):
        original = originals[number % len(originals)]
        content = mutated(original.read_bytes(), random.Random(number))
        (folder / f"{number:04d} {original.name}").write_bytes(content)


@pytest.mark.parametrize("cases", CASES)
def test_a_damaged_picture_is_a_picture_or_a_typed_error(
    pictures: list[Path], tmp_path: Path, bounded: Bounded, cases: int
) -> None:
    damaged(pictures, tmp_path / "damaged", cases)
    assert bounded(READ_ALL, "pictures", tmp_path / "damaged", megabytes=6000, seconds=300) == "read all\n"


@pytest.mark.parametrize("cases", CASES)
def test_a_damaged_clip_is_a_clip_or_a_typed_error(
    clips: list[Path], tmp_path: Path, bounded: Bounded, cases: int
) -> None:
    damaged(clips, tmp_path / "damaged", cases)
    assert bounded(READ_ALL, "clips", tmp_path / "damaged", megabytes=6000, seconds=1000) == "read all\n"


def test_the_batch_around_damaged_files_finishes(
    job: Job, pictures: list[Path], clips: list[Path], tmp_path: Path
) -> None:
    file = job("jobs:\n  - contents: [photos/*.png, damaged]\n    styles: art/night.png\n")
    originals = [*pictures, *clips][::3]
    damaged(originals, tmp_path / "damaged", len(originals))
    summary, _ = carry_out(file, {"output.name": "{content}", "iterations": 1, "video.frame_iterations": 1})
    assert summary.done >= 2
    assert summary.fatal is None
    assert summary.not_tried == 0
    assert summary.cause is None  # no bug
