"""A failure that nobody foresaw leaves a report that can be sent."""

from __future__ import annotations

import os
import platform
import re
import sys
from pathlib import Path

import pytest

from stylepipe import __version__
from stylepipe.errors import OutputError
from stylepipe.store.crash import write_crash_report


def stumble(what: str) -> Exception:
    """Give an error that was really raised, by another."""
    try:
        try:
            raise KeyError("beneath")
        except KeyError as cause:
            raise ValueError(what) from cause
    except ValueError as error:
        return error


def test_a_report_says_versions_command_and_where_it_happened(tmp_path: Path) -> None:
    path = write_crash_report(tmp_path / "crashes", stumble("on top"))
    text = path.read_text()
    first, second, *rest = text.splitlines()
    assert first == f"stylepipe {__version__}, Python {platform.python_version()}, {platform.platform()}"
    assert second == f"command: {' '.join(sys.argv)}"
    assert 'raise KeyError("beneath")' in text
    assert "The above exception was the direct cause" in text
    assert rest[-1] == "ValueError: on top"


def test_a_report_is_named_by_the_moment_and_lies_alone(tmp_path: Path) -> None:
    path = write_crash_report(tmp_path, stumble("x"))
    assert re.fullmatch(r"crash-\d{8}T\d{9}Z\.txt", path.name)
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_that_was_never_raised_is_reported_too(tmp_path: Path) -> None:
    assert write_crash_report(tmp_path, RuntimeError("bare")).read_text().endswith("RuntimeError: bare\n")


def test_a_file_name_that_is_no_utf8_does_not_keep_the_report_from_being_written(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.jpg")
    assert "ValueError: caf\\udce9.jpg" in write_crash_report(tmp_path, stumble(name)).read_text(encoding="utf-8")


def test_a_disk_that_refuses_is_said(tmp_path: Path) -> None:
    (tmp_path / "crashes").write_text("a file")
    with pytest.raises(OutputError, match=r"crash-.* cannot be written"):
        write_crash_report(tmp_path / "crashes", stumble("x"))
