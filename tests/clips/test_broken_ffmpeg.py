"""An ffmpeg that fails, early or late, is quoted; what is painted stays, and the next run goes on with a good one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from stylepipe.media import open_clip, probe_clip

from .conftest import Render

Replace = Callable[[str, str], None]
DYING = "head -c 3000 > /dev/null; echo '[fatal] the driver is gone' >&2; kill -9 $$"


@pytest.mark.parametrize(
    ("argument", "where"),
    [
        ("*.parts/.stylepipe-*.mp4", "encoding a piece"),
        ("concat", "joining"),
        ("framecrc", "listening to its sound"),
    ],
)
def test_an_ffmpeg_that_dies_is_quoted_and_the_next_run_goes_on(
    render: Render,
    encode: Callable[..., Path],
    moving: np.ndarray,
    ffmpeg_but: Replace,
    monkeypatch: pytest.MonkeyPatch,
    argument: str,
    where: str,
) -> None:
    sound = ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=0.3"]
    source = encode("a.mp4", moving[:8], "-c:a", "aac", before=sound)
    assert render(source, "whole.mp4").code == 0

    ffmpeg_but(argument, DYING)
    answer = render(source, "out.mp4")
    assert answer.code == 3, where
    assert "the driver is gone" in answer.err
    assert "SIGKILL" in answer.err
    assert not Path("out.mp4").exists()

    monkeypatch.delenv("IMAGEIO_FFMPEG_EXE")
    answer = render(source, "out.mp4")
    assert answer.code == 0, answer.err
    assert "was only to be joined" in answer.err
    assert Path("out.mp4").read_bytes() == Path("whole.mp4").read_bytes()
    assert not Path(".stylepipe").exists()


def test_an_encoder_that_was_asked_for_and_fails_is_quoted_before_anything_is_painted(
    render: Render, encode: Callable[..., Path], moving: np.ndarray, ffmpeg_but: Replace
) -> None:
    ffmpeg_but("h264_nvenc", "echo '[error] no capable devices found' >&2; exit 1")

    answer = render(encode("a.mp4", moving[:2]), "out.mp4", "--set", "video.codec=h264_nvenc")

    assert answer.code == 4
    assert "no capable devices found" in answer.err
    assert "choose another codec" in answer.err
    assert not Path(".stylepipe").exists()


def test_only_where_none_was_asked_for_another_takes_its_place_and_that_is_said(
    render: Render, encode: Callable[..., Path], moving: np.ndarray, ffmpeg_but: Replace
) -> None:
    source = encode("a.mp4", moving[:2])
    ffmpeg_but("libx264", "echo '[error] it has been sold' >&2; exit 1")

    answer = render(source, "out.mp4")
    assert answer.code == 0, answer.err
    assert "because libx264 cannot encode" in answer.err
    assert probe_clip(Path("out.mp4")).codec == "h264"
    assert len(open_clip(Path("out.mp4"))) == 2

    answer = render(source, "out.mp4", "--set", "video.codec=libx264")
    assert answer.code == 4
    assert "it has been sold" in answer.err
