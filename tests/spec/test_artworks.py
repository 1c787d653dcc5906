from __future__ import annotations

from pathlib import Path

import pytest

from stylepipe.spec.expand import expand
from stylepipe.spec.items import StyleImage
from stylepipe.spec.problems import SpecError

from .conftest import Load

JOB = "jobs: [{contents: photos/cat.jpg, styles: %s}]\n"


def styles(load: Load, references: str, defined: str = "") -> list[tuple[str, tuple[StyleImage, ...]]]:
    return [(item.style, item.styles) for item in expand(load(defined + JOB % references))]


def test_a_defined_style_comes_before_a_file_of_the_same_name(load: Load, folder: Path):
    (folder / "night").touch()
    assert styles(load, "night", "styles: {night: art/wave.png}\n") == [
        ("night", (StyleImage(folder / "art/wave.png"),))
    ]


def test_paths_patterns_and_folders_are_styles_named_by_their_stem(load: Load, folder: Path):
    both = [("night", (StyleImage(folder / "art/night.jpg"),)), ("wave", (StyleImage(folder / "art/wave.png"),))]
    assert styles(load, "art") == styles(load, "art/*") == styles(load, "[art/night.jpg, art/wave.png]") == both


def test_patterns_and_folders_of_styles_skip_results_of_earlier_runs(load: Load, folder: Path):
    before = styles(load, "'**/night*'", "output: {dir: art/painted}\n")
    (folder / "art/painted").mkdir()
    for name in ("cat--night.png", "night--night.png"):
        (folder / "art/painted" / name).touch()
    assert styles(load, "'**/night*'", "output: {dir: art/painted}\n") == before
    with pytest.raises(SpecError) as caught:
        styles(load, "art/painted", "output: {dir: art/painted}\n")
    assert [problem.message for problem in caught.value.problems] == [
        "the folder art/painted has only files inside the output folder, which are results"
    ]
    assert len(styles(load, "art/painted/night--night.png", "output: {dir: art/painted}\n")) == 1


def test_a_style_named_twice_is_painted_once(load: Load):
    assert len(styles(load, "[art/night.jpg, art/*, art]")) == 2


def test_a_clip_is_no_artwork(load: Load, folder: Path):
    (folder / "art/waves.mp4").touch()
    for defined, references in (
        ("", "art/waves.mp4"),
        ("styles: {sea: art/waves.mp4}\n", "sea"),
        ("styles: {sea: {image: art/wave.png, mask: art/waves.mp4}}\n", "sea"),
    ):
        with pytest.raises(SpecError) as caught:
            styles(load, references, defined)
        assert [(problem.message, problem.hint) for problem in caught.value.problems] == [
            ("art/waves.mp4 is a film clip, and an image is wanted", "clips are painted: they go into `contents`")
        ]
    with pytest.raises(SpecError, match=r"art has film clips, and images are wanted: waves\.mp4"):
        styles(load, "art")


def test_weights_add_up_to_one_and_what_weighs_nothing_is_left_out(load: Load, folder: Path):
    defined = (
        "styles: {dusk: [{image: art/night.jpg, weight: 3, scale: 0.5}, {image: art/wave.png, mask: masks/sky.png},"
    )
    defined += "{image: art/wave.png, weight: 0}]}\n"
    ((_, images),) = styles(load, "dusk", defined)
    assert images == (
        StyleImage(folder / "art/night.jpg", 0.75, 0.5),
        StyleImage(folder / "art/wave.png", 0.25, None, folder / "masks/sky.png"),
    )


def test_huge_weights_do_not_overflow(load: Load):
    defined = "styles: {dusk: [{image: art/night.jpg, weight: 1e308}, {image: art/wave.png, weight: 1e308}]}\n"
    ((_, images),) = styles(load, "dusk", defined)
    assert [image.weight for image in images] == pytest.approx([0.5, 0.5])
