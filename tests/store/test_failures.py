import json
import os

import pytest

from stylepipe.errors import UsageError
from stylepipe.store.failures import Failure, all_failures, clear_failure, read_failure, write_failure
from stylepipe.store.places import failure_path

FAILURE = Failure("zoo/cat", "PictureError", "zoo/cat: is damaged\nmore", "f" * 64, 2, "2026-03-01T22:15:00Z")


def test_a_failure_comes_back_as_it_was_written_and_takes_the_place_of_the_one_before(tmp_path):
    write_failure(tmp_path, FAILURE)
    again = Failure("zoo/cat", "CrashError", "no", None, 3, "2026-03-02T22:15:00Z")
    assert read_failure(tmp_path, "zoo/cat") == FAILURE
    write_failure(tmp_path, again)
    assert read_failure(tmp_path, "zoo/cat") == again
    assert failure_path(tmp_path, "zoo/cat") == tmp_path / ".stylepipe" / "failures" / "zoo" / "cat.json"


def test_the_reason_is_the_first_line_without_the_item():
    assert FAILURE.reason == "is damaged"


def test_all_failures_are_listed_by_name_and_an_empty_directory_has_none(tmp_path):
    assert all_failures(tmp_path) == []
    odd = os.fsdecode(b"caf\xe9")
    for item in ("b", "a/b", odd):
        write_failure(tmp_path, Failure(item, "PictureError", f"{item}: no", None, 1, "2026-03-01T22:15:00Z"))
    assert [failure.item for failure in all_failures(tmp_path)] == ["a/b", "b", odd]


def test_a_failure_is_forgotten_once_and_then_silently(tmp_path):
    clear_failure(tmp_path, "zoo/cat")
    write_failure(tmp_path, FAILURE)
    clear_failure(tmp_path, "zoo/cat")
    clear_failure(tmp_path, "zoo/cat")
    assert read_failure(tmp_path, "zoo/cat") is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"[" * 100_000, b'{"item": "cat"}', b"\xff"])
def test_a_broken_failure_counts_as_none(tmp_path, content):
    path = failure_path(tmp_path, "cat")
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    assert read_failure(tmp_path, "cat") is None
    assert all_failures(tmp_path) == []


def test_a_failure_of_another_items_name_counts_as_none(tmp_path):
    write_failure(tmp_path, FAILURE)
    path = failure_path(tmp_path, "dog")
    path.write_bytes(failure_path(tmp_path, "zoo/cat").read_bytes())
    assert read_failure(tmp_path, "dog") is None
    path.write_text(json.dumps(json.loads(path.read_text()) | {"item": "dog", "later": 1}))
    assert read_failure(tmp_path, "dog") is not None


def test_a_failure_never_lies_outside_its_folder(tmp_path):
    with pytest.raises(UsageError):
        read_failure(tmp_path, "../cat")
