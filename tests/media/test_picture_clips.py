"""Folders of numbered frames and animations as clips."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stylepipe.errors import ClipError
from stylepipe.media.clip_formats import clip_format
from stylepipe.media.picture_clips import numbered_frames, picture_frames
from stylepipe.media.probe import probe_clip


def folder(
    path: Path, numbers: range | list[int], name: str = "frame_{:05d}.png", size: tuple[int, int] = (8, 6)
) -> Path:
    path.mkdir(exist_ok=True)
    for number in numbers:
        Image.new("RGB", size, (number, 0, 50)).save(path / name.format(number))
    return path


def read(path: Path, first: int = 0, **options) -> list[tuple[np.ndarray, int, bool]]:
    return list(picture_frames(probe_clip(path, **options), 200, first))


def test_numbered_frames_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    path = folder(tmp_path / "f", range(8, 13), "f{}.png")
    assert [int(levels[0, 0, 0]) for levels, _, _ in read(path)] == [8, 9, 10, 11, 12]
    assert [int(levels[0, 0, 0]) for levels, _, _ in read(path, 3)] == [11, 12]


def test_a_folder_is_timed_by_the_rate_that_is_asked_for(tmp_path: Path) -> None:
    path = folder(tmp_path / "f", range(3))
    assert probe_clip(path).time_base == Fraction(1, 25)
    header = probe_clip(path, rate=Fraction(30000, 1001))
    assert header.time_base == Fraction(1001, 30000)
    assert header.nominal_rate == Fraction(30000, 1001)
    assert (header.width, header.height, header.kind) == (8, 6, "frames")


def test_other_files_in_the_folder_do_not_matter(tmp_path: Path) -> None:
    path = folder(tmp_path / "f", range(2))
    for name in ("notes.txt", ".frame_00007.png", "cover.png", "00009.txt"):
        (path / name).write_bytes(b"x")
    assert len(numbered_frames(path)) == 2


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        ([1, 2, 4], "frame 3 is missing between frame_00002.png and frame_00004.png"),
        ([1, 2, 9], "frames 3 to 8 are missing between frame_00002.png and frame_00009.png"),
        ([], "holds no numbered frames: name them such as frame_00001.png"),
    ],
)
def test_a_gap_is_one_clear_sentence(tmp_path: Path, numbers: list[int], sentence: str) -> None:
    path = folder(tmp_path / "f", numbers)
    with pytest.raises(ClipError) as caught:
        probe_clip(path)
    assert sentence in str(caught.value)
    assert str(caught.value).startswith(str(path))


def test_two_series_in_one_folder_and_a_number_twice_are_refused(tmp_path: Path) -> None:
    path = folder(tmp_path / "f", range(2))
    folder(path, [1], "frame_{}.png")
    with pytest.raises(ClipError, match="has the number 1 twice"):
        probe_clip(path)
    folder(path, range(2), "mask_{}.png")
    with pytest.raises(ClipError, match=r"more than one series of frames \(frame_\*.png and mask_\*.png\)"):
        probe_clip(path)


def test_frames_of_another_size_are_refused_by_name(tmp_path: Path) -> None:
    path = folder(tmp_path / "f", range(3))
    folder(path, [3], size=(9, 6))
    with pytest.raises(ClipError, match=r"frame_00003.png is 9 x 6, but the clip's first frame is 8 x 6 \(frame 3\)"):
        read(path)


def test_a_damaged_frame_is_named(tmp_path: Path) -> None:
    path = folder(tmp_path / "f", range(3))
    (path / "frame_00001.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    with pytest.raises(ClipError, match=r"frame_00001.png"):
        read(path)


def test_the_limit_on_megapixels_holds(tmp_path: Path) -> None:
    with pytest.raises(ClipError, match="more than the"):
        probe_clip(folder(tmp_path / "f", range(2)), max_megapixels=47e-6)


@pytest.mark.parametrize("ending", ["gif", "png", "webp"])
def test_an_animations_frames_come_with_their_delays(tmp_path: Path, ending: str) -> None:
    frames = [Image.new("RGB", (8, 6), color) for color in ("red", "lime", "blue")]
    options = {"lossless": True} if ending == "webp" else {}
    path = tmp_path / f"a.{ending}"
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=[40, 100, 250], **options)
    assert clip_format(path).kind == "animation"
    seen = read(path)
    assert [ticks for _, ticks, _ in seen] == [40, 100, 250]
    assert [levels[3, 4].tolist() for levels, _, _ in seen] == [[255, 0, 0], [0, 255, 0], [0, 0, 255]]
    assert all(levels.dtype == np.uint8 for levels, _, _ in seen)
    assert probe_clip(path).time_base == Fraction(1, 1000)


def test_what_is_transparent_is_laid_over_white(tmp_path: Path) -> None:
    frames = [Image.new("RGBA", (4, 4), (200, 0, 0, level)) for level in (255, 0)]
    frames[0].save(tmp_path / "a.png", save_all=True, append_images=frames[1:], duration=100, disposal=1)
    (opaque, _, first), (clear, _, second) = read(tmp_path / "a.png")
    assert (opaque[0, 0].tolist(), clear[0, 0].tolist()) == ([200, 0, 0], [255, 255, 255])
    assert (first, second) == (False, True)
