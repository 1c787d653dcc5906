"""Every kind of pixel becomes upright sRGB in [0, 1]."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms, features

from stylepipe.errors import PictureError
from stylepipe.media import read_mask, read_picture
from stylepipe.media.picture import Picture
from stylepipe.media.provenance import exif_bytes
from stylepipe.media.tiff import tiff_bytes

RANDOM = np.random.default_rng(7)
RGB = RANDOM.integers(0, 256, (5, 7, 3), dtype=np.uint8)
RGBA = RANDOM.integers(0, 256, (5, 7, 4), dtype=np.uint8)
DEEP = RANDOM.integers(0, 65536, (5, 7, 4), dtype=np.uint16)


def saved(path: Path, image: Image.Image | np.ndarray, **options) -> Path:
    (image if isinstance(image, Image.Image) else Image.fromarray(image)).save(path, **options)
    return path


def assert_levels(picture: Picture, levels: np.ndarray) -> None:
    """Check that pixels, and alpha when the levels have four channels, are exactly these."""
    assert picture.pixels.dtype == np.float32
    assert picture.pixels.flags.c_contiguous
    assert picture.bits == 8 * levels.itemsize
    highest = np.iinfo(levels.dtype).max
    np.testing.assert_array_equal(picture.pixels, levels[..., :3].astype(np.float32) / np.float32(highest))
    if levels.shape[2] == 4:
        np.testing.assert_array_equal(picture.alpha, levels[..., 3].astype(np.float32) / np.float32(highest))
    else:
        assert picture.alpha is None


@pytest.mark.parametrize("size", [(1, 1), (3, 3), (5, 7), (1, 9), (9, 1)])
@pytest.mark.parametrize("ending", ["png", "tif", "bmp", "webp"])
def test_eight_bits_come_exactly_at_any_size(tmp_path: Path, ending: str, size: tuple[int, int]) -> None:
    levels = RANDOM.integers(0, 256, (*size, 3), dtype=np.uint8)
    options = {"lossless": True} if ending == "webp" else {}
    assert_levels(read_picture(saved(tmp_path / f"a.{ending}", levels, **options)), levels)


def test_a_text_path_will_do(tmp_path: Path) -> None:
    assert read_picture(str(saved(tmp_path / "a.png", RGB))).width == 7


@pytest.mark.parametrize("ending", ["jpg", "avif"])
def test_lossy_formats_come_close(tmp_path: Path, ending: str) -> None:
    if ending == "avif" and not features.check("avif"):
        pytest.skip("this Pillow has no AVIF")
    smooth = np.zeros((32, 48, 3), np.uint8) + np.uint8([200, 120, 40])
    picture = read_picture(saved(tmp_path / f"a.{ending}", smooth, quality=95))
    np.testing.assert_allclose(picture.pixels * 255, smooth, atol=3)


def test_grey_and_one_bit_become_three_equal_channels(tmp_path: Path) -> None:
    grey = RGB[..., 0]
    assert_levels(read_picture(saved(tmp_path / "grey.png", grey)), np.repeat(grey[..., None], 3, axis=2))
    bits = Image.fromarray(grey).point(lambda level: 255 * (level > 127), mode="1")
    expected = np.repeat(np.where(grey > 127, 255, 0).astype(np.uint8)[..., None], 3, axis=2)
    assert_levels(read_picture(saved(tmp_path / "bits.png", bits)), expected)
    assert_levels(read_picture(saved(tmp_path / "bits.tif", bits)), expected)


@pytest.mark.parametrize("ending", ["png", "tif", "webp"])
def test_alpha_is_kept_apart_from_colours(tmp_path: Path, ending: str) -> None:
    options = {"lossless": True, "exact": True} if ending == "webp" else {}
    assert_levels(read_picture(saved(tmp_path / f"a.{ending}", RGBA, **options)), RGBA)


def test_grey_with_alpha_keeps_both(tmp_path: Path) -> None:
    pair = Image.merge("LA", [Image.fromarray(np.ascontiguousarray(RGBA[..., k])) for k in (0, 3)])
    assert_levels(read_picture(saved(tmp_path / "a.png", pair)), RGBA[..., [0, 0, 0, 3]])


def test_an_alpha_that_hides_nothing_is_none(tmp_path: Path) -> None:
    opaque = RGBA.copy()
    opaque[..., 3] = 255
    assert read_picture(saved(tmp_path / "a.png", opaque)).alpha is None


def test_a_palette_with_transparency_becomes_colours_and_alpha(tmp_path: Path) -> None:
    image = Image.new("P", (3, 1))
    image.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255])
    image.putdata([0, 1, 2])
    expected = np.uint8([[[255, 0, 0, 255], [0, 255, 0, 0], [0, 0, 255, 255]]])
    assert_levels(read_picture(saved(tmp_path / "one.png", image, transparency=1)), expected)
    assert_levels(read_picture(saved(tmp_path / "one.gif", image, transparency=1)), expected)
    soft = expected.copy()
    soft[0, :, 3] = [10, 200, 255]
    assert_levels(read_picture(saved(tmp_path / "soft.png", image, transparency=bytes([10, 200, 255]))), soft)
    assert_levels(read_picture(saved(tmp_path / "none.png", image)), expected[..., :3])


def test_one_transparent_colour_of_a_png_is_alpha(tmp_path: Path) -> None:
    red = tuple(int(level) for level in RGB[2, 3])
    alpha = read_picture(saved(tmp_path / "a.png", RGB, transparency=red)).alpha
    assert alpha is not None
    assert alpha[2, 3] == 0
    assert alpha.sum() == 34


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_premultiplied_alpha_is_undone(tmp_path: Path, kind: type[np.unsignedinteger]) -> None:
    highest = np.iinfo(kind).max
    colors, alpha = np.array([[[0.8, 0.4, 0.2]]]), np.array([[[0.5]]])
    levels = np.rint(np.concatenate([colors * alpha, alpha], axis=2) * highest).astype(kind)
    (tmp_path / "a.tif").write_bytes(tiff_bytes(levels, b"", {338: 1}))  # ExtraSamples: associated alpha
    picture = read_picture(tmp_path / "a.tif")
    np.testing.assert_allclose(picture.pixels, colors, atol=1.5 / highest)
    np.testing.assert_allclose(picture.alpha, alpha[..., 0], atol=1 / highest)


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("ending", ["png", "tiff"])
def test_sixteen_bits_stay_sixteen_bits(tmp_path: Path, ending: str, channels: int) -> None:
    order = {1: [0], 3: [2, 1, 0], 4: [2, 1, 0, 3]}[channels]
    assert cv2.imwrite(str(tmp_path / f"a.{ending}"), DEEP[..., order])
    expected = DEEP[..., {1: [0, 0, 0], 3: [0, 1, 2], 4: [0, 1, 2, 3]}[channels]]
    assert_levels(read_picture(tmp_path / f"a.{ending}"), expected)


def test_sixteen_bit_grey_with_alpha_and_transparent_levels_are_read(tmp_path: Path, png_file) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png_file(DEEP[..., [0, 3]], 4))
    assert_levels(read_picture(path), DEEP[..., [0, 0, 0, 3]])
    clear = DEEP[1, 2, :3].astype(">u2").tobytes()
    for levels, color, level in ((DEEP[..., :3], 2, clear), (DEEP[..., :1], 0, clear[:2])):
        path.write_bytes(png_file(levels, color, before=[(b"tRNS", level)]))
        picture = read_picture(path)
        assert picture.bits == 16
        assert picture.alpha is not None
        assert picture.alpha[1, 2] == 0
        assert picture.alpha.sum() == 34


def test_sixteen_bit_tiffs_of_either_byte_order_and_polarity_are_read(tmp_path: Path) -> None:
    grey = DEEP[..., 0]
    expected = np.repeat(grey[..., None], 3, axis=2)
    saved(tmp_path / "ii.tif", Image.fromarray(grey))
    assert_levels(read_picture(tmp_path / "ii.tif"), expected)
    saved(tmp_path / "mm.tif", Image.fromarray(grey.astype(">u2")))
    assert_levels(read_picture(tmp_path / "mm.tif"), expected)
    white_is_zero = bytearray((tmp_path / "ii.tif").read_bytes())
    place = white_is_zero.index(b"\x06\x01\x03\x00\x01\x00\x00\x00\x01")  # PhotometricInterpretation = 1
    white_is_zero[place + 8] = 0
    (tmp_path / "white.tif").write_bytes(white_is_zero)
    np.testing.assert_allclose(read_picture(tmp_path / "white.tif").pixels[..., 0], 1 - grey / 65535, atol=1e-7)


def test_floats_from_0_to_1_are_read_and_their_overshoot_is_clipped(tmp_path: Path) -> None:
    values = np.float32([[-0.05, 0.25, 1.05]])
    picture = read_picture(saved(tmp_path / "a.tif", values))
    np.testing.assert_array_equal(picture.pixels[0, :, 1], np.float32([0, 0.25, 1]))
    assert picture.bits == 16


@pytest.mark.parametrize("values", [[[0.0, 255.0]], [[-3.0, 1.0]], [[0.5, np.nan]], [[0.5, np.inf]]])
def test_floats_in_other_units_are_refused(tmp_path: Path, values: list[list[float]]) -> None:
    path = saved(tmp_path / "a.tif", np.float32(values))
    with pytest.raises(PictureError, match="where 0 should be black and 1 white"):
        read_picture(path)


def test_whole_numbers_of_32_bits_are_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.tif", np.int32([[5, 100000]]))
    with pytest.raises(PictureError, match="whole numbers of 32 bits"):
        read_picture(path)


@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "tif"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_all_eight_orientations_come_upright(tmp_path: Path, ending: str, orientation: int) -> None:
    upright = np.zeros((32, 48, 3), np.uint8)
    upright[:16, :24] = [250, 20, 20]  # four quarters, each of its own colour, tell every turn and mirror apart
    upright[:16, 24:] = [20, 250, 20]
    upright[16:, :24] = [20, 20, 250]
    stored = {  # EXIF 2.32, tag 274: where the stored row 0 and column 0 lie in the upright picture
        1: upright, 2: upright[:, ::-1], 3: upright[::-1, ::-1], 4: upright[::-1],
        5: upright.swapaxes(0, 1), 6: np.rot90(upright, 1),
        7: upright[::-1, ::-1].swapaxes(0, 1), 8: np.rot90(upright, -1),
    }[orientation]  # fmt: skip
    exif = Image.Exif()
    exif[274] = orientation
    options = {"webp": {"lossless": True}, "jpg": {"subsampling": 0}}.get(ending, {})
    path = saved(tmp_path / f"a.{ending}", np.ascontiguousarray(stored), exif=exif, **options)
    np.testing.assert_allclose(read_picture(path).pixels * 255, upright, atol=30)
    np.testing.assert_allclose(read_mask(path), read_picture(path).pixels @ [0.2126, 0.7152, 0.0722], atol=1e-6)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_sixteen_bit_pictures_are_turned_like_eight_bit_ones(tmp_path: Path, png_file, orientation: int) -> None:
    exif = Image.Exif()
    exif[274] = orientation
    deep, shallow = tmp_path / "deep.png", tmp_path / "shallow.png"
    deep.write_bytes(png_file(DEEP[..., :3], 2, before=[(b"eXIf", exif.tobytes()[6:])]))
    saved(shallow, (DEEP[..., :3] >> 8).astype(np.uint8), exif=exif)
    np.testing.assert_allclose(read_picture(deep).pixels, read_picture(shallow).pixels, atol=1 / 255)


def test_a_cmyk_jpeg_has_the_colours_that_pillow_gives_it(tmp_path: Path) -> None:
    inks = Image.fromarray(np.repeat(np.repeat(RGBA, 16, axis=0), 16, axis=1), "RGBA").convert("RGB").convert("CMYK")
    path = saved(tmp_path / "a.jpg", inks, quality=95)
    with Image.open(path) as image:
        assert image.mode == "CMYK"
        expected = np.asarray(image.convert("RGB"))
    np.testing.assert_array_equal(np.rint(read_picture(path).pixels * 255), expected)
    np.testing.assert_allclose(expected, np.asarray(inks.convert("RGB")), atol=40)


def test_a_white_cmyk_page_is_white(tmp_path: Path) -> None:
    for ending in ("jpg", "tif"):
        path = saved(tmp_path / f"a.{ending}", Image.new("CMYK", (16, 16), (0, 0, 0, 0)))
        assert read_picture(path).pixels.min() > 0.99


def test_a_lab_tiff_is_converted(tmp_path: Path) -> None:
    to_lab = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
    lab = ImageCms.applyTransform(Image.new("RGB", (4, 4), (200, 120, 40)), to_lab)
    np.testing.assert_allclose(read_picture(saved(tmp_path / "a.tif", lab)).pixels[0, 0] * 255, [200, 120, 40], atol=3)


def test_the_first_frame_stands_for_an_animation(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (4, 4), color) for color in ("red", "blue")]
    for ending in ("gif", "png", "webp"):
        frames[0].save(tmp_path / f"a.{ending}", save_all=True, append_images=frames[1:], duration=100)
        np.testing.assert_allclose(read_picture(tmp_path / f"a.{ending}").pixels[0, 0], [1, 0, 0], atol=0.02)


def test_the_makers_name_is_kept_and_the_place_is_not(tmp_path: Path) -> None:
    tags = {0x013B: "José Ñandú".encode(), 0x8298: b"(c) 2020\0\x07", 0x8769: {0x9003: "2020:02:03 04:05:06"}}
    tags[0x8825] = {1: "N"}
    for ending in ("jpg", "png", "webp"):
        saved(tmp_path / f"a.{ending}", RGB, exif=b"Exif\0\0" + exif_bytes(tags))
    (tmp_path / "a.tif").write_bytes(tiff_bytes(RGB, b"", tags))
    for path in tmp_path.iterdir():
        kept = read_picture(path).exif
        assert kept == {"artist": "José Ñandú", "copyright": "(c) 2020", "taken": "2020:02:03 04:05:06"}


def test_a_mask_is_grey_as_it_stands(tmp_path: Path, grey_profile: bytes) -> None:
    grey = RGB[..., 0]
    for options in ({}, {"icc_profile": grey_profile}):
        mask = read_mask(saved(tmp_path / "a.png", grey, **options))
        assert mask.dtype == np.float32
        np.testing.assert_array_equal(mask, grey.astype(np.float32) / np.float32(255))


def test_a_mask_of_sixteen_bits_keeps_them(tmp_path: Path) -> None:
    np.testing.assert_array_equal(read_mask(saved(tmp_path / "a.png", DEEP[..., 0])), DEEP[..., 0] / np.float32(65535))


def test_colours_of_a_mask_count_by_their_luma(tmp_path: Path) -> None:
    colors = np.uint8([[[255, 255, 255], [0, 255, 0], [0, 0, 0]]])
    np.testing.assert_allclose(read_mask(saved(tmp_path / "a.png", colors)), [[1, 0.7152, 0]], atol=1e-6)


def test_a_cut_out_is_a_mask_by_its_transparency(tmp_path: Path) -> None:
    np.testing.assert_array_equal(read_mask(saved(tmp_path / "a.png", RGBA)), RGBA[..., 3] / np.float32(255))


def test_a_palette_is_a_mask_too(tmp_path: Path) -> None:
    palette = Image.fromarray(RGB).quantize(4)
    expected = np.asarray(palette.convert("RGB")) / 255 @ [0.2126, 0.7152, 0.0722]
    np.testing.assert_allclose(read_mask(saved(tmp_path / "a.png", palette)), expected, atol=1e-6)
