from __future__ import annotations

import os
from pathlib import Path

import pytest

from stylepipe.spec.patterns import absolute, find_images
from stylepipe.spec.problems import Complaint


def names(text: str, folder: Path, outside: Path | None = None) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in find_images(text, folder, outside)]


def complaint(text: str, folder: Path, outside: Path | None = None) -> tuple[str, str | None]:
    with pytest.raises(Complaint) as caught:
        find_images(text, folder, outside)
    hint = caught.value.hint
    return caught.value.message, hint.replace(str(folder), "<here>") if hint else None


def make(folder: Path, *files: str) -> None:
    for name in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_a_pattern_gives_its_images_sorted_and_skips_other_files(folder: Path):
    assert names("photos/*", folder) == ["photos/cat.jpg", "photos/dog.jpg", "photos/draft-1.jpg"]
    assert names("photos/[cd]?[tg].jpg", folder) == ["photos/cat.jpg", "photos/dog.jpg"]


def test_suffixes_count_in_any_case(tmp_path: Path):
    make(tmp_path, "a.JPG", "b.Png", "c.TIFF", "d.txt", "e.jpg")
    assert names("*.jpg", tmp_path) == names("*.JPG", tmp_path) == ["a.JPG", "e.jpg"]
    assert names("*", tmp_path) == ["a.JPG", "b.Png", "c.TIFF", "e.jpg"]


def test_two_stars_enter_folders_but_not_hidden_ones_and_not_through_links(tmp_path: Path):
    make(tmp_path, "a.jpg", "x/b.jpg", "x/y/c.jpg", ".cache/d.jpg", "x/.e.jpg")
    (tmp_path / "x/loop").symlink_to(tmp_path)
    assert names("**/*.jpg", tmp_path) == ["a.jpg", "x/b.jpg", "x/y/c.jpg"]


def test_more_files_than_anybody_paints_are_not_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    make(tmp_path, *(f"many/{number}.txt" for number in range(4)))
    monkeypatch.setattr("stylepipe.spec.patterns.MOST_FILES", 4)
    assert complaint("many/*", tmp_path)[0].startswith("many/* has no images")
    make(tmp_path, "many/a.png")
    hint = "name fewer at once, in several patterns"
    assert complaint("many/*", tmp_path) == ("many/* matches more than 4 files", hint)
    assert complaint("many", tmp_path) == (f"the folder {tmp_path}/many holds more than 4 files", hint)


def test_a_folder_gives_its_own_images(folder: Path):
    make(folder, "photos/deeper/bird.jpg", "photos/.hidden.jpg")
    assert names("photos", folder) == names("photos/", folder) == names("photos/*.jpg", folder)


def test_a_path_is_taken_at_its_word(folder: Path):
    make(folder, "odd/photo[1].jpg", "odd/1", "odd/*.jpg")
    assert names("odd/photo[1].jpg", folder) == ["odd/photo[1].jpg"]
    assert names("odd/1", folder) == ["odd/1"]
    assert names("odd/*.jpg", folder) == ["odd/*.jpg"]


def test_patterns_and_folders_skip_the_output_folder_but_a_path_does_not(folder: Path):
    make(folder, "out/cat--night.png", "photos/out/x.jpg")
    assert names("**/cat*.*", folder, folder / "out") == ["masks/cat.png", "photos/cat.jpg"]
    assert names("out/cat--night.png", folder, folder / "out") == ["out/cat--night.png"]
    message, hint = complaint("out/*", folder, folder / "out")
    assert message == "out/* has only files inside the output folder, which are results"
    assert hint == "give output.dir a folder of its own"


def test_the_output_folder_is_recognised_behind_links(folder: Path):
    make(folder, "out/cat--night.png")
    (folder / "results").symlink_to(folder / "out")
    assert complaint("results", folder, folder / "out")[0].endswith("inside the output folder, which are results")
    assert complaint("out/*", folder, folder / "results")[0].endswith("inside the output folder, which are results")


