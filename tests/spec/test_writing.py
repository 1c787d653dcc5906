from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stylepipe.spec.nodes import plain
from stylepipe.spec.writing import comment_lines, yaml_value
from stylepipe.spec.yaml12 import read_yaml

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn"), exclude_characters="\ufeff\u2028\u2029"))


def read(text: str) -> object:
    source = read_yaml(f"key: {text}\n", "test")
    assert not source.problems
    return plain(source.root)["key"]


@pytest.mark.parametrize(
    "value",
    [
        "a.jpg",
        "no",
        "true",
        "1:30",
        "12",
        "a: b",
        "# a",
        "it's",
        'a "b"',
        "~",
        "[a]",
        "ä ö",
        "日本",
        0.5,
        3,
        True,
        None,
        ["a", "b c"],
        {"relu1_1": 1.5},
        [{"image": "a b.jpg", "weight": 2}],
    ],
)
def test_what_is_written_is_read_again(value: object) -> None:
    written = read(yaml_value(value))
    assert written == ("none" if value is None else value)


@given(TEXTS)
def test_any_text_is_read_again(text: str) -> None:
    assert read(yaml_value(text)) == text


def test_comments_are_wrapped_and_stand_under_their_bullet() -> None:
    lines = comment_lines("word " * 50, "  ", bullet="* ")
    assert lines[0].startswith("  # * word")
    assert all(line.startswith("  #   word") for line in lines[1:])
    assert max(map(len, lines)) <= 100
