from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stylepipe.spec.names import FIELDS, Template, literal, parse_template, safe_name, sweep_text
from stylepipe.spec.problems import Complaint

VALUES = {"job": "wall", "content": "cat", "style": "night", "size": "64", "seed": "1"}


def fill(text: str, *sweep: str) -> str:
    return parse_template(text, [*FIELDS, *sweep]).fill(VALUES, sweep)


def test_fields_are_filled_and_slashes_make_folders():
    assert fill("{job}/{content}--{style}") == "wall/cat--night"
    assert fill("{{{content}}}") == "{cat}"


def test_keys_of_a_sweep_that_are_not_named_are_appended():
    assert fill("{content}-{seed}", "size", "seed") == "cat-1--size=64"
    assert fill("{content}/{style}", "size", "seed") == "cat/night--size=64--seed=1"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("{nme}", "`{nme}` is no field of a name; there are {job}, {content}, {style}", None),
        ("{contnet}", "`{contnet}` is no field of a name", "did you mean `content`?"),
        ("{content.__class__}", "`{content.__class__}` is no field of a name", "write {content}"),
        ("{content[0]}", "`{content[0]}` is no field", "write {content}"),
        ("{}", "`{}` is no field", None),
        ("{0}", "`{0}` is no field", None),
        ("{content!r}", "`{content}` takes no format", "write {content}"),
        ("{content:>9}", "`{content}` takes no format", "write {content}"),
        ("{content:{style}}", "`{content}` takes no format", "write {content}"),
        ("{content", "a { or } stands alone here", "write {{ or }} for the sign itself"),
        ("a}", "a { or } stands alone here", "write {{ or }} for the sign itself"),
        ("../{content}", "a name stays inside the output folder", "choose the folder itself with output.dir"),
        ("a/../../{content}", "a name stays inside the output folder", "choose the folder itself with output.dir"),
        ("/tmp/{content}", "a name stays inside the output folder", "choose the folder itself with output.dir"),
        ("./{content}", "a name stays inside the output folder", "choose the folder itself with output.dir"),
        ("C:{content}", "a name cannot hold `:`", None),
        ("a\\{content}", "a name cannot hold `\\`", "folders are written with /"),
        ("{content}\0", "a name cannot hold `\0`", None),
        ("{content}/", "a name cannot end with / or hold two of them in a row", None),
        ("a//{content}", "a name cannot end with / or hold two of them in a row", None),
        (".stylepipe/{content}", "a name that begins with a dot would be hidden", None),
        ("{content}.PNG", "a name has no suffix: `.png` is added by itself", "set output.format: png"),
    ],
)  # fmt: skip
def test_a_template_that_could_mean_something_else_is_refused(text: str, message: str, hint: str | None):
    with pytest.raises(Complaint) as caught:
        parse_template(text, FIELDS)
    assert caught.value.message.startswith(message)
    assert caught.value.hint == hint


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a/b\\c:d", "a_b_c_d"),
        (".hidden", "hidden"),
        ("--force", "force"),
        ("name. . ", "name"),
        ("...", "_"),
        ("", "_"),
        ("NUL", "_NUL"),
        ("com1.backup", "_com1.backup"),
        ("console", "console"),
        ("a\0b\nc\x7f", "a_b_c_"),
        ("caf\udce9", "caf_"),
        ("Ünïcödé 日本", "Ünïcödé 日本"),
    ],
)
def test_values_become_names_that_every_system_takes(value: str, name: str):
    assert safe_name(value) == name
    assert safe_name(name) == name


def test_long_names_are_cut_but_stay_distinct():
    first, second = safe_name("日" * 100 + "a"), safe_name("日" * 100 + "b")
    assert first != second
    assert len(first.encode()) <= 120
    filled = fill("{content}" * 90)
    assert len(filled.encode()) <= 200


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (10.0, "10"),
        (0.5, "0.5"),
        (1e-7, "1e-07"),
        (True, "true"),
        (None, "none"),
        ((100, 50), "100+50"),
        ({"relu1_1": 1.0, "relu2_1": 1.0}, "relu1_1+relu2_1"),
        ({"relu1_1": 0.5, "relu2_1": 1.0}, "relu1_1=0.5+relu2_1=1"),
        ("blend:0.3", "blend_0.3"),
        ("masks/sky.png", "masks_sky.png"),
    ],
)
def test_sweep_values_are_written_as_short_as_they_can_be(value: object, text: str):
    assert sweep_text(value) == text


def test_a_text_can_be_taken_as_it_stands():
    assert fill(literal("a{b}c")) == "a{b}c"


PIECES = st.sampled_from(
    ["{content}", "{style}", "{job}", "/", "..", ".", "-", " ", "\\", "a", "con", "{{", "}}", ":", "\0"]
)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(pieces=st.lists(PIECES, min_size=1, max_size=8), values=st.tuples(st.text(), st.text(), st.text()))
def test_a_name_never_leaves_the_output_folder(pieces: list[str], values: tuple[str, str, str]):
    try:
        template: Template = parse_template("".join(pieces), FIELDS)
    except Complaint:
        return
    name = template.fill(dict(zip(FIELDS, map(safe_name, values), strict=True)))
    root = Path("/root/of/all")
    path = Path(os.path.normpath(root / name))
    assert path.is_relative_to(root)
    assert path != root
    assert not Path(name).is_absolute()
    for part in name.split("/"):
        assert part == safe_name(part, 200)
        assert part
        assert not part.startswith(".")
        assert len(part.encode()) <= 200
