"""Small pictures of pictures and clips."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stylepipe.errors import ClipError, PictureError
from stylepipe.media import small_frame, small_picture

from ..conftest import save_picture


def test_a_photograph_is_small_and_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise
    Image.linear_gradient("L").resize((900, 300)).save(tmp_path / "a.jpg", exif=exif)
    picture = small_picture(tmp_path / "a.jpg", 90)
    assert (picture.width, picture.height) == (30, 90)
    assert picture.pixels[:, 0].mean() > picture.pixels[:, -1].mean()  # its top, which was black, is at the right


def test_a_small_picture_stays_as_it_is_and_keeps_its_transparency(tmp_path: Path) -> None:
    Image.new("RGBA", (8, 4), (255, 0, 0, 128)).save(tmp_path / "a.png")
    picture = small_picture(tmp_path / "a.png", 90)
    assert (picture.width, picture.height) == (8, 4)
    assert picture.alpha is not None
    assert picture.alpha.mean() == pytest.approx(128 / 255)


def test_a_clip_shows_its_first_frame(encode: Callable[..., Path], moving: np.ndarray) -> None:
    frame = small_frame(encode("walk.mp4", moving), 48)
    assert (frame.width, frame.height) == (48, 32)
    expected = moving[0].reshape(32, 2, 48, 2, 3).mean((1, 3)) / 255
    assert np.abs(frame.pixels - expected).max() < 0.03


def test_so_do_folders_of_frames_and_animations(tmp_path: Path) -> None:
    for number in (1, 2):
        save_picture(tmp_path / "walk" / f"{number:02}.png", seed=number)
    first, second = (Image.open(tmp_path / "walk" / f"{number:02}.png") for number in (1, 2))
    first.save(tmp_path / "walk.gif", save_all=True, append_images=[second], duration=100)
    expected = small_picture(tmp_path / "walk" / "01.png", 20).pixels
    np.testing.assert_array_equal(small_frame(tmp_path / "walk", 20).pixels, expected)
    assert np.abs(small_frame(tmp_path / "walk.gif", 20).pixels - expected).mean() < 0.1


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("no picture")
    with pytest.raises(PictureError):
        small_picture(tmp_path / "a.png", 20)
    with pytest.raises(ClipError):
        small_frame(tmp_path / "a.png", 20)
