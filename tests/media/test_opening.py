"""What is refused before decoding, and the size that planning asks for."""

from __future__ import annotations

import os
import time
import warnings
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, features

from stylepipe.errors import PictureError
from stylepipe.media import is_animation, picture_size, read_animation, read_mask, read_picture, read_provenance

READERS = (read_picture, read_mask, picture_size)


def refusal(path: Path, reader=read_picture, **options) -> str:
    """Give the one sentence that a reader says about a file."""
    with pytest.raises(PictureError) as caught:
        reader(path, **options)
    sentence = str(caught.value)
    assert sentence.startswith(str(path))
    assert "\n" not in sentence
    assert "0x" not in sentence
    return sentence.removeprefix(str(path))


def picture_file(path: Path, size: tuple[int, int] = (40, 30), **options) -> Path:
    noise = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    Image.fromarray(noise).save(path, **options)
    return path


@pytest.mark.parametrize("reader", READERS)
def test_a_missing_file_is_named(tmp_path: Path, reader) -> None:
    assert "does not exist" in refusal(tmp_path / "a.jpg", reader)


@pytest.mark.parametrize("reader", READERS)
def test_a_folder_is_no_picture(tmp_path: Path, reader) -> None:
    assert "is a folder" in refusal(tmp_path, reader)


@pytest.mark.parametrize("reader", READERS)
def test_an_empty_file_is_called_empty(tmp_path: Path, reader) -> None:
    (tmp_path / "a.png").touch()
    assert "is empty (0 bytes)" in refusal(tmp_path / "a.png", reader)


def test_a_path_below_a_file_is_refused(tmp_path: Path) -> None:
    assert "cannot be opened" in refusal(picture_file(tmp_path / "a.png") / "b.png")


def test_a_path_that_no_system_allows_is_refused(tmp_path: Path) -> None:
    refusal(tmp_path / "a\0b.png")
    refusal(tmp_path / ("a" * 5000))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.png")
    assert "is no regular file" in refusal(tmp_path / "a.png")


@contextmanager
def as_nobody() -> Iterator[None]:
    """Give up root's right to read everything, where the tests run as root."""
    was_root = os.geteuid() == 0
    if was_root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if was_root:
            os.seteuid(0)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="this system has other permissions")
def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    path = picture_file(tmp_path / "a.png")
    path.chmod(0)
    with as_nobody():
        assert "may not be read by this user" in refusal(path)


