"""Small pictures beside the page."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PIL import Image

from stylepipe.report.thumbnails import Small, embedded, first_frames, keep_in

from ..conftest import save_picture


def small(path: Path, **options: object) -> Small:
    return Small(path, hashlib.sha256(path.read_bytes()).hexdigest(), **options)  # type: ignore[arg-type]


def test_a_picture_of_another_content_than_was_painted_from_is_not_shown(tmp_path: Path) -> None:
    wanted = small(save_picture(tmp_path / "a.png"))
    save_picture(tmp_path / "a.png", seed=1)
    assert wanted.encoded() is None
    assert keep_in(tmp_path / "thumbs", [wanted]) == set()


def test_a_picture_that_is_gone_or_damaged_costs_only_itself(tmp_path: Path) -> None:
    good, gone = small(save_picture(tmp_path / "a.png")), Small(tmp_path / "b.png", "b" * 64)
    (tmp_path / "c.png").write_text("no picture")
    assert keep_in(tmp_path / "thumbs", [good, gone, small(tmp_path / "c.png")]) == {good.name}
    assert set(embedded([good, gone])) == {good.name}


def test_each_is_made_once_and_as_large_as_was_asked_for(tmp_path: Path) -> None:
    wanted = small(save_picture(tmp_path / "a.png", 400, 200), longest=100)
    assert keep_in(tmp_path / "thumbs", [wanted, wanted]) == {wanted.name}
    file = tmp_path / "thumbs" / wanted.name
    with Image.open(file) as made:
        assert made.size == (100, 50)
    before = file.stat().st_mtime_ns
    assert keep_in(tmp_path / "thumbs", [wanted, wanted.of_size(50)]) == {wanted.name, wanted.of_size(50).name}
    assert file.stat().st_mtime_ns == before


def test_frames_of_a_folder_have_names_of_their_own(tmp_path: Path) -> None:
    for number in range(3):
        save_picture(tmp_path / f"frame_{number}.png", seed=number)
    frames = first_frames(tmp_path, "ab" * 32, 2, 320)
    assert [frame.path.name for frame in frames] == ["frame_0.png", "frame_1.png"]
    assert len({frame.name for frame in frames}) == 2
    assert first_frames(tmp_path / "none", "ab" * 32, 2, 320) == []
