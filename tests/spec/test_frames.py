from __future__ import annotations

from pathlib import Path

import pytest

from stylepipe.spec.frames import frames_in, is_image_name


def test_frames_are_the_images_whose_names_end_in_a_number_in_its_order(tmp_path: Path):
    for name in ("f_10.png", "f_9.PNG", "f_11.jpg", "cover.png", "notes1.txt", ".f_12.png", "8"):
        (tmp_path / name).touch()
    assert [(frame.stem, frame.number, frame.path.name) for frame in frames_in(tmp_path)] == [
        ("f_", 9, "f_9.PNG"), ("f_", 10, "f_10.png"), ("f_", 11, "f_11.jpg")
    ]  # fmt: skip


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path):
    with pytest.raises(OSError, match="No such file"):
        frames_in(tmp_path / "gone")


def test_images_are_known_by_their_suffix_and_hidden_files_are_none():
    assert is_image_name(Path("a/b.JPG"))
    assert not is_image_name(Path("a/.b.jpg"))
    assert not is_image_name(Path("a/b.mp4"))
