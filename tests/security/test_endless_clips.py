"""A clip that keeps ffmpeg busy for ever, or has it fill the memory, costs its own item and minutes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from stylepipe.errors import ClipError
from stylepipe.media import open_clip
from stylepipe.media.ffmpeg import run_ffmpeg
from stylepipe.media.ffmpeg_reader import ffmpeg_frames
from stylepipe.media.probe import probe_clip

Replace = Callable[[str, str], None]


@pytest.mark.parametrize(
    ("argument", "where"), [("level+info", "asking what it is"), ("showinfo,scale*", "looking it through")]
)
def test_a_decoder_without_end_is_ended(
    encode: Callable[..., Path],
    moving: np.ndarray,
    ffmpeg_but: Replace,
    monkeypatch: pytest.MonkeyPatch,
    argument: str,
    where: str,
) -> None:
    clip = encode("a.mp4", moving)
    monkeypatch.setattr("stylepipe.media.ffmpeg_process.LONGEST_SILENCE", 0.5)
    ffmpeg_but(argument, "sleep 60")
    with pytest.raises(ClipError, match=r"a\.mp4: ffmpeg gave no sign of life for 0\.5 s, its limit, and was ended"):
        open_clip(clip)


def test_frames_that_stop_coming_are_not_waited_for(
    encode: Callable[..., Path], moving: np.ndarray, ffmpeg_but: Replace, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = encode("a.mp4", moving)
    header = probe_clip(clip)
    monkeypatch.setattr("stylepipe.media.ffmpeg_process.LONGEST_SILENCE", 0.5)
    size = header.width * header.height * 3
    ffmpeg_but("rawvideo", f"head -c {size + 100} /dev/zero; sleep 60")
    frames = ffmpeg_frames(header, first=0, behind=12)
    assert not next(frames).any()
    with pytest.raises(ClipError, match=r"a\.mp4: frame 1 could not be read: ffmpeg gave no sign of life"):
        next(frames)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits another process's memory")
def test_a_decoder_that_takes_too_much_memory_gets_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clip = tmp_path / "a.mp4"
    source = ["-f", "lavfi", "-i", "color=size=4096x2304:rate=25:duration=0.2"]
    run_ffmpeg(["-v", "error", *source, "-c:v", "libx264", "-preset", "ultrafast", f"file:{clip}"])
    assert len(open_clip(clip)) == 5
    monkeypatch.setattr("stylepipe.media.memory_limit.most_memory", lambda: 2**27)
    with pytest.raises(ClipError, match=r"a\.mp4"):
        open_clip(clip)


@pytest.mark.parametrize(
    ("complaint", "seconds", "why"),
    [
        ("no frame!", 0.5, r"a\.mp4: ffmpeg gave no sign of life for 0\.5 s"),
        ("Cannot allocate memory", 30.0, r"a\.mp4: ffmpeg ran into the limit of .* GiB of memory that it has here"),
    ],
)
def test_complaints_without_end_are_no_sign_of_life(
    encode: Callable[..., Path],
    moving: np.ndarray,
    ffmpeg_but: Replace,
    monkeypatch: pytest.MonkeyPatch,
    complaint: str,
    seconds: float,
    why: str,
) -> None:
    clip = encode("a.mp4", moving)
    monkeypatch.setattr("stylepipe.media.ffmpeg_process.LONGEST_SILENCE", seconds)
    ffmpeg_but("showinfo,scale*", f"while sleep 0.01; do echo '[h264 @ 0x1] [error] {complaint}' >&2; done")
    with pytest.raises(ClipError, match=why):
        open_clip(clip)
