"""Another program's command line, read as that program reads it."""

from __future__ import annotations

from typing import Any

import pytest

from stylepipe.spec.peers.command import Command, option, read_command

from .conftest import text_of

OPTIONS = (
    option("content"),
    option("--output -o", "out.png"),
    option("--weights -w", None, float, "+"),
    option("--seed", -1, int),
    option("--end-scale", 0.5, float),
    option("--web", False),
)


def read(text: str) -> Command:
    return read_command(text, OPTIONS, ("paint.py", "paint"))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("cat.jpg", {"content": "cat.jpg", "output": "out.png", "weights": None, "seed": -1, "web": False}),
        ("cat.jpg --output=a.png --web", {"output": "a.png", "web": True}),
        ("-o a.png cat.jpg -w 1 2.5 --seed -7", {"output": "a.png", "weights": [1.0, 2.5], "seed": -7}),
        ("'the cat.jpg' --end-scale 1e-3", {"content": "the cat.jpg", "end_scale": 0.001}),
    ],
)
def test_options_have_their_values_and_all_others_their_defaults(text: str, values: dict[str, Any]) -> None:
    command = read(text)
    assert {key: command[key] for key in values} == values


@pytest.mark.parametrize(
    "text",
    ["paint cat.jpg", "python3 -m paint cat.jpg", "CUDA_VISIBLE_DEVICES=1 python ~/code/paint.py cat.jpg", "cat.jpg"],
)
def test_what_stands_before_the_programs_name_is_left_out(text: str) -> None:
    assert read(text)["content"] == "cat.jpg"


def test_a_command_on_several_lines_is_one() -> None:
    text = text_of("neural-style-pt", "python3 neural_style.py \\\n  -image_size 300 \\\n -content_image cat.jpg")
    assert "  size: 300" in text


def test_options_are_said_as_they_are_typed_or_by_their_defaults() -> None:
    command = read("cat.jpg -w 3 0.5 --web")
    assert command.said("content", "weights", "web") == "content cat.jpg, --weights 3 0.5, --web"
    assert command.said("output", "end_scale") == "--output, by default out.png, --end-scale, by default 0.5"
    other = read("cat.jpg")
    assert other.said("weights", "web") == "no --weights, no --web"


def test_what_is_said_stays_in_its_line_whatever_was_typed() -> None:
    # It becomes a comment of the job file; a second line of it would be read.
    assert read("'cat.jpg\njobs: []'").said("content") == "content cat.jpg jobs: []"
    assert read("cat.jpg -o 'a\r\nb\u2028c.png'").said("output") == "--output a b c.png"


def test_what_was_typed_and_not_asked_for_is_known() -> None:
    command = read("cat.jpg -o a.png --seed 3 --web")
    assert (command["content"], command.said("seed")) == ("cat.jpg", "--seed 3")
    assert command.never_asked() == ["--output a.png", "--web"]
    assert command.never_asked() == []
