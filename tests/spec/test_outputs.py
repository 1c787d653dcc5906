from __future__ import annotations

from pathlib import Path

import pytest

from stylepipe.spec.expand import expand
from stylepipe.spec.problems import SpecError

from .conftest import Load

JOB = "jobs:\n  - contents: photos/*.jpg\n    styles: art/*\n"


def complaints(load: Load, text: str, **overrides: object) -> list[str]:
    with pytest.raises(SpecError) as caught:
        expand(load(text, **overrides))
    return [problem.message for problem in caught.value.problems]


def test_two_contents_of_one_stem_cannot_share_a_file(load: Load, folder: Path):
    (folder / "photos/cat.png").touch()
    assert complaints(load, "jobs: [{contents: photos, styles: art/night.jpg}]\n") == [
        "photos/cat.jpg in night and photos/cat.png in night would both be written to out/cat--night.png"
    ]


def test_names_that_differ_only_in_letter_case_or_accents_are_one_file(load: Load, folder: Path):
    for name in ("Cat.jpg", "e\u0301.jpg", "\u00e9.jpg"):
        (folder / "photos" / name).touch()
    said = complaints(load, JOB)
    assert len(said) == 1
    assert said[0].endswith("(and 3 more like it)")


def test_two_artworks_of_one_name_need_names_of_their_own(load: Load, folder: Path):
    (folder / "art/night.png").touch()
    with pytest.raises(SpecError) as caught:
        expand(load(JOB))
    assert caught.value.problems[0].hint == "two artworks have one name: name them under `styles`"


def test_the_output_folder_may_be_a_link_but_a_folder_in_it_may_not_lead_out(load: Load, folder: Path):
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    (folder / "out").symlink_to(elsewhere)
    text = 'output: {name: "{content}/{style}"}\n' + JOB
    assert len(expand(load(text))) == 6
    (elsewhere / "cat").symlink_to(folder / "photos")
    (said,) = complaints(load, text)
    assert said == f"cat in the output folder is a link that leads out of it, to {folder / 'photos'}"


def test_a_file_where_a_folder_is_wanted_is_a_mistake(load: Load, folder: Path):
    (folder / "out").touch()
    assert complaints(load, JOB) == ["out is a file, and a folder is wanted"]
    (folder / "out").unlink()
    (folder / "out").mkdir()
    (folder / "out/cat").touch()
    assert complaints(load, 'output: {name: "{content}/{style}"}\n' + JOB) == [
        "cat in the output folder is a file, and a folder is wanted"
    ]


@pytest.mark.parametrize(("directory", "name"), [("masks", "sky"), ("art", "wave"), ("photos/../masks", "SKY")])
def test_no_picture_is_written_over_an_input(load: Load, directory: str, name: str):
    text = f"output: {{dir: {directory}, name: '{name}'}}\njobs: [{{contents: photos/cat.jpg, styles: art/wave.png,"
    (said,) = complaints(load, text + " set: {masks: {content: masks/sky.png}}}]\n")
    assert "would be written over" in said


def test_no_snapshot_takes_the_place_of_another_picture(load: Load, folder: Path):
    for name in ("Cat.00050.jpg", "dog.00050.jpg", "dog.00051.jpg"):
        (folder / "photos" / name).touch()
    text = 'output: {name: "{content}"}\njobs:\n  - {contents: photos, styles: art/wave.png, set: {snapshots: %s}}\n'
    with pytest.raises(SpecError) as caught:
        expand(load(text % "[10, 50]"))
    (problem,) = caught.value.problems
    assert problem.message == (
        "snapshot 50 of photos/cat.jpg in wave and photos/Cat.00050.jpg in wave would both be written to "
        "out/Cat.00050.png (and 1 more like it)"
    )
    assert problem.hint == "paint snapshots at other iterations, or choose another output.name"
    assert len(expand(load(text % "[5, 500]"))) == 6


def test_no_snapshot_is_written_over_an_input(load: Load, folder: Path):
    (folder / "art/cat.00050.png").touch()
    text = 'output: {dir: art, name: "{content}"}\njobs:\n  - {contents: photos/cat.jpg, styles: art/cat.00050.png,'
    text += " set: {snapshots: %s}}\n"
    (said,) = complaints(load, text % "[50]")
    assert said == "snapshot 50 of photos/cat.jpg in cat.00050 would be written over art/cat.00050.png"
    (item,) = expand(load(text % "[51]"))
    assert item.snapshot(51) == folder / "art/cat.00051.png"


def test_a_picture_and_a_clip_of_one_name_are_a_clash_though_their_files_differ(load: Load, folder: Path):
    (folder / "photos/cat.mp4").touch()
    with pytest.raises(SpecError) as caught:
        expand(load("jobs: [{contents: photos, styles: art/wave.png}]\n"))
    (problem,) = caught.value.problems
    assert problem.message == "photos/cat.jpg in wave and photos/cat.mp4 in wave would both be called cat--wave"
    assert problem.hint == (
        "their names differ only in folder or suffix: rename one, or give each its own job and {job} a place"
    )


