from __future__ import annotations

import os

import pytest
from PIL import Image

from stylepipe.spec.problems import printable

from ..conftest import save_picture

QUICK = ("--size", "32", "--iterations", "2", "--set", "pyramid=false")


def pixels(path):
    with Image.open(path) as picture:
        return picture.tobytes()


def size(path):
    with Image.open(path) as picture:
        return picture.size


@pytest.fixture
def render(stylepipe, tmp_path):
    """Render in a folder with a photograph and two artworks."""
    for seed, name in enumerate(("cat.png", "night.png", "wave.png")):
        save_picture(tmp_path / name, seed=seed)
    return lambda *arguments: stylepipe("render", *QUICK, *arguments)


def test_one_line_says_what_was_painted_and_where(render, tmp_path):
    answer = render("cat.png", "-s", "night.png", "-o", "painted.png")
    assert (answer.code, answer.out) == (0, "")
    assert answer.err.startswith("done painted in ")
    assert answer.err.endswith(" s: painted.png\n")
    assert answer.err.count("\n") == 1
    assert size(tmp_path / "painted.png") == (32, 26)


def test_nothing_is_left_behind_but_the_picture(render, tmp_path):
    render("cat.png", "-s", "night.png", "-o", "new/painted.jpg", "--quiet")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["painted.jpg"]
    assert {path.name for path in tmp_path.iterdir()} == {"cat.png", "night.png", "wave.png", "new"}


def test_quiet_says_nothing_on_success_and_one_line_on_failure(render, tmp_path):
    assert render("cat.png", "-s", "night.png", "-o", "a.png", "-q") == (0, "", "")
    (tmp_path / "text.png").write_text("no picture")
    answer = render("text.png", "-s", "night.png", "-o", "b.png", "-q")
    assert (answer.code, answer.out) == (3, "")
    assert answer.err.startswith("failed b: ")
    assert answer.err.count("\n") == 1


def test_weights_of_several_styles_decide_how_it_comes_out(render, tmp_path):
    def painted(*weights):
        styles = ("-s", f"night.png{weights[0]}", "-s", f"wave.png{weights[1]}")
        assert render("cat.png", *styles, "-o", "painted.png", "-q").code == 0
        return pixels(tmp_path / "painted.png")

    assert painted("", "") != painted(":3", ":1") != painted(":1", ":0")
    assert painted("", "") == painted(":1", ":1.0") == painted(":0.5", ":0.5")


def test_a_file_whose_name_ends_like_a_weight_is_taken_as_it_is(render, tmp_path):
    (tmp_path / "night.png:2").write_bytes((tmp_path / "wave.png").read_bytes())
    assert render("cat.png", "-s", "night.png:2", "-o", "colon.png", "-q").code == 0
    assert render("cat.png", "-s", "wave.png", "-o", "wave-only.png", "-q").code == 0
    assert pixels(tmp_path / "colon.png") == pixels(tmp_path / "wave-only.png")


def test_set_wins_over_the_shortcut(render, tmp_path):
    assert render("cat.png", "-s", "night.png", "-o", "a.png", "--size", "24", "--set", "size=40").code == 0
    assert size(tmp_path / "a.png")[0] == 40


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("cat.png", "-s", "night.png", "-o", "cat.png"), "stylepipe: -o cat.png: this is one of the inputs; choose"),
        (("cat.png", "-s", "night.png", "-o", "./night.png"), "night.png: this is one of the inputs; choose another"),
        (("cat.png", "-s", "night.png", "-o", "out.pngg"), "stylepipe: -o out.pngg: a picture ends in one of .png, "),
        (
            ("cat.png", "-s", "night.png", "-o", "out"),
            "stylepipe: -o out: cat.png is a picture, whose output ends in one of .png,",
        ),
        (("cat.png", "-s", "night.png"), "Missing option '-o' / '--output'"),
        (("cat.png", "-o", "out.png"), "Missing option '-s' / '--style'"),
        (("-s", "night.png", "-o", "out.png"), "Missing argument 'CONTENT'"),
        (("nope.png", "-s", "night.png", "-o", "out.png"), "there is no file nope.png"),
        (("cat.png", "-s", "nigth.png", "-o", "out.png"), "= did you mean `night.png`?"),
        (("cat.png", "-s", "night.png:heavy", "-o", "out.png"), "there is no file night.png:heavy"),
        (("cat.png", "-s", "night.png:-1", "-o", "out.png"), "`weight` needs at least 0, not `-1.0`"),
        (("cat.png", "-s", "night.png:nan", "-o", "out.png"), "`weight` needs a finite number, not `nan`"),
        (("cat.png", "-s", "night.png", "-o", "out.png", "--preset", "bset"), "= did you mean `best`?"),
        (("cat.png", "-s", "night.png", "-o", "out.png", "--iteratoins", "2"), "Did you mean '--iterations'?"),
    ],
)
def test_what_cannot_be_meant_is_exit_code_2_and_paints_nothing(render, tmp_path, arguments, said):
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    answer = render(*arguments)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_missing_weights_are_exit_code_4_with_the_ways_out(render):
    answer = render("cat.png", "-s", "night.png", "-o", "out.png", "--backbone", "vgg19")
    assert answer.code == 4
    assert answer.err.startswith("stylepipe: the weights of vgg19 are not on this machine; download them with ")


ODD = ("a b", 'it\'s "odd"', "-dash", "żółw 日本", "[red]x", ":cat:", "*?", "\x1b[31mred")


@pytest.mark.parametrize("name", [f"{stem}.png" for stem in ODD])
def test_odd_names_are_only_names_on_either_side(render, tmp_path, name):
    (tmp_path / "cat.png").rename(tmp_path / name)
    output = tmp_path / "out" / name
    answer = render("-s", "night.png", "-o", output, "--", name)
    assert answer.code == 0, answer.err
    assert os.listdir(tmp_path / "out") == [name]
    assert answer.err.endswith(f" s: out/{printable(name)}\n")


def test_a_name_that_looks_like_an_option_is_answered_as_one(render):
    assert "No such option" in render("-dash.png", "-s", "night.png", "-o", "out.png").err
