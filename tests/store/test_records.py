import json
import math
import os
import time
from dataclasses import replace

import pytest

from stylepipe.errors import OutputError, UsageError
from stylepipe.store.places import record_path
from stylepipe.store.records import (
    LOSS_ROWS,
    SCHEMA_VERSION,
    UnreadableRecord,
    all_records,
    read_record,
    write_record,
)


def test_a_record_comes_back_as_it_was_written(tmp_path, record):
    write_record(tmp_path, record)
    assert read_record(tmp_path, "cat--starry") == record


def test_an_item_in_a_subfolder_has_its_record_in_a_subfolder(tmp_path, changed):
    write_record(tmp_path, changed(item="zoo/cat", output="zoo/cat.png"))
    assert (tmp_path / ".stylepipe" / "records" / "zoo" / "cat.json").is_file()
    assert read_record(tmp_path, "zoo/cat").output == "zoo/cat.png"


def test_a_record_is_one_line_of_json_for_anyone_to_read(tmp_path, record):
    write_record(tmp_path, record)
    text = record_path(tmp_path, record.item).read_text()
    assert text.count("\n") == 1
    assert json.loads(text)["schema_version"] == SCHEMA_VERSION


def test_a_file_name_that_is_no_utf8_survives(tmp_path, changed):
    name = os.fsdecode(b"caf\xe9")
    write_record(tmp_path, changed(item=name))
    assert read_record(tmp_path, name).item == name


def test_an_item_that_was_never_painted_has_no_record(tmp_path):
    assert read_record(tmp_path, "cat") is None


def test_a_record_never_lies_outside_its_folder(tmp_path, changed):
    with pytest.raises(UsageError):
        write_record(tmp_path, changed(item="../cat"))
    with pytest.raises(UsageError):
        read_record(tmp_path, "../cat")


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b"9" * 5000, b'{"schema_version": 1}']
)
def test_a_broken_record_is_unreadable_and_no_error(tmp_path, content):
    path = record_path(tmp_path, "cat")
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    found = read_record(tmp_path, "cat")
    assert isinstance(found, UnreadableRecord)
    assert found.path == path
    assert found.why


@pytest.mark.parametrize(
    "wrong",
    [
        {"seconds": "12"},
        {"iterations": True},
        {"iterations": 1.5},
        {"output_size": None},
        {"identity": []},
        {"notes": "none"},
        {"notes": [1]},
        {"inputs": [{"role": "content"}]},
        {"inputs": ["photo.jpg"]},
        {"losses": [[1, 2]]},
        {"losses": [[1, 2, 3, 4, "5"]]},
        {"losses": [5]},
        {"output": "../../etc/passwd"},
        {"output": "/etc/passwd"},
    ],
)
def test_a_record_with_a_value_of_the_wrong_type_is_unreadable(tmp_path, record, wrong):
    write_record(tmp_path, record)
    path = record_path(tmp_path, record.item)
    path.write_text(json.dumps(json.loads(path.read_text()) | wrong))
    assert isinstance(read_record(tmp_path, record.item), UnreadableRecord)


def test_a_record_of_a_newer_stylepipe_is_unreadable_and_says_so(tmp_path, changed):
    write_record(tmp_path, changed(schema_version=SCHEMA_VERSION + 1))
    assert "a newer stylepipe wrote it" in read_record(tmp_path, "cat--starry").why


def test_a_key_that_a_later_release_added_is_passed_over(tmp_path, record):
    write_record(tmp_path, record)
    path = record_path(tmp_path, record.item)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"mood": "blue"}))
    assert read_record(tmp_path, record.item) == record


def test_a_long_curve_is_thinned_and_keeps_its_ends(tmp_path, changed):
    rows = [[k, 1 / k, 1 / 3, 0.0, 0.0] for k in range(1, 1001)]
    write_record(tmp_path, changed(losses=rows))
    kept = read_record(tmp_path, "cat--starry").losses
    assert len(kept) == LOSS_ROWS
    assert kept[0][:2] == [1, 1.0]
    assert kept[-1][:2] == [1000, 0.001]
    assert kept[0][2] == 0.333333
    assert len({row[0] for row in kept}) == LOSS_ROWS


def test_losses_that_are_no_numbers_draw_no_curve(tmp_path, changed):
    write_record(tmp_path, changed(losses=[[1, math.nan, 0, 0, 0], [2, 1.0, 0, 0, math.inf], [3, 1.0, 1.0, 0.0, 0.0]]))
    assert read_record(tmp_path, "cat--starry").losses == [[3, 1.0, 1.0, 0.0, 0.0]]


def test_a_disk_that_refuses_is_said(tmp_path, record):
    (tmp_path / ".stylepipe").write_text("")
    with pytest.raises(OutputError):
        write_record(tmp_path, record)


def test_twelve_thousand_records_are_read_in_about_a_second(tmp_path, record):
    rows = [[k, 1.23456 / k, 0.123456, 0.0123456, 0.00123456] for k in range(1, LOSS_ROWS + 1)]
    write_record(tmp_path, replace(record, losses=rows))
    path = record_path(tmp_path, record.item)
    count = 600
    for k in range(count):
        path.with_name(f"{k}.json").hardlink_to(path)
    began = time.process_time()
    for k in range(count):
        assert read_record(tmp_path, str(k)).item == record.item
    seconds = (time.process_time() - began) * 12_000 / count
    assert seconds < 5  # about 1.5 on two slow cores: a busy machine passes, another order of cost does not


def test_all_records_are_listed_by_name_and_broken_ones_with_them(tmp_path, record, changed):
    assert list(all_records(tmp_path)) == []
    write_record(tmp_path, record)
    write_record(tmp_path, changed(item="a/b", output="a/b.png"))
    record_path(tmp_path, "zoo").write_text("{")
    (record_path(tmp_path, "zoo").parent / "notes.txt").touch()
    first, second, broken = all_records(tmp_path)
    assert (first.item, second.item) == ("a/b", "cat--starry")
    assert isinstance(broken, UnreadableRecord)