def frames_of(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / "f_1.png").touch()


FRAMES = "jobs: [{contents: %s, frames: true, styles: art/wave.png}]\n"


def test_two_folders_of_frames_of_one_name_cannot_share_a_folder(load: Load, folder: Path):
    frames_of(folder, "a/walk.v1", "b/walk.v1")
    text = "output: {format: frames}\n" + FRAMES % "['*/walk*']"
    (said,) = complaints(load, text)
    assert said == "a/walk.v1 in wave and b/walk.v1 in wave would both be written to out/walk.v1--wave"


def test_a_folder_of_frames_and_a_picture_cannot_be_called_alike(load: Load, folder: Path):
    frames_of(folder, "frames/cat.png", "frames/dog.00050.png")
    text = 'output: {format: frames, name: "{content}"}\njobs:\n'
    text += "  - {contents: frames/*, frames: true, styles: art/wave.png}\n"
    text += "  - {contents: [photos/cat.jpg, photos/dog.jpg], styles: art/wave.png, set: {snapshots: [50]}}\n"
    assert complaints(load, text) == [
        "frames/cat.png in wave (job) and photos/cat.jpg in wave (job2) would both be written to out/cat.png",
        "snapshot 50 of photos/dog.jpg in wave (job2) and frames/dog.00050.png in wave (job) would both be written to "
        "out/dog.00050.png",
    ]


@pytest.mark.parametrize(
    ("directory", "name", "harm"),
    [
        ("frames", "walk", "over frames/walk"),
        ("frames", "WALK", "over frames/walk"),
        (".", "art", "over the folder that holds art/wave.png"),
        (".", "frames", "over the folder that holds frames/walk"),
        ("frames/walk", "x", "among the frames in frames/walk"),
    ],
)
def test_no_folder_of_frames_replaces_an_input(load: Load, folder: Path, directory: str, name: str, harm: str):
    frames_of(folder, "frames/walk")
    text = f"output: {{dir: {directory}, name: {name}, format: frames}}\n" + FRAMES % "frames/walk"
    assert complaints(load, text) == [f"frames/walk in wave would be written {harm}"]


def test_no_clip_is_written_over_an_input_or_among_its_frames(load: Load, folder: Path):
    (folder / "photos/walk.mp4").touch()
    text = "output: {dir: photos, name: '{content}'}\njobs: [{contents: photos/walk.mp4, styles: art/wave.png}]\n"
    assert complaints(load, text) == ["photos/walk.mp4 in wave would be written over photos/walk.mp4"]
    frames_of(folder, "frames/walk")
    text = "output: {dir: frames/walk}\n" + FRAMES % "frames/walk"
    assert complaints(load, text) == ["frames/walk in wave would be written among the frames in frames/walk"]


def test_a_folder_of_frames_may_not_be_a_link_that_leads_out(load: Load, folder: Path):
    frames_of(folder, "frames/walk", "elsewhere")
    (folder / "out").mkdir()
    (folder / "out/walk--wave").symlink_to(folder / "elsewhere")
    (said,) = complaints(load, "output: {format: frames}\n" + FRAMES % "frames/walk")
    assert said == f"walk--wave in the output folder is a link that leads out of it, to {folder / 'elsewhere'}"
    (folder / "out/walk--wave").unlink()
    (folder / "out/walk--wave").touch()
    (said,) = complaints(load, "output: {format: frames}\n" + FRAMES % "frames/walk")
    assert said == "walk--wave in the output folder is a file, and a folder is wanted"


def test_a_name_from_the_command_line_is_blamed_on_it(load: Load):
    with pytest.raises(SpecError) as caught:
        expand(load(JOB, output__name="{nme}"))
    assert [problem.origin for problem in caught.value.problems] == ["--set output.name"]
    with pytest.raises(SpecError) as caught:
        expand(load(JOB, output__name="{content}"))
    assert [problem.origin for problem in caught.value.problems] == ["--set output.name"]


def test_the_command_line_reaches_the_output(load: Load, folder: Path):
    item = expand(
        load(JOB, output__dir="wall", output__format="tiff", output__bits="16", output__name="{style}/{content}")
    )[0]
    assert item.output == folder / "wall/night/cat.tiff"
    assert (item.format, item.bits, item.output_dir) == ("tiff", 16, folder / "wall")


def test_keys_of_the_output_that_do_not_go_together_are_a_mistake(load: Load):
    with pytest.raises(SpecError, match="jpg holds 8 bits"):
        load("output: {bits: 16}\n" + JOB, output__format="jpg")
