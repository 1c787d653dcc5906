"""A stranger's folder is looked at, and what each folder in it holds is guessed by names first, then by numbers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stylepipe.spec.surroundings import Guess, Place, guess_roles, look_around


def put(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * 10)


def roles(folder: Path) -> dict[str, str]:
    return {guess.place.path: guess.role for guess in guess_roles(look_around(folder, results_hold=".private"))}


def place(path: str, images: int, bytes: int = 0, clips: int = 0) -> Place:
    return Place(
        path, tuple(f"{k}.jpg" for k in range(images)), tuple(f"{k}.mp4" for k in range(clips)), bytes or images
    )


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("art", "artworks"),
        ("My Paintings (old)", "artworks"),
        ("styles_2", "artworks"),
        ("photos", "photographs"),
        ("Contents", "photographs"),
        ("2019 holiday photos", "photographs"),
        ("footage", "clips"),
        ("masks", "masks"),
        ("output", "results"),
        ("frames", "frames"),
    ],
)
def test_a_name_tells_what_a_folder_holds(name: str, role: str) -> None:
    assert guess_roles([place(name, 3)]) == [Guess(place(name, 3), role, "by its name")]


def test_the_nearest_name_that_tells_something_counts(tmp_path: Path) -> None:
    put(tmp_path, "photos/2019/a.jpg", "photos/art/b.jpg", "art/dutch/c.jpg", "frames/walk/1.png")
    assert roles(tmp_path) == {
        "art/dutch": "artworks",
        "frames/walk": "frames",
        "photos/2019": "photographs",
        "photos/art": "artworks",
    }


def test_where_names_say_nothing_the_smaller_collection_is_the_artworks() -> None:
    guesses = guess_roles([place("a", 40), place("b", 300), place("c", 12)])
    assert [(guess.role, guess.why) for guess in guesses] == [
        ("photographs", "what is left"),
        ("photographs", "what is left"),
        ("artworks", "the fewest pictures"),
    ]


def test_of_two_collections_of_one_size_the_lighter_one_is_the_artworks() -> None:
    assert [guess.role for guess in guess_roles([place("a", 4, 900), place("b", 4, 100)])] == [
        "photographs",
        "artworks",
    ]


def test_what_is_left_beside_photographs_is_artworks_and_beside_artworks_photographs() -> None:
    assert [guess.role for guess in guess_roles([place(".", 900), place("photos", 3)])] == ["artworks", "photographs"]
    assert [guess.role for guess in guess_roles([place(".", 1), place("art", 300)])] == ["photographs", "artworks"]


def test_a_single_collection_is_photographs() -> None:
    assert guess_roles([place(".", 5)])[0].role == "photographs"


def test_a_folder_of_clips_alone_is_one_of_clips_whatever_it_is_called() -> None:
    assert [guess.role for guess in guess_roles([place("holiday", 0, 0, 2), place("photos", 0, 0, 1)])] == ["clips"] * 2


def test_hidden_files_results_and_empty_folders_are_passed_over(tmp_path: Path) -> None:
    put(tmp_path, "a/.hidden.jpg", ".b/c.jpg", "out/.private/x", "out/d.png", "e/readme.txt", "f/g.JPG")
    (tmp_path / "empty").mkdir()
    assert [found.path for found in look_around(tmp_path, results_hold=".private")] == ["f"]


def test_links_are_followed_from_the_top_alone(tmp_path: Path) -> None:
    put(tmp_path / "disk", "a/1.jpg")
    home = tmp_path / "home"
    (home / "inner").mkdir(parents=True)
    (home / "photos").symlink_to(tmp_path / "disk" / "a")
    (home / "inner" / "loop").symlink_to(home)
    assert [found.path for found in look_around(home, results_hold=".private")] == ["photos"]


def test_a_name_that_no_job_file_can_hold_is_passed_over(tmp_path: Path) -> None:
    put(tmp_path, "a\nb/1.jpg")
    os.makedirs(os.fsencode(tmp_path) + b"/\xff")
    (tmp_path / os.fsdecode(b"\xff") / "1.jpg").write_bytes(b"x")
    assert look_around(tmp_path, results_hold=".private") == []
