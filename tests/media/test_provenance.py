"""The recipe travels inside the file, the place where the photograph was taken does not."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from stylepipe.errors import PictureError
from stylepipe.media import Picture, encode_picture, read_picture, read_provenance

FORMATS = ("png", "jpg", "webp", "tiff")
DEPTHS = [*((format, 8) for format in FORMATS), ("png", 16), ("tiff", 16)]
RECIPE = {
    "stylepipe": "0.1.0",
    "content": {"name": "Kätzchen.jpg", "sha256": "ab" * 32},
    "styles": [{"name": "星月夜.png", "weight": 0.7}],
    "settings": {"style_weight": 50.0, "seed": 2**62, "init": None, "quote": 'a "b" \\ \n c'},
}
PICTURE = Picture(np.linspace(0, 1, 4 * 5 * 3, dtype=np.float32).reshape(4, 5, 3))


@pytest.mark.parametrize(("format", "bits"), DEPTHS)
def test_a_recipe_comes_back_from_every_format(tmp_path: Path, format: str, bits: int) -> None:
    path = tmp_path / f"a.{format}"
    path.write_bytes(encode_picture(PICTURE, format=format, bits=bits, provenance=RECIPE))
    assert read_provenance(path) == RECIPE
    with Image.open(path) as image:
        assert image.getexif()[0x0131] == "stylepipe"


def test_a_recipe_and_the_makers_name_go_together(tmp_path: Path) -> None:
    exif = {"artist": "Ada", "taken": "2020:02:03 04:05:06"}
    for format in FORMATS:
        path = tmp_path / f"a.{format}"
        path.write_bytes(encode_picture(replace(PICTURE, exif=exif), format=format, provenance=RECIPE))
        assert read_provenance(path) == RECIPE
        assert read_picture(path).exif == exif


def test_the_recipe_of_a_png_can_be_read_with_any_program(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(encode_picture(PICTURE, format="png", provenance={"seed": 7}))
    with Image.open(tmp_path / "a.png") as image:
        image.load()
        assert image.text == {"stylepipe": '{"seed":7}'}


def test_an_ordinary_picture_has_no_recipe(tmp_path: Path) -> None:
    for name in ("a.png", "a.jpg", "a.webp", "a.tif", "a.gif", "a.bmp"):
        Image.new("RGB", (4, 4)).save(tmp_path / name)
        assert read_provenance(tmp_path / name) is None


@pytest.mark.parametrize("text", ["", "no json", "[1, 2]", '"text"', "{", "[" * 100000, "null"])
def test_a_recipe_that_is_none_is_not_believed(tmp_path: Path, text: str) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_itxt("stylepipe", text)
    Image.new("RGB", (4, 4)).save(tmp_path / "a.png", pnginfo=info)
    assert read_provenance(tmp_path / "a.png") is None


@pytest.mark.parametrize(
    "comment", [b"", b"hello", b"ASCII\0\0\0hello", b"UNICODE\0\xff\xfe", b'ASCII\0\0\0{"a":1}', 5]
)
def test_other_peoples_comments_are_no_recipes(tmp_path: Path, comment: bytes | int) -> None:
    exif = Image.Exif()
    exif[0x8769] = {0x9286: comment}
    Image.new("RGB", (4, 4)).save(tmp_path / "a.jpg", exif=exif)
    assert read_provenance(tmp_path / "a.jpg") is None


def test_a_compressed_text_bomb_does_not_fill_the_memory(tmp_path: Path, png_file) -> None:
    bomb = b"stylepipe\0\1\0\0\0" + zlib.compress(b'{"a":"' + b"a" * 10**8 + b'"}')
    (tmp_path / "a.png").write_bytes(png_file(np.zeros((1, 1), np.uint8), 0, before=[(b"iTXt", bomb)]))
    with pytest.raises(PictureError, match="damaged"):
        read_provenance(tmp_path / "a.png")


def test_a_recipe_too_long_for_a_jpeg_is_left_out_and_the_name_stays(tmp_path: Path) -> None:
    long = {"losses": "x" * 70000}
    for format, expected in (("jpg", None), ("png", long), ("webp", long), ("tiff", long)):
        path = tmp_path / f"a.{format}"
        path.write_bytes(encode_picture(replace(PICTURE, exif={"artist": "Ada"}), format=format, provenance=long))
        assert read_provenance(path) == expected
        assert read_picture(path).exif == {"artist": "Ada"}


def test_the_longest_recipe_that_fits_into_a_jpeg_is_kept(tmp_path: Path) -> None:
    kept = []
    for length in range(65350, 65500):
        (tmp_path / "a.jpg").write_bytes(encode_picture(PICTURE, format="jpg", provenance={"n": "x" * length}))
        kept.append(read_provenance(tmp_path / "a.jpg") is not None)
    assert kept == sorted(kept, reverse=True)
    assert set(kept) == {True, False}


def test_where_a_photograph_was_taken_is_never_written(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x013B] = "Ada"
    exif[0x8825] = {1: "N", 2: (52.0, 31.0, 12.345)}
    Image.new("RGB", (4, 4)).save(tmp_path / "in.jpg", exif=exif)
    picture = read_picture(tmp_path / "in.jpg")
    for format in FORMATS:
        path = tmp_path / f"a.{format}"
        path.write_bytes(encode_picture(picture, format=format, provenance=RECIPE))
        assert struct.pack("<H", 0x8825) not in path.read_bytes()
        with Image.open(path) as image:
            assert not image.getexif().get_ifd(0x8825)


def test_a_file_that_is_no_picture_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("hello")
    with pytest.raises(PictureError, match="is no picture"):
        read_provenance(tmp_path / "a.png")
