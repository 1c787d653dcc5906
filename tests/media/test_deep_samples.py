"""OpenCV reads 16 bits, silently."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from stylepipe.media import read_picture
from stylepipe.media.tiff import tiff_bytes

DEEP = np.random.default_rng(2).integers(0, 65536, (5, 7, 4), dtype=np.uint16)


def test_opencv_complains_to_nobody(tmp_path: Path, capfd) -> None:
    cv2.imwrite(str(tmp_path / "a.tiff"), DEEP)  # OpenCV's own RGBA files make its own reader complain
    capfd.readouterr()
    assert read_picture(tmp_path / "a.tiff").bits == 16
    assert capfd.readouterr() == ("", "")


def test_where_opencv_gives_up_eight_bits_must_do(tmp_path: Path, png_file, capfd) -> None:
    whole = png_file(DEEP, 6)
    (tmp_path / "a.png").write_bytes(whole[:-12])  # without its end mark, which Pillow does not miss
    picture = read_picture(tmp_path / "a.png")
    np.testing.assert_allclose(picture.pixels, DEEP[..., :3] / 65535, atol=1 / 255)
    assert picture.bits in (8, 16)
    assert capfd.readouterr() == ("", "")


def test_a_fourth_channel_without_meaning_is_no_alpha(tmp_path: Path) -> None:
    (tmp_path / "a.tif").write_bytes(tiff_bytes(DEEP, b"", {338: 0}))
    picture = read_picture(tmp_path / "a.tif")
    assert picture.alpha is None
    np.testing.assert_array_equal(picture.pixels, DEEP[..., :3] / np.float32(65535))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_deep_tiff_is_turned_like_a_shallow_one(tmp_path: Path, orientation: int) -> None:
    (tmp_path / "deep.tif").write_bytes(tiff_bytes(DEEP, b"", {274: orientation}))
    (tmp_path / "shallow.tif").write_bytes(tiff_bytes((DEEP >> 8).astype(np.uint8), b"", {274: orientation}))
    deep, shallow = read_picture(tmp_path / "deep.tif"), read_picture(tmp_path / "shallow.tif")
    np.testing.assert_allclose(deep.pixels, shallow.pixels, atol=1 / 255)
    np.testing.assert_allclose(deep.alpha, shallow.alpha, atol=1 / 255)


def test_colours_under_full_transparency_stay(tmp_path: Path) -> None:
    levels = DEEP.copy()
    levels[..., 3] = 0
    (tmp_path / "a.tif").write_bytes(tiff_bytes(levels, b"", {}))
    np.testing.assert_array_equal(read_picture(tmp_path / "a.tif").pixels, levels[..., :3] / np.float32(65535))


def test_sixteen_bit_inks_are_read_at_eight(tmp_path: Path) -> None:
    inks = tiff_bytes(DEEP, b"", {262: 5})  # PhotometricInterpretation: CMYK
    extra_samples, private = (number.to_bytes(2, "little") + b"\x03\0\x01\0\0\0" for number in (338, 65000))
    (tmp_path / "a.tif").write_bytes(inks.replace(extra_samples, private))
    picture = read_picture(tmp_path / "a.tif")
    assert (picture.bits, picture.alpha) == (8, None)
    expected = Image.fromarray((DEEP >> 8).astype(np.uint8)).copy()
    cmyk = Image.merge("CMYK", expected.split()).convert("RGB")
    np.testing.assert_allclose(picture.pixels * 255, np.asarray(cmyk), atol=1)