@pytest.mark.parametrize("content", [b"Dear diary, today I saw a picture.\n", b"<html></html>", b"x", b"\0" * 100])
def test_a_text_named_jpg_is_no_picture(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.jpg").write_bytes(content)
    assert "is no picture that stylepipe reads" in refusal(tmp_path / "a.jpg")


def test_formats_outside_the_list_are_refused_whatever_their_name(tmp_path: Path) -> None:
    for name, format in {"a.jpg": "PPM", "b.png": "EPS", "c.jpg": "TGA", "d.jpg": "ICO", "e.jpg": "JPEG2000"}.items():
        assert "is no picture that stylepipe reads" in refusal(picture_file(tmp_path / name, format=format))


def test_a_heic_photograph_is_recognised(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")
    assert "is a HEIC photograph" in refusal(tmp_path / "a.jpg")


def test_a_truncated_jpeg_is_one_clear_sentence(tmp_path: Path) -> None:
    path = picture_file(tmp_path / "a.jpg")
    path.write_bytes(path.read_bytes()[:-500])
    assert refusal(path).startswith(" is cut short or damaged (")
    assert picture_size(path) == (40, 30)


DAMAGED = {
    "jpg": {}, "png": {}, "gif": {}, "bmp": {}, "webp": {"lossless": True}, "avif": {},
    "tif": {}, "tiff": {"compression": "tiff_lzw"}, "TIF": {"compression": "jpeg"},
    "TIFF": {"compression": "tiff_adobe_deflate"},
}  # fmt: skip


@pytest.mark.parametrize("ending", DAMAGED)
def test_whatever_is_wrong_with_a_file_is_a_picture_error_and_quiet(tmp_path: Path, ending: str, capfd) -> None:
    if ending == "avif" and not features.check("avif"):
        pytest.skip("this Pillow has no AVIF")
    path = picture_file(tmp_path / f"a.{ending}", **DAMAGED[ending])
    whole = path.read_bytes()
    random = np.random.default_rng(1)
    damaged = [whole[: int(len(whole) * share)] for share in (0.01, 0.1, 0.5, 0.9)]
    for _ in range(25):
        bytes_ = bytearray(whole)
        for place in random.integers(0, min(len(whole), 600), 4):
            bytes_[place] = random.integers(256)
        damaged.append(bytes(bytes_))
    readers = (*READERS, read_provenance, is_animation, lambda path: list(read_animation(path)))
    for content in damaged:
        path.write_bytes(content)
        for reader in readers:
            with suppress(PictureError):
                reader(path)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("reader", READERS)
def test_a_small_file_that_claims_400_megapixels_is_refused_at_once(tmp_path: Path, png_file, reader) -> None:
    bomb = png_file(
        np.zeros((100, 20000), np.uint8), 0, size=(20000, 20000), after=[(b"IDAT", zlib.compress(bytes(10**7)))]
    )
    (tmp_path / "a.png").write_bytes(bomb)
    started = time.perf_counter()
    assert "400.0 megapixels (20000 x 20000), more than the 200 allowed" in refusal(tmp_path / "a.png", reader)
    assert time.perf_counter() - started < 0.5


def test_pillows_own_limit_is_ours_and_is_given_back(tmp_path: Path, png_file) -> None:
    (tmp_path / "a.png").write_bytes(png_file(np.zeros((1, 1), np.uint8), 0, size=(30000, 30000)))
    before = Image.MAX_IMAGE_PIXELS
    assert "more than twice the 200 megapixels allowed" in refusal(tmp_path / "a.png")
    assert before == Image.MAX_IMAGE_PIXELS
    assert picture_size(tmp_path / "a.png", max_megapixels=1000) == (30000, 30000)


def test_the_limit_on_megapixels_counts_every_pixel(tmp_path: Path) -> None:
    path = picture_file(tmp_path / "a.png", (50, 40))
    assert read_picture(path, max_megapixels=0.002).width == 50
    assert "more than the 0.001999 allowed" in refusal(path, max_megapixels=0.001999)


def test_a_png_without_pixels_is_refused(tmp_path: Path, png_file) -> None:
    (tmp_path / "a.png").write_bytes(png_file(np.zeros((1, 1), np.uint8), 0, size=(0, 5)))
    refusal(tmp_path / "a.png")


@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "tif", "avif"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_size_is_that_of_the_upright_picture(tmp_path: Path, ending: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[274] = orientation
    path = picture_file(tmp_path / f"a.{ending}", (7, 5), exif=exif)
    picture = read_picture(path)
    assert picture_size(path) == (picture.width, picture.height) == ((7, 5) if orientation < 5 else (5, 7))


def test_the_size_needs_no_intact_pixels_and_finds_exif_behind_them(tmp_path: Path, png_file) -> None:
    exif = Image.Exif()
    exif[274] = 6
    levels = np.arange(105, dtype=np.uint8).reshape(5, 7, 3)
    (tmp_path / "a.png").write_bytes(png_file(levels, 2, after=[(b"eXIf", exif.tobytes()[6:])]))
    assert picture_size(tmp_path / "a.png") == (5, 7)
    np.testing.assert_array_equal(read_picture(tmp_path / "a.png").pixels * 255, np.rot90(levels, -1))


def test_a_broken_exif_block_is_as_good_as_none(tmp_path: Path) -> None:
    path = picture_file(tmp_path / "a.jpg", exif=b"Exif\0\0II*\0\xff\xff\xff\xff nonsense")
    assert picture_size(path) == (40, 30)
    assert read_picture(path).exif == {}


def test_threads_read_at_once_and_leave_the_warning_filters_alone(tmp_path: Path) -> None:
    paths = [picture_file(tmp_path / f"{k}.{ending}") for k in range(4) for ending in ("png", "jpg", "tif")]
    filters = list(warnings.filters)
    with ThreadPoolExecutor(4) as threads:
        assert {picture.width for picture in threads.map(read_picture, paths * 5)} == {40}
    assert warnings.filters == filters
