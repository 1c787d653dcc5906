from __future__ import annotations

from pathlib import Path

import pytest

from stylepipe.spec.expand import expand
from stylepipe.spec.problems import SpecError

from .conftest import Load

JOB = "jobs:\n  - contents: photos/*.jpg\n    styles: art/night.jpg\n    set: {%s}\n"


def test_paths_in_settings_become_absolute(load: Load, folder: Path):
    (folder / "vgg.pth").touch()
    items = expand(load(JOB % "init: art/wave.png, backbone: vgg19, weights: vgg.pth, masks: {style: masks/sky.png}"))
    assert items[0].settings.init == str(folder / "art/wave.png")
    assert items[0].settings.weights == str(folder / "vgg.pth")
    assert items[0].settings.masks.style == str(folder / "masks/sky.png")


@pytest.mark.parametrize(
    "text", ["init: noise", "init: blend:0.3", "backbone: vgg16, weights: caffe", "masks: {content: alpha}"]
)
def test_words_are_no_paths(load: Load, text: str):
    assert len(expand(load(JOB % text))) == 3


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("photos/cat.jpg", "photos/cat.jpg is no weights file", "its name should end in .pth or .safetensors"),
        ("vgg.PTH", "vgg.PTH is no weights file", "its name should end in .pth or .safetensors"),
        ("cafe", "there is no file cafe", "did you mean `caffe`?"),
    ],
)
def test_weights_that_no_program_could_load_are_a_mistake_with_a_place(
    load: Load, folder: Path, name: str, message: str, hint: str
):
    (folder / "vgg.PTH").touch()
    with pytest.raises(SpecError) as caught:
        expand(load(JOB % f"init: photos/cat.jpg, backbone: vgg19, weights: {name}"))
    (problem,) = caught.value.problems
    assert (problem.line, problem.column, problem.message, problem.hint) == (4, 59, message, hint)


@pytest.mark.parametrize("text", ["init: ''", "weights: ''", "masks: {content: ''}"])
def test_an_empty_name_of_a_file_is_a_mistake(load: Load, text: str):
    with pytest.raises(SpecError) as caught:
        expand(load(JOB % text))
    (problem,) = caught.value.problems
    assert problem.message.endswith("needs some text, not an empty text")


def test_content_and_style_stand_for_their_names_in_masks(load: Load, folder: Path):
    (folder / "masks/night.png").touch()
    items = expand(load(JOB % "masks: {content: 'masks/{content}.png', style: 'masks/{style}.png'}"))
    assert [item.settings.masks.content for item in items] == [
        str(folder / f"masks/{stem}.png") for stem in ("cat", "dog", "draft-1")
    ]
    assert {item.settings.masks.style for item in items} == {str(folder / "masks/night.png")}


def test_a_mask_that_is_missing_for_one_photograph_is_named(load: Load, folder: Path):
    (folder / "masks/dog.png").unlink()
    with pytest.raises(SpecError) as caught:
        expand(load(JOB % "masks: {content: 'masks/{content}.png'}"))
    (problem,) = caught.value.problems
    assert (problem.line, problem.column, problem.message) == (4, 28, "there is no file masks/dog.png")


@pytest.mark.parametrize(
    ("key", "value", "message", "hint"),
    [
        ("init", "nosie", "there is no file nosie", "did you mean `noise`?"),
        ("init", "art", "art is a folder, and one file is wanted", None),
        ("masks.content", "alhpa", "there is no file alhpa", "did you mean `alpha`?"),
        (
            "init",
            "walk.mp4",
            "walk.mp4 is a film clip, and an image is wanted",
            "clips are painted: they go into `contents`",
        ),
        (
            "masks.style",
            "walk.mp4",
            "walk.mp4 is a film clip, and an image is wanted",
            "clips are painted: they go into `contents`",
        ),
    ],
)
def test_a_missing_file_from_the_command_line_is_blamed_on_it(
    load: Load, folder: Path, key: str, value: str, message: str, hint: str | None
):
    (folder / "walk.mp4").touch()
    with pytest.raises(SpecError) as caught:
        expand(load(JOB % "", **{key: value}))
    (problem,) = caught.value.problems
    assert (problem.origin, problem.message, problem.hint) == (f"--set {key}", message, hint)
