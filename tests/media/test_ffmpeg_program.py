"""The ffmpeg in use is known, and its absence is said."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from stylepipe.errors import EnvironmentLacksError
from stylepipe.media.ffmpeg_program import ffmpeg_version

from .conftest import AsFfmpeg


def test_there_is_an_ffmpeg_that_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IMAGEIO_FFMPEG_EXE", raising=False)
    path, version = ffmpeg_version()
    assert os.path.isfile(path) or os.sep not in path
    assert re.match(r"n?\d", version)


def test_the_environment_chooses_another(as_ffmpeg: AsFfmpeg) -> None:
    own = as_ffmpeg("printf 'ffmpeg version n7.1-\\351 Copyright (c) 2000\\nbuilt with gcc\\n'", "my ffmpeg")
    assert ffmpeg_version() == (own, "n7.1-\ufffd")


@pytest.mark.parametrize("script", ["exit 1", "kill -9 $$"])
def test_one_that_does_not_run_is_said_with_the_way_out(script: str, as_ffmpeg: AsFfmpeg) -> None:
    as_ffmpeg(script)
    with pytest.raises(EnvironmentLacksError, match=r"no ffmpeg that runs .*; install imageio-ffmpeg again, or set"):
        ffmpeg_version()


def test_one_that_is_not_there_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(tmp_path / "gone"))
    with pytest.raises(EnvironmentLacksError, match=r"no ffmpeg that runs .*gone"):
        ffmpeg_version()


@pytest.mark.parametrize("script", ["true", "echo hello", "echo ffmpeg", "echo avconv version 9"])
def test_another_program_is_no_ffmpeg(script: str, as_ffmpeg: AsFfmpeg) -> None:
    other = as_ffmpeg(script)
    with pytest.raises(EnvironmentLacksError) as caught:
        ffmpeg_version()
    assert str(caught.value) == f"{other} is no ffmpeg; set IMAGEIO_FFMPEG_EXE to one, or unset it"
