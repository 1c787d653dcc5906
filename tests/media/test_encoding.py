"""What is written can be read back, to the last bit where the format allows."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms

from stylepipe.errors import UnpaintableError, UsageError
from stylepipe.media import Picture, encode_picture, read_picture
from stylepipe.media.color import srgb_profile

SIZES = [(1, 1), (3, 3), (5, 7), (1, 64), (64, 1), (130, 3)]
FORMATS = ("png", "jpg", "webp", "tiff")
DEPTHS = [*((format, 8) for format in FORMATS), ("png", 16), ("tiff", 16)]
RECIPE = {"content": "cat.jpg", "iterations": 300, "losses": [1.5, 0.25]}


def random_picture(height: int, width: int, *, bits: int = 8, alpha: bool = False) -> Picture:
    highest = 2**bits - 1
    levels = np.random.default_rng(height * width).integers(0, highest + 1, (height, width, 4))
    shares = levels.astype(np.float32) / np.float32(highest)
    return Picture(np.ascontiguousarray(shares[..., :3]), shares[..., 3] if alpha else None)


def read_back(path: Path, picture: Picture, **options) -> Picture:
    path.write_bytes(encode_picture(picture, **options))
    return read_picture(path)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("alpha", [False, True])
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("format", ["png", "tiff"])
def test_every_level_comes_back(tmp_path: Path, format: str, bits: int, alpha: bool, size: tuple[int, int]) -> None:
    picture = random_picture(*size, bits=bits, alpha=alpha)
    again = read_back(tmp_path / "a", picture, format=format, bits=bits)
    assert again.bits == bits
    np.testing.assert_array_equal(again.pixels, picture.pixels)
    if alpha:
        np.testing.assert_array_equal(again.alpha, picture.alpha)
    else:
        assert again.alpha is None


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("alpha", [False, True])
def test_webp_is_lossless_at_quality_100(tmp_path: Path, size: tuple[int, int], alpha: bool) -> None:
    picture = random_picture(*size, alpha=alpha)
    again = read_back(tmp_path / "a.webp", picture, format="webp", quality=100)
    np.testing.assert_array_equal(again.pixels, picture.pixels)
    np.testing.assert_array_equal(again.alpha, picture.alpha)


@pytest.mark.parametrize("format", ["jpg", "webp"])
@pytest.mark.parametrize("size", SIZES)
def test_lossy_formats_take_every_size(tmp_path: Path, format: str, size: tuple[int, int]) -> None:
    assert read_back(tmp_path / "a", random_picture(*size), format=format).pixels.shape == (*size, 3)


@pytest.mark.parametrize("format", ["png", "tiff"])
def test_other_libraries_read_the_same_sixteen_bits(format: str) -> None:
    picture = random_picture(70, 9, bits=16, alpha=True)
    encoded = encode_picture(picture, format=format, bits=16, provenance=RECIPE)
    levels = cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_UNCHANGED)
    np.testing.assert_array_equal(levels[..., 2::-1] / np.float32(65535), picture.pixels)
    with Image.open(BytesIO(encoded)) as image:
        np.testing.assert_allclose(np.asarray(image)[..., :3] / 255, picture.pixels, atol=1 / 255)


def test_levels_are_rounded_to_the_nearest_and_clipped(tmp_path: Path) -> None:
    pixels = np.float32([[[99.6 / 255, 100.4 / 255, 1.2], [-0.5, 254.6 / 255, 0.4 / 255]]])
    again = read_back(tmp_path / "a.png", Picture(pixels), format="png")
    np.testing.assert_array_equal(np.rint(again.pixels * 255), [[[100, 100, 255], [0, 255, 0]]])


@pytest.mark.parametrize(("format", "bits"), DEPTHS)
def test_every_file_says_that_it_is_srgb(format: str, bits: int) -> None:
    with Image.open(BytesIO(encode_picture(random_picture(4, 4), format=format, bits=bits))) as image:
        assert image.info["icc_profile"] == srgb_profile()
        assert "sRGB" in ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(BytesIO(image.info["icc_profile"])))


@pytest.mark.parametrize("format", FORMATS)
def test_equal_pictures_are_equal_bytes(format: str) -> None:
    pictures = [replace(random_picture(20, 30, alpha=True), exif={"artist": "Ada"}) for _ in range(2)]
    first, second = (encode_picture(picture, format=format, provenance=RECIPE) for picture in pictures)
    assert first == second


def test_a_jpeg_keeps_its_colours_at_full_resolution(tmp_path: Path) -> None:
    stripes = np.zeros((16, 16, 3), np.float32)
    stripes[:, ::2, 0] = stripes[:, 1::2, 2] = 1
    encoded = encode_picture(Picture(stripes), format="jpg", quality=100)
    with Image.open(BytesIO(encoded)) as image:
        assert {layer[1:3] for layer in image.layer} == {(1, 1)}
    np.testing.assert_allclose(read_back(tmp_path / "a.jpg", Picture(stripes), format="jpg").pixels, stripes, atol=0.05)


def test_quality_makes_files_larger() -> None:
    picture = random_picture(64, 64)
    for format in ("jpg", "webp"):
        assert len(encode_picture(picture, format=format, quality=30)) < len(encode_picture(picture, format=format))


def test_a_transparent_picture_is_laid_on_white_for_jpeg(tmp_path: Path) -> None:
    alpha = np.zeros((32, 32), np.float32)
    alpha[:, 16:] = 0.5
    again = read_back(tmp_path / "a.jpg", Picture(np.zeros((32, 32, 3), np.float32), alpha), format="jpg")
    np.testing.assert_allclose(again.pixels[:, 4], 1, atol=0.02)
    np.testing.assert_allclose(again.pixels[:, 28], 0.5, atol=0.02)


@pytest.mark.parametrize("format", FORMATS)
def test_names_and_date_survive_and_nothing_else_is_said_without_a_recipe(tmp_path: Path, format: str) -> None:
    exif = {"artist": "José Ñandú", "copyright": "© 2020 J. Ñ.", "taken": "2020:02:03 04:05:06"}
    path = tmp_path / f"a.{format}"
    assert read_back(path, replace(random_picture(4, 4), exif=exif), format=format).exif == exif
    with Image.open(path) as image:
        assert 0x0131 not in image.getexif()
        assert not image.getexif().get_ifd(0x8825)
    assert read_back(path, random_picture(4, 4), format=format).exif == {}
    assert b"Exif" not in path.read_bytes()
    assert b"EXIF" not in path.read_bytes()


@pytest.mark.parametrize("format", ["jpg", "webp"])
def test_sixteen_bits_in_a_format_of_eight_are_refused(format: str) -> None:
    with pytest.raises(UsageError, match="only 8 bits"):
        encode_picture(random_picture(2, 2), format=format, bits=16)


def test_what_does_not_exist_is_refused() -> None:
    picture = random_picture(2, 2)
    for options in ({"format": "bmp"}, {"format": "png", "bits": 12}, {"format": "jpg", "quality": 0}):
        with pytest.raises(UsageError, match="choose"):
            encode_picture(picture, **options)


@pytest.mark.parametrize(("format", "side"), [("webp", 16384), ("jpg", 65501)])
def test_a_side_that_the_format_cannot_hold_is_refused(format: str, side: int) -> None:
    with pytest.raises(UnpaintableError, match=f"at most {side - 1} pixels a side"):
        encode_picture(Picture(np.zeros((1, side, 3), np.float32)), format=format)
    assert encode_picture(Picture(np.zeros((1, side - 1, 3), np.float32)), format=format)


def test_pixels_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(UnpaintableError, match="no numbers"):
        encode_picture(Picture(np.full((2, 2, 3), np.nan, np.float32)), format="png")