def test_paths_may_be_absolute_go_up_and_start_at_home(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOME", str(folder))
    assert absolute(str(folder / "art"), Path("/elsewhere")) == folder / "art"
    assert absolute("../art/night.jpg", folder / "photos") == folder / "art/night.jpg"
    assert absolute("..", folder / "photos") == folder
    assert absolute("~/art", Path("/elsewhere")) == folder / "art"
    assert find_images("../art/*.jpg", folder / "photos") == [folder / "art/night.jpg"]


def test_going_up_starts_where_a_link_leads(tmp_path: Path):
    make(tmp_path, "real/deep/x.txt", "real/a.jpg")
    (tmp_path / "link").symlink_to(tmp_path / "real/deep")
    assert find_images("link/../a.jpg", tmp_path) == [tmp_path / "real/a.jpg"]


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("photos/cta.jpg", "there is no file photos/cta.jpg", "did you mean `photos/cat.jpg`?"),
        ("photos/cat.png", "there is no file photos/cat.png", "did you mean `photos/cat.jpg`?"),
        ("photo/cat.jpg", "there is no file photo/cat.jpg", "there is no folder <here>/photo; did you mean `photos`?"),
        ("nowhere/*.jpg", "nowhere/*.jpg matches nothing", "there is no folder <here>/nowhere"),
        ("photos/*.PNG", "photos/*.PNG matches nothing", "<here>/photos holds files that end in .jpg"),
        ("photos/*.{jpg,png}", "photos/*.{jpg,png} matches nothing", "braces are no pattern; write a list of patterns"),
        ("photos/**.jpg", None, None),
        ("*", "* matches only folders", "to take the images in the folders, write */*"),
        ("photos/*.txt", "photos/*.txt has no images: notes.txt", None),
        ("a" * 300, f"there is no file {'a' * 300}", None),
        ("[" + "a" * 300, None, None),
        ("bare", "the folder bare is empty", "it holds no images; those in subfolders are found by **/*"),
        ("empty/gone.jpg", "empty/gone.jpg is a link to nothing", None),
    ],
)  # fmt: skip
def test_what_gives_no_image_says_why(folder: Path, text: str, message: str | None, hint: str | None):
    (folder / "bare").mkdir()
    (folder / "empty").mkdir()
    (folder / "empty" / "gone.jpg").symlink_to("nowhere")
    said = complaint(text, folder)
    if message is not None:
        assert said == (message, hint)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("clips/walk.MP4", "clips/walk.MP4 is a film clip, and an image is wanted",
         "clips are painted: they go into `contents`"),
        ("clips/*", "clips/* has film clips, and images are wanted: run.ts and 1 more",
         "name the images alone, such as *.jpg"),
        ("clips/r*", "clips/r* has film clips, and images are wanted: run.ts", "name the images alone, such as *.jpg"),
    ],
)  # fmt: skip
def test_a_clip_among_images_is_said_and_never_skipped_in_silence(folder: Path, text: str, message: str, hint: str):
    make(folder, "clips/walk.MP4", "clips/run.ts", "clips/still.jpg")
    assert complaint(text, folder) == (message, hint)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_folder_that_cannot_be_read_is_no_crash(tmp_path: Path):
    (tmp_path / "locked").mkdir(mode=0)
    assert "cannot be read" in complaint("locked", tmp_path)[0]


def test_what_is_no_file_but_called_like_one_is_not_skipped_in_silence(tmp_path: Path):
    make(tmp_path, "a.jpg", "b.txt")
    (tmp_path / "c.jpg").symlink_to("nowhere")
    os.mkfifo(tmp_path / "d.jpg")
    (tmp_path / "e.txt").symlink_to("nowhere")
    (tmp_path / "f.jpg").mkdir()
    assert names("*", tmp_path) == names(".", tmp_path) == names("*.jpg", tmp_path) == ["a.jpg", "c.jpg", "d.jpg"]
