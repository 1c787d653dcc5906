from __future__ import annotations

import time

import pytest
import yaml

from stylepipe.spec import yaml12
from stylepipe.spec.nodes import plain
from stylepipe.spec.problems import Place
from stylepipe.spec.yaml12 import Source, read_yaml


@pytest.fixture(autouse=True, params=["libyaml", "pure"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read with libyaml, and without it."""
    if request.param == "pure":
        monkeypatch.setattr(yaml12, "_LOADER", yaml.SafeLoader)


def read(text: str) -> Source:
    return read_yaml(text, "job.yaml")


def data(text: str) -> object:
    source = read(text)
    assert source.problems == ()
    assert source.root is not None
    return plain(source.root)


def complaints(text: str) -> list[str]:
    return [f"{problem.line}:{problem.column} {problem.message}" for problem in read(text).problems]


def test_lists_mappings_and_words_become_plain_values():
    assert data('a: [1, x, "1"]\nb: {c: no}\n') == {"a": [1, "x", "1"], "b": {"c": "no"}}


def test_keys_are_always_text():
    assert data("1889: a\nno: b\n~: c\n") == {"1889": "a", "no": "b", "~": "c"}


def test_every_value_and_every_key_knows_its_place():
    source = read("jobs:\n  - size: 10\n    é: [a,  b]\n")
    assert source.place(("jobs", 0, "size")) == Place(2, 11)
    assert source.label(("jobs", 0, "size")) == Place(2, 5)
    assert source.place(("jobs", 0, "é", 1)) == Place(3, 13)


def test_a_key_with_nothing_behind_it_stands_at_its_key():
    assert read("a:\nb: 1\n").place(("a",)) == Place(1, 1)


def test_a_duplicate_key_is_a_mistake_and_the_first_one_counts():
    source = read("size: 1\nseed: 2\nsize: 3\n")
    assert source.root is not None
    assert plain(source.root) == {"size": 1, "seed": 2}
    assert source.problems[0].line == 3
    assert source.problems[0].message == "`size` is there twice"
    assert source.problems[0].hint == "the first one is in line 1"


def test_all_mistakes_of_a_text_are_found_at_once():
    text = "a: 1\na: 2\nb: !mine x\n[c]: 1\nd: *nowhere\n"
    assert complaints(text) == [
        "2:1 `a` is there twice",
        "3:4 the tag !mine is not taken here",
        "4:1 a key must be one word or text",
        "5:4 there is no anchor &nowhere above",
    ]


def test_mistakes_before_a_broken_line_are_kept():
    assert complaints("a: 1\na: 2\nb: 'x\n") == [
        "2:1 `a` is there twice",
        "3:4 the quote that opens here is never closed",
    ]


def test_anchors_and_merge_keys_work_and_own_keys_win():
    text = "x: &x {a: 1, b: 2}\ny: &y {b: 3, c: 4}\nz: {<<: [*x, *y], a: 0}\nw: *x\n"
    assert data(text)["z"] == {"a": 0, "b": 2, "c": 4}  # type: ignore[index]
    assert data(text)["w"] == {"a": 1, "b": 2}  # type: ignore[index]


def test_a_quoted_merge_sign_is_an_ordinary_key():
    assert data('"<<": 1\n') == {"<<": 1}


def test_only_mappings_can_be_merged():
    assert complaints("x: &x [1]\ny: {<<: *x}\n")[0].startswith("2:5 `<<` takes the keys of a mapping")


def test_tagged_collections_are_refused():
    assert complaints("a: !!set {x}\nb: !!python/tuple [1]\nc: !!seq [1]\n") == [
        "1:4 the tag !!set is not taken here",
        "2:4 the tag !!python/tuple is not taken here",
    ]


def test_an_alias_inside_what_it_stands_for_ends_the_reading():
    assert complaints("a: &x [*x]\n") == ["1:8 *x stands inside what it stands for"]


def test_a_bomb_of_aliases_is_refused_in_no_time():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{k}: &a{k} [{', '.join([f'*a{k - 1}'] * 9)}]" for k in range(1, 30)]
    start = time.perf_counter()
    assert "over 100000 values" in complaints("\n".join(lines))[0]
    assert time.perf_counter() - start < 1


def test_deep_nesting_is_refused_whether_written_or_by_aliases():
    assert "nest deeper than 40 levels" in complaints("[" * 100_000)[0]
    lines = ["a0: &a0 [x]"] + [f"a{k}: &a{k} [*a{k - 1}]" for k in range(1, 100)]
    assert "nests over 40 levels" in complaints("\n".join(lines))[0]


def test_a_second_document_is_a_mistake():
    assert complaints("a: 1\n---\nb: 1\n") == ["2:1 a second document begins here; a job file is one document"]


@pytest.mark.parametrize("text", ["", "# only a comment\n"])
def test_a_text_without_a_document_has_no_tree(text: str):
    assert read(text).root is None
    assert read(text).problems == ()


def test_a_yaml_directive_and_windows_line_ends_do_no_harm():
    assert data("%YAML 1.2\r\n---\r\na: 1\r\n") == {"a": 1}


def test_a_text_with_nul_is_refused():
    assert complaints('a: "x\\0y"\n') == ["1:4 this text holds a character that no name or path can have"]
