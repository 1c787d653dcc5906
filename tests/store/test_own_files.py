"""What was put in the place of a file of ours is an error of the disk, and never waited for."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import psutil
import pytest

from stylepipe.store.own_files import read_own, require_regular


def test_a_file_is_read_up_to_the_size_that_it_ever_gets(tmp_path: Path) -> None:
    file = tmp_path / "record.json"
    file.write_bytes(b"{}\r\n\0")
    assert read_own(file, 5) == b"{}\r\n\0"
    with pytest.raises(OSError, match="it is larger than 4 bytes") as caught:
        read_own(file, 4)
    assert (caught.value.errno, caught.value.filename) == (errno.EFBIG, str(file))
    require_regular(file)
    require_regular(file, 5)
    with pytest.raises(OSError, match="it is larger than 4 bytes"):
        require_regular(file, 4)


def test_a_folder_in_a_files_place_is_named_and_costs_nothing(tmp_path: Path) -> None:
    before = psutil.Process().num_fds()
    for _ in range(3):
        with pytest.raises(IsADirectoryError) as caught:
            read_own(tmp_path)
        assert caught.value.filename == str(tmp_path)
    assert psutil.Process().num_fds() == before


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo, lambda path: os.symlink("/dev/zero", path)])
def test_what_is_no_file_is_not_read(tmp_path: Path, make: object) -> None:
    path = tmp_path / "record.json"
    make(path)  # type: ignore[operator]
    for read in (read_own, require_regular):
        with pytest.raises(OSError, match=r"no regular file|Is a directory"):
            read(path)  # type: ignore[operator]


def test_what_is_not_there_is_said_as_such(tmp_path: Path) -> None:
    for read in (read_own, require_regular):
        with pytest.raises(FileNotFoundError):
            read(tmp_path / "record.json")  # type: ignore[operator]
