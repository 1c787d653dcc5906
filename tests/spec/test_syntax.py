from __future__ import annotations

import pytest

from stylepipe.spec.yaml12 import read_yaml


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("a: *.jpg\n", (1, 4), "a text cannot begin with *", 'put it in quotes: "*.jpg"'),
        ("a: [x, **/x.jpg]\n", (1, 8), "a text cannot begin with *", 'put it in quotes: "*.jpg"'),
        ("a:\n\tb: 1\n", (2, 1), "a tab stands here; YAML is indented with spaces", None),
        ("a: @x\n", (1, 4), "a text cannot begin with @", "put it in quotes"),
        ("a: x\nb: 'y\n", (2, 4), "the quote that opens here is never closed", None),
        ("a: [1, 2\nb: 3\n", (2, 2), "a comma or ] is missing before this", "the list was opened in line 1, column 4"),
        ("a: {b: 1\nc: 3\n", (2, 2), "a comma or } is missing before this",
         "the mapping was opened in line 1, column 4"),
        ("a: [*.{jpg}]\n", (1, 5), "a text cannot begin with *", 'put it in quotes: "*.jpg"'),
        ("a: [x.{jpg}]\n", (1, 7), "a text with braces or brackets in a list needs quotes",
         'put it in quotes: "*.jpg"'),
        ("n: {content}--{style}\n", (1, 13), "a text cannot begin with {", 'put it in quotes: "{content}--{style}"'),
        ('a: "C:\\photos"\n', (1, 7), "a backslash inside double quotes begins an escape",
         "use / in paths, or single quotes"),
        ("a: b: c\n", (1, 5), "a second `:` has no meaning here",
         "put a text that holds `: ` in quotes, or mend the indentation"),
        ("a: b\nc\n", (3, 1), "the line before this one has no `:`", "a key is written `key: value`"),
        ("a: !x!y z\n", (1, 4), "a text cannot begin with !", "put it in quotes"),
        ("a: >x\n", (1, 5),
         "no YAML: while scanning a block scalar, did not find expected comment or line break", None),
    ],
)  # fmt: skip
def test_each_common_slip_is_named_in_plain_words(text: str, place: tuple[int, int], message: str, hint: str | None):
    (problem,) = read_yaml(text, "job.yaml").problems
    assert (problem.line, problem.column) == place
    assert problem.message == message
    assert problem.hint == hint


def test_a_line_that_does_not_fit_is_blamed_on_its_indentation():
    (problem,) = read_yaml("jobs:\n- a: 1\n - b: 2\n", "job.yaml").problems
    assert (problem.line, problem.message) == (3, "this line does not fit the lines above")


@pytest.mark.parametrize(("character", "shown"), [("\x07", "\\x07"), ("\0", "\\x00"), ("\ufffe", "\\ufffe")])
def test_characters_outside_yaml_are_shown_by_their_code(character: str, shown: str):
    (problem,) = read_yaml(f"a: 1\nb: x{character}\n", "job.yaml").problems
    assert (problem.line, problem.column) == (2, 5)
    assert problem.message == f"no text can hold the character {shown}"
