"""Animations, frame by frame, as a browser shows them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, features

from stylepipe.errors import PictureError
from stylepipe.media import is_animation, read_animation, read_picture

ENDINGS = ("gif", "webp", "png", *(("avif",) if features.check("avif") else ()))
COLORS = ((255, 0, 0), (0, 255, 0), (0, 0, 255))


def animated(path: Path, size: tuple[int, int] = (9, 6), **options) -> Path:
    frames = [Image.new("RGB", size, color) for color in COLORS]
    lossless = {"lossless": True} if path.suffix == ".webp" else {}
    settings = {"duration": [40, 100, 250], "loop": 0} | lossless | options
    frames[0].save(path, save_all=True, append_images=frames[1:], **settings)
    return path


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_frame_comes_with_its_time(tmp_path: Path, ending: str) -> None:
    path = animated(tmp_path / f"a.{ending}")
    assert is_animation(path)
    frames = list(read_animation(path))
    assert [seconds for _, seconds in frames] == pytest.approx([0.04, 0.1, 0.25])
    for (picture, _), color in zip(frames, COLORS, strict=True):
        assert picture.pixels.shape == (6, 9, 3)
        assert picture.alpha is None
        np.testing.assert_allclose(picture.pixels[3, 4] * 255, color, atol=3)


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_first_frame_is_what_read_picture_gives(tmp_path: Path, ending: str) -> None:
    path = animated(tmp_path / f"a.{ending}")
    np.testing.assert_array_equal(next(read_animation(path))[0].pixels, read_picture(path).pixels)


def test_frames_that_ask_for_no_time_are_shown_as_long_as_browsers_show_them(tmp_path: Path) -> None:
    path = animated(tmp_path / "a.gif", duration=[10, 20, 30])
    assert [seconds for _, seconds in read_animation(path)] == pytest.approx([0.1, 0.02, 0.03])


def test_a_frame_that_changes_a_corner_comes_as_the_whole_picture(tmp_path: Path) -> None:
    first = Image.new("RGB", (8, 8), "red")
    second = first.copy()
    second.putpixel((7, 7), (0, 0, 255))
    first.save(tmp_path / "a.gif", save_all=True, append_images=[second], duration=100)
    picture = list(read_animation(tmp_path / "a.gif"))[1][0]
    np.testing.assert_array_equal(picture.pixels[0, 0], [1, 0, 0])
    np.testing.assert_array_equal(picture.pixels[7, 7], [0, 0, 1])


def test_transparency_of_frames_is_kept(tmp_path: Path) -> None:
    frames = [Image.new("RGBA", (4, 4), (200, 0, 0, level)) for level in (255, 0)]
    frames[0].save(tmp_path / "a.png", save_all=True, append_images=frames[1:], duration=100, disposal=1)
    opaque, clear = [picture.alpha for picture, _ in read_animation(tmp_path / "a.png")]
    assert opaque is None
    assert clear is not None
    assert clear.max() == 0


def test_the_stand_in_of_an_apng_is_no_frame(tmp_path: Path) -> None:
    still = Image.new("RGB", (4, 4), "white")
    frames = [Image.new("RGB", (4, 4), color) for color in COLORS]
    still.save(tmp_path / "a.png", save_all=True, default_image=True, append_images=frames, duration=50)
    shown = [picture.pixels[0, 0].tolist() for picture, _ in read_animation(tmp_path / "a.png")]
    assert shown == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]


@pytest.mark.parametrize("orientation", [3, 6])
def test_frames_come_upright(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[274] = orientation
    path = animated(tmp_path / "a.webp", exif=exif)
    for picture, _ in read_animation(path):
        assert (picture.width, picture.height) == ((9, 6) if orientation == 3 else (6, 9))


def test_still_images_are_no_animations_but_one_frame(tmp_path: Path) -> None:
    for name in ("a.gif", "a.png", "a.jpg", "a.tif"):
        Image.new("RGB", (4, 4), "red").save(tmp_path / name)
        assert not is_animation(tmp_path / name)
        assert len(list(read_animation(tmp_path / name))) == 1


def test_pages_of_a_tiff_do_not_move(tmp_path: Path) -> None:
    path = animated(tmp_path / "a.tif")
    assert not is_animation(path)
    assert len(list(read_animation(path))) == 1


def test_an_animation_may_be_left_half_way(tmp_path: Path) -> None:
    frames = read_animation(animated(tmp_path / "a.gif"))
    next(frames)
    frames.close()


def test_a_missing_animation_is_named(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="does not exist"):
        is_animation(tmp_path / "a.gif")
    with pytest.raises(PictureError, match="does not exist"):
        next(read_animation(tmp_path / "a.gif"))


@pytest.mark.parametrize("ending", ["gif", "png"])
def test_an_animation_cut_short_gives_its_whole_frames_then_says_so(tmp_path: Path, ending: str) -> None:
    random = np.random.default_rng(0)
    frames = [Image.fromarray(random.integers(0, 256, (64, 64, 3), dtype=np.uint8)) for _ in range(4)]
    path = tmp_path / f"a.{ending}"
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=100)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 5 // 8])
    animation = read_animation(path)
    assert [next(animation)[0].width for _ in range(2)] == [64, 64]
    with pytest.raises(PictureError, match="cut short or damaged"):
        list(animation)


def test_the_limit_on_megapixels_holds_for_animations(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="more than the"):
        next(read_animation(animated(tmp_path / "a.gif"), max_megapixels=53e-6))
    assert len(list(read_animation(animated(tmp_path / "a.gif"), max_megapixels=54e-6))) == 3
