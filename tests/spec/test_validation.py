from __future__ import annotations

import pytest

from stylepipe.spec.document import Document, Job, Output, Sweep
from stylepipe.spec.nodes import node_of, plain
from stylepipe.spec.settings import Settings
from stylepipe.spec.validation import MOST_MISTAKES, read_document, shown, unknown_key_hint


def test_a_value_that_fits_no_branch_of_a_union_is_one_mistake():
    job = {"contents": "a", "styles": "b", "set": {"pyramid": "some", "size": [1]}}
    reading = read_document(node_of({"jobs": [job]}))
    assert [problem.message for problem in reading.problems] == [
        "`size` needs a whole number or original, not a list",
        "`pyramid` needs true, false or a whole number, not `some`",
    ]


def test_what_is_mistaken_is_cut_out_and_the_rest_is_read():
    jobs = [{"contents": 5, "styles": "b"}, {"contents": "a", "styles": "b", "nmae": "x"}, 7]
    reading = read_document(node_of({"jobs": jobs, "defaults": {"size": "big", "seed": 1}}))
    assert len(reading.problems) == 4
    assert plain(reading.root) == {"jobs": [{"contents": "a", "styles": "b"}], "defaults": {"seed": 1}}
    assert reading.document is not None


def test_nothing_is_read_when_nothing_is_left():
    assert read_document(node_of({"jobs": [{"contents": 5}]})).document is None
    assert read_document(node_of([1])).document is None


def test_a_file_of_nothing_but_mistakes_is_given_up_soon():
    reading = read_document(node_of({f"key{k}": 1 for k in range(20_000)}))
    assert reading.document is None
    assert len(reading.problems) <= MOST_MISTAKES + 1


@pytest.mark.parametrize(
    ("key", "model", "hint"),
    [
        ("size", Document, "it is a setting: put it under `defaults`"),
        ("size", Job, "it is a setting: put it under `set`"),
        ("format", Document, "put it under `output`"),
        ("frames", Document, "put it into an entry of `jobs`"),
        ("crf", Output, "it is a setting: put it under `defaults`, as `video: {crf: ...}`"),
        ("warm_start", Job, "it is a setting: put it under `set`, as `video: {warm_start: ...}`"),
        ("crf", Settings, "write `video: {crf: ...}`"),
        ("style", Settings, "write `masks: {style: ...}`"),
        ("crf", Sweep, "write `video.crf: [...]`"),
        ("video.crd", Sweep, "did you mean `video.crf`?"),
        ("video.crf", Settings, "write `video: {crf: ...}`; dots are for --set and `sweep`"),
        ("qualty", Output, "did you mean `quality`?"),
        ("zzz", Output, None),
    ],
)
def test_an_unknown_key_is_sent_where_it_belongs(key: str, model: type, hint: str | None):
    assert unknown_key_hint(key, model) == hint


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "nothing"),
        (True, "true"),
        ({"a": 1}, "a mapping"),
        ([], "an empty list"),
        ("", "an empty text"),
        (1.5, "`1.5`"),
    ],
)
def test_wrong_values_are_quoted_as_they_are_written(value: object, text: str):
    assert shown(value) == text
    assert shown("x" * 100) == f"`{'x' * 40}...`"
