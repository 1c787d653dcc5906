from pathlib import Path

import pytest

from stylepipe.errors import UsageError
from stylepipe.store.places import (
    failure_path,
    failures_folder,
    hashes_file,
    items_in,
    record_path,
    runs_folder,
    unfinished_folder,
)

OUT = Path("out")


def test_a_record_lies_at_the_place_that_its_items_name_says():
    assert record_path(OUT, "cat--starry") == Path("out/.stylepipe/records/cat--starry.json")
    assert record_path(OUT, "zoo/cat.v2") == Path("out/.stylepipe/records/zoo/cat.v2.json")


def test_everything_lies_in_the_private_folder():
    for place in (record_path(OUT, "cat").parent, runs_folder(OUT), hashes_file(OUT)):
        assert place.parent == OUT / ".stylepipe"


@pytest.mark.parametrize("name", ["", ".", "..", "../cat", "a/../../cat", "/etc/cat", "a//b", "./cat", "cat/", "cat\0"])
def test_a_name_that_could_leave_the_folder_is_refused(name):
    with pytest.raises(UsageError, match="cannot name an item"):
        record_path(OUT, name)


@pytest.mark.parametrize("name", ["12:30", "..cat", "a b", "größe", "-x", "cat\n"])
def test_odd_names_that_stay_inside_are_taken(name):
    assert record_path(OUT, name).parent == record_path(OUT, "cat").parent


def test_what_is_unfinished_lies_at_a_place_that_its_output_says_however_long_its_name_is():
    assert unfinished_folder(OUT, "zoo/cat.mp4") == Path("out/.stylepipe/unfinished/zoo/cat.mp4.parts")
    longest, other = (unfinished_folder(OUT, f"zoo/{letter * 251}.mp4") for letter in "ab")
    assert longest.parent == Path("out/.stylepipe/unfinished/zoo")
    assert longest != other
    assert len(longest.name) <= 255


def test_items_are_listed_by_the_names_of_their_files(tmp_path):
    assert items_in(failures_folder(tmp_path)) == []
    for item in ("zoo/cat.v2", "dog", "a/b/c"):
        failure_path(tmp_path, item).parent.mkdir(parents=True, exist_ok=True)
        failure_path(tmp_path, item).touch()
    assert items_in(failures_folder(tmp_path)) == ["a/b/c", "dog", "zoo/cat.v2"]
