"""ffmpeg is run to its end, and what it says is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from stylepipe.errors import FfmpegError
from stylepipe.media.ffmpeg import run_ffmpeg
from stylepipe.media.ffmpeg_arguments import input_arguments

from .conftest import AsFfmpeg


def test_what_ffmpeg_said_is_in_the_error() -> None:
    with pytest.raises(FfmpegError, match=r"failed \(exit code \d+\); it said:\n.*No such file or directory") as caught:
        run_ffmpeg([*input_arguments(Path("/nowhere/clip.mp4")), "-f", "null", "-"])
    assert "No such file or directory" in caught.value.said


def test_one_that_ends_well_before_its_input_does_is_an_error_too(as_ffmpeg: AsFfmpeg) -> None:
    as_ffmpeg("exit 0")
    with pytest.raises(FfmpegError, match="ended before"):
        run_ffmpeg([], data=bytes(1 << 22))
