"""What ffmpeg says on stderr: how much of it is kept, and what it means."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from stylepipe.errors import ClipError, FfmpegError, OutputError

_KEPT_AT_EACH_END = 300  # lines of stderr: the streams are described first, what went wrong is said last
_LONGEST_LINE = 4096  # bytes
_LINES_IN_AN_ERROR = 8
_COMPLAINS = re.compile(r"\[(?:warning|error|fatal)\]")
_NO_MEMORY = re.compile(r"C(?:annot|ould not) allocate memory|bad_alloc")
_DISK_REFUSES = (
    "No space left on device",
    "Disk quota exceeded",
    "File too large",
    "Read-only file system",
    "Permission denied",
    "Input/output error",
    "Stale file handle",
)
"""What the C library says of a disk that cannot be written, in the language ffmpeg speaks."""


class Words:
    """The first and the last lines of what it has said; a very long text loses its middle."""

    def __init__(self) -> None:
        self._first: list[str] = []
        self._last: deque[str] = deque(maxlen=_KEPT_AT_EACH_END)

    def add(self, line: str) -> None:
        """Keep a line."""
        (self._first if len(self._first) < _KEPT_AT_EACH_END else self._last).append(line)

    def __str__(self) -> str:
        return "\n".join([*self._first, *self._last])


def lines_of(stderr: IO[bytes]) -> Iterator[str]:
    """Give each line as it comes, of one that is too long the beginning."""
    ended = True
    for line in iter(lambda: stderr.readline(_LONGEST_LINE), b""):
        begins, ended = ended, line.endswith(b"\n")
        if begins:  # else the rest of a title, say, that might read like ffmpeg's own words
            yield line.decode(errors="replace").rstrip()


def is_complaint(line: str) -> bool:
    """Tell whether a line, as `-v level+...` marks it, says that something is wrong."""
    return _COMPLAINS.search(line) is not None


def lacks_memory(said: str) -> bool:
    """Tell whether it says that it got no memory."""
    return _NO_MEMORY.search(said) is not None


def quoted(said: str) -> str:
    """Give what an error shows: of lines that `-v level+...` marked the first errors, the cause; else the last."""
    lines = said.splitlines()
    errors = [line for line in lines if "[error]" in line or "[fatal]" in line]
    shown = errors[:_LINES_IN_AN_ERROR] or lines[-_LINES_IN_AN_ERROR:]
    return "it said:\n" + ("\n".join(shown) or "(nothing)")


def write_refusal(path: Path, error: FfmpegError) -> OutputError | ClipError:
    """Say what it means that ffmpeg could not write `path`: the disk refused, or the clip cannot be written so."""
    for words in _DISK_REFUSES:
        if words in error.said:
            return OutputError(f"{path}: cannot be written: {words}; make room or choose another place ({error})")
    return ClipError(f"{path}: cannot be written: {error}")
