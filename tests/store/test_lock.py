import json
import os
import time

import pytest

from stylepipe.errors import LockedError, OutputError
from stylepipe.store.lock import hold, is_held, read_holder

HOLD = """
import sys, time
from pathlib import Path
from stylepipe.store.lock import hold
with hold(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def test_a_free_directory_is_made_and_held_and_let_go(tmp_path):
    out = tmp_path / "new" / "out"
    with hold(out):
        assert read_holder(out).pid == os.getpid()
    assert read_holder(out) is None
    with hold(out):
        pass


def test_a_second_run_is_told_at_once_who_holds_the_directory_and_since_when(tmp_path, python):
    process = python(HOLD, tmp_path, 60)
    process.stdout.readline()
    began = time.monotonic()
    with pytest.raises(LockedError) as caught, hold(tmp_path):
        pass
    assert time.monotonic() - began < 1
    holder = read_holder(tmp_path)
    assert holder.pid == process.pid
    assert str(caught.value) == (
        f"{tmp_path}: another run holds this output directory since {holder.since}: process {process.pid} on "
        f"{holder.host} ({holder.command}); wait for its end with --wait 10m"
    )


def test_a_run_that_is_refused_leaves_the_holders_name_in_place(tmp_path, python):
    process = python(HOLD, tmp_path, 60)
    process.stdout.readline()
    for _ in range(2):
        with pytest.raises(LockedError), hold(tmp_path):
            pass
    assert read_holder(tmp_path).pid == process.pid


def test_one_process_cannot_hold_a_directory_twice(tmp_path):
    with hold(tmp_path), pytest.raises(LockedError), hold(tmp_path):
        pass


def test_a_holder_that_is_killed_frees_the_directory(tmp_path, python):
    process = python(HOLD, tmp_path, 60)
    process.stdout.readline()
    process.kill()
    process.wait()
    assert read_holder(tmp_path).pid == process.pid
    with hold(tmp_path):
        assert read_holder(tmp_path).pid == os.getpid()


def test_waiting_in_vain_is_not_advised_again(tmp_path, python):
    process = python(HOLD, tmp_path, 60)
    process.stdout.readline()
    with pytest.raises(LockedError, match=r"it did not end in this time$"), hold(tmp_path, wait_seconds=0.1):
        pass
    process.kill()
    process.wait()


def test_waiting_ends_when_the_holder_ends(tmp_path, python):
    process = python(HOLD, tmp_path, 0.3)
    process.stdout.readline()
    with hold(tmp_path, wait_seconds=20):
        assert read_holder(tmp_path).pid == os.getpid()


def test_an_error_in_the_block_lets_go(tmp_path):
    with pytest.raises(KeyError), hold(tmp_path):
        raise KeyError
    with hold(tmp_path):
        pass


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"pid": 1e999, "host": "", "command": "", "since": ""}'])
def test_a_holder_who_cannot_be_read_is_not_named(tmp_path, content):
    with hold(tmp_path):
        (tmp_path / ".stylepipe" / "lock.json").write_text(content)
        with pytest.raises(LockedError, match="another run holds this output directory; wait for its end"):
            hold(tmp_path).__enter__()


def test_the_holder_is_json_for_anyone_to_read(tmp_path):
    with hold(tmp_path):
        content = json.loads((tmp_path / ".stylepipe" / "lock.json").read_text())
    assert list(content) == ["pid", "host", "command", "since"]


def test_a_directory_that_cannot_be_made_says_so(tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(OutputError, match=r"out: cannot be locked: .*; choose another output directory"):
        hold(tmp_path / "out").__enter__()


def test_whether_a_directory_is_held_is_asked_of_the_kernel_and_changes_nothing(tmp_path, python):
    assert not is_held(tmp_path)
    assert list(tmp_path.iterdir()) == []
    process = python(HOLD, tmp_path, 60)
    process.stdout.readline()
    assert is_held(tmp_path)
    process.kill()
    process.wait()
    assert read_holder(tmp_path) is not None
    assert not is_held(tmp_path)


def test_asking_whether_a_directory_is_held_keeps_nobody_else_from_asking(tmp_path):
    with hold(tmp_path):
        assert is_held(tmp_path)
    assert not is_held(tmp_path)
    assert not is_held(tmp_path)
