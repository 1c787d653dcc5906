"""Of what ffmpeg says the telling lines are shown, and it is understood."""

from __future__ import annotations

import io
from pathlib import Path

from stylepipe.errors import ClipError, FfmpegError, OutputError
from stylepipe.media.ffmpeg_words import lines_of, quoted, write_refusal


def test_the_first_errors_are_shown_and_without_any_the_last_lines() -> None:
    lines = [f"[info] {k}" for k in range(20)]
    assert quoted("\n".join(lines)) == "\n".join(["it said:", *lines[-8:]])
    assert quoted("\n".join(["[error] the cause", *lines])) == "it said:\n[error] the cause"
    assert quoted("") == "it said:\n(nothing)"


def test_the_rest_of_a_line_that_is_too_long_is_no_line() -> None:
    said = b"one\n" + b"A" * 4096 + b"[error] forged\ntwo \xff\n"
    assert [*lines_of(io.BytesIO(said))] == ["one", "A" * 4096, "two \ufffd"]


def test_a_disk_that_refuses_is_told_from_a_clip_that_cannot_be_written() -> None:
    full, strange = (FfmpegError("ffmpeg failed", said) for said in ("a.mp4: No space left on device", "no such codec"))
    assert isinstance(write_refusal(Path("a.mp4"), full), OutputError)
    assert isinstance(write_refusal(Path("a.mp4"), strange), ClipError)
