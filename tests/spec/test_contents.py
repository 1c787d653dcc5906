from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image

from stylepipe.spec import contents
from stylepipe.spec.contents import Content, ContentFinder, content_name
from stylepipe.spec.problems import Complaint


def make(folder: Path, *files: str) -> None:
    for name in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


@pytest.fixture
def scene(tmp_path: Path) -> Path:
    make(tmp_path, "media/cat.jpg", "media/walk.MP4", "media/run.m2ts", "media/notes.txt")
    make(tmp_path, "frames/walk.v1/f1.png", "frames/walk.v2/f1.png", "frames/walk.v2/f2.png", "frames/empty/notes.txt")
    make(tmp_path, "frames/.hidden/f1.png", "frames/cover.jpg", "frames/void/deep/f1.png")
    stills = [Image.new("RGB", (4, 4), color) for color in ("red", "blue")]
    stills[0].save(tmp_path / "media/spin.gif", save_all=True, append_images=stills[1:])
    stills[0].save(tmp_path / "media/still.gif")
    return tmp_path


def found(scene: Path, text: str, *, frames: bool = False) -> list[tuple[str, bool]]:
    return [(one.name, one.clip) for one in ContentFinder(scene, scene / "out").find(text, frames=frames)]


def complaint(scene: Path, text: str, *, frames: bool = False) -> tuple[str, str | None]:
    with pytest.raises(Complaint) as caught:
        found(scene, text, frames=frames)
    return caught.value.message, caught.value.hint


@pytest.mark.parametrize("text", ["media", "media/*"])
def test_pictures_and_clips_are_found_alike_and_told_apart(scene: Path, text: str):
    assert found(scene, text) == [("cat", False), ("run", True), ("spin", True), ("still", False), ("walk", True)]


def test_a_path_is_taken_at_its_word(scene: Path):
    make(scene, "media/odd")
    assert found(scene, "media/walk.MP4") == [("walk", True)]
    assert found(scene, "media/odd") == [("odd", False)]


def test_a_file_that_several_jobs_name_is_looked_into_once(scene: Path, monkeypatch: pytest.MonkeyPatch):
    looked: list[Path] = []
    monkeypatch.setattr(contents, "moves", lambda path: bool(looked.append(path)))
    finder = ContentFinder(scene, scene / "out")
    for text in ("media/*.gif", "media", "media/spin.gif"):
        finder.find(text)
    assert sorted(path.name for path in looked) == ["cat.jpg", "spin.gif", "still.gif"]


def test_without_frames_a_folder_of_frames_is_its_pictures(scene: Path):
    assert found(scene, "frames/walk.v2") == [("f1", False), ("f2", False)]


def test_with_frames_a_folder_is_one_clip_called_as_the_folder(scene: Path):
    finder = ContentFinder(scene, scene / "out")
    path = scene / "frames/walk.v2"
    assert finder.find("frames/walk.v2", frames=True) == [Content(path, "walk.v2", clip=True)]
    assert content_name(path) == "walk.v2"
    assert content_name(scene / "media/cat.jpg") == "cat"


@pytest.mark.parametrize("text", ["frames/*", "**/walk*"])
def test_with_frames_a_pattern_matches_folders_that_hold_images(scene: Path, text: str):
    assert found(scene, text, frames=True) == [("walk.v1", True), ("walk.v2", True)]


def test_folders_of_painted_frames_are_results_and_no_contents(scene: Path):
    make(scene, "out/walk--night/f1.png")
    assert ("walk--night", True) not in found(scene, "**/*", frames=True)
    assert found(scene, "out/walk--night", frames=True) == [("walk--night", True)]
    message, hint = complaint(scene, "out/*", frames=True)
    assert message == "out/* has only folders inside the output folder, which are results"
    assert hint == "give output.dir a folder of its own"


WANTED = "with `frames: true` a folder of numbered frames is wanted"


@pytest.mark.parametrize(
    ("text", "frames", "message", "hint"),
    [
        ("frames/void", True, f"the folder frames/void holds no images, and {WANTED}",
         "to take each folder in it as a clip, write frames/void/*"),
        ("frames/empty", True, f"the folder frames/empty holds no images, and {WANTED}", None),
        ("media/walk.MP4", True, f"media/walk.MP4 is a file, and {WANTED}",
         "put pictures and other clips into another job"),
        ("media/*.gif", True, f"media/*.gif matches only files, and {WANTED}", "name the folder itself: media"),
        ("frames/e*", True, "frames/e* matches no folder that holds images", WANTED),
        ("frames/wlk.v1", True, "there is no folder frames/wlk.v1", "did you mean `frames/walk.v1`?"),
        ("nowhere/*", True, "nowhere/* matches nothing", "there is no folder <here>/nowhere"),
        ("frames/w*", False, "frames/w* matches only folders",
         "to take the images or clips in the folders, write frames/w*/*; for clips of numbered frames, "
         "add frames: true"),
        ("media/*.txt", False, "media/*.txt has no images or clips: notes.txt", None),
        ("media/wlk.MP4", False, "there is no file media/wlk.MP4", "did you mean `media/walk.MP4`?"),
    ],
)  # fmt: skip
def test_what_gives_nothing_to_paint_says_why(scene: Path, text: str, frames: bool, message: str, hint: str | None):
    said, way_out = complaint(scene, text, frames=frames)
    assert (said, way_out and way_out.replace(str(scene), "<here>")) == (message, hint)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_folder_that_cannot_be_read_is_no_crash(tmp_path: Path):
    (tmp_path / "locked").mkdir(mode=0)
    assert "cannot be read" in complaint(tmp_path, "locked", frames=True)[0]
