"""Whether a picture moves is told from its blocks, and agrees with what the readers of pictures say of it."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, features

from stylepipe.media import is_animation
from stylepipe.spec.moving import moves

ENDINGS = ("gif", "png", "webp", *(("avif",) if features.check("avif") else ()))


def picture(seed: int) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (90, 120, 3), dtype=np.uint8))


def animated(path: Path, count: int = 3, **options: object) -> Path:
    first, *others = map(picture, range(count))
    first.save(path, save_all=True, append_images=others, duration=50, **options)
    return path


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_picture_moves_when_it_has_more_than_one_frame(tmp_path: Path, ending: str, count: int):
    path = animated(tmp_path / f"a.{ending}", count)
    assert moves(path) == is_animation(path) == (count > 1)


@pytest.mark.parametrize("ending", [*ENDINGS, "jpg", "tiff", "bmp"])
def test_a_still_picture_does_not_move(tmp_path: Path, ending: str):
    picture(0).save(tmp_path / f"a.{ending}")
    assert not moves(tmp_path / f"a.{ending}")


def test_the_name_does_not_matter(tmp_path: Path):
    assert moves(animated(tmp_path / "a.gif").rename(tmp_path / "a.jpg"))


def test_pages_of_a_tiff_do_not_move(tmp_path: Path):
    assert not moves(animated(tmp_path / "a.tiff"))


def test_what_stands_before_the_frames_is_stepped_over(tmp_path: Path):
    exif = Image.Exif()
    exif[0x010E] = "x" * 3000
    profile = os.urandom(3000)
    for ending in ("png", "webp"):
        assert moves(animated(tmp_path / f"a.{ending}", exif=exif, icc_profile=profile))
    assert moves(animated(tmp_path / "a.gif", comment=b"x" * 3000, loop=0, transparency=3))
    assert moves(animated(tmp_path / "b.png", default_image=True))


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_cut_anywhere_or_of_noise_is_no_error(tmp_path: Path, ending: str):
    data = animated(tmp_path / f"a.{ending}", 2).read_bytes()
    for end in (*range(60), len(data) // 2, len(data) - 1):
        (tmp_path / "cut").write_bytes(data[:end])
        moves(tmp_path / "cut")
    random = np.random.default_rng(0)
    for start in (6, 13, 16, 20):
        (tmp_path / "noise").write_bytes(data[:start] + random.bytes(5000))
        moves(tmp_path / "noise")


def test_what_is_no_file_or_cannot_be_read_does_not_move(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.gif")
    (tmp_path / "folder.gif").mkdir()
    (tmp_path / "empty.gif").touch()
    for name in ("pipe.gif", "folder.gif", "empty.gif", "missing.gif", "a\0b.gif"):
        assert not moves(tmp_path / name)


def test_a_file_made_to_be_walked_for_ever_is_left_soon(tmp_path: Path):
    with (tmp_path / "a.gif").open("wb") as file:
        file.write(b"GIF89a" + bytes(7) + b"\x21\xfe" + b"\x01x" * 3_000_000)
    with (tmp_path / "a.png").open("wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + b"\0\0\0\0tEXt\0\0\0\0" * 300_000)
    start = time.process_time()
    assert not moves(tmp_path / "a.gif")
    assert not moves(tmp_path / "a.png")
    assert time.process_time() - start < 2
