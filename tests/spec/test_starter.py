"""A first job file can be read and planned whatever lies in the folder, and shows what is common at its default."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from stylepipe import load_spec
from stylepipe.spec.describe import setting_rows
from stylepipe.spec.document import Output
from stylepipe.spec.expand import expand
from stylepipe.spec.items import Item
from stylepipe.spec.settings import Settings
from stylepipe.spec.starter import COMMON, COMMON_OF_CLIPS, starter_text
from stylepipe.spec.surroundings import guess_roles, look_around


def lay(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix.lower() == ".mp4":
            path.write_bytes(b"clip")
        else:
            Image.new("RGB", (8, 8)).save(path)


def write(folder: Path) -> Path:
    file = folder / "job.yaml"
    guesses = guess_roles(look_around(folder, results_hold=".stylepipe"))
    file.write_text(starter_text("job.yaml", guesses, "out"), encoding="utf-8")
    return file


def items(folder: Path) -> list[Item]:
    return expand(load_spec(write(folder)))


def names(folder: Path) -> set[str]:
    return {item.name for item in items(folder)}


def test_every_photograph_meets_every_artwork(tmp_path: Path) -> None:
    lay(tmp_path, "photos/a.jpg", "photos/b.png", "art/x.jpg", "art/y.jpg")
    assert names(tmp_path) == {"a--x", "a--y", "b--x", "b--y"}
    text = write(tmp_path).read_text()
    assert "  - contents: photos\n    styles: art\n" in text


@pytest.mark.parametrize(
    "folder",
    [
        "my photos",
        "it's",
        'a "b"',
        "日本 写真",
        "#1",
        "a: b",
        "[2019]",
        "~",
        "~x",
        "- a",
        "{x}",
        "*",
        "no",
        "1e3",
        "a\\b",
    ],
)
def test_odd_names_are_written_so_that_they_are_read_again(tmp_path: Path, folder: str) -> None:
    lay(tmp_path, f"{folder}/a.jpg", f"{folder}/b.jpg", f"{folder}/a.png", f"art {folder}/x.jpg")
    assert len(items(tmp_path)) == 3


def test_pictures_of_one_name_are_put_into_jobs_of_their_own(tmp_path: Path) -> None:
    lay(tmp_path, "photos/a.jpg", "photos/A.png", "photos/2020/a.jpg", "art/x.jpg", "art/old/x.jpg")
    assert len(names(tmp_path)) == 6
    assert "{job}/{content}--{style}" in write(tmp_path).read_text()


def test_clips_stand_among_photographs_but_never_among_artworks(tmp_path: Path) -> None:
    lay(tmp_path, "photos/a.jpg", "photos/b.mp4", "art/x.jpg", "art/y.mp4", "clips/c.mp4")
    assert names(tmp_path) == {"a--x", "b--x", "c--x"}
    assert "\n  video:\n" in write(tmp_path).read_text()


def test_numbered_frames_are_a_clip(tmp_path: Path) -> None:
    lay(tmp_path, "frames/walk/01.png", "frames/walk/02.png", "frames/run/01.png", "art/x.jpg")
    found = items(tmp_path)
    assert {item.name for item in found} == {"walk--x", "run--x"}
    assert all(item.clip for item in found)


def test_many_folders_are_named_by_the_one_above_them(tmp_path: Path) -> None:
    lay(tmp_path, "art/x.jpg", *(f"photos [all]/{year}/{year}.jpg" for year in range(2010, 2020)))
    assert len(items(tmp_path)) == 10
    assert 'contents: "photos [[]all]/**/*"' in write(tmp_path).read_text()
    lay(tmp_path, "photos [all]/masks/m.png")
    assert len(items(tmp_path)) == 10


def test_masks_and_results_are_not_painted(tmp_path: Path) -> None:
    lay(tmp_path, "photos/a.jpg", "art/x.jpg", "masks/a.png", "results/a.png")
    assert names(tmp_path) == {"a--x"}


def test_every_common_setting_is_shown_at_its_default_with_its_meaning(tmp_path: Path) -> None:
    lay(tmp_path, "clips/a.mp4", "art/x.jpg")
    file = write(tmp_path)
    text = file.read_text()
    flowing = re.sub(r"\n *# ", " ", text)
    rows = {row.key: row for row in setting_rows()}
    for key in (*COMMON, *COMMON_OF_CLIPS):
        assert rows[key].meaning in flowing
    file.write_text(re.sub(r"^( +)# (\w+: \S+.*)$", r"\1\2", text, flags=re.MULTILINE))
    spec = load_spec(file)
    assert spec.document.defaults.model_dump() == Settings().model_dump()
    assert spec.document.output == Output(name=spec.document.output.name)
    assert len(spec.document.defaults.model_fields_set) == len({key.partition(".")[0] for key in COMMON}) + 1
