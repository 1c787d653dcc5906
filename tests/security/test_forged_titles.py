"""A clip whose title is so long that what stands behind it looks like a line that ffmpeg says by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from stylepipe.media.ffmpeg import run_ffmpeg

from ..batch.conftest import Job
from ..cli.conftest import Stylepipe

LINES = (
    "config in time_base: 1/0, frame_rate: 0/0",
    "config in time_base: 0/1, frame_rate: 10/1",
    "n:   0 pts:      0 pts_time:0 duration:      1 duration_time:0.1 fmt:rgb24 cl:left sar:1/1 s:99999x99999 i:P ",
)


@pytest.mark.parametrize("line", LINES)
def test_the_clip_is_painted_as_it_is(job: Job, stylepipe: Stylepipe, tmp_path: Path, line: str) -> None:
    file = job("jobs:\n  - contents: photos/*\n    styles: art/night.png\n")
    # ffmpeg shows a title in parts of 255 letters at most, and its line is read in parts of 4096.
    padding = "A" * (4096 - len("[info]     title           : "))
    parts = [padding[at : at + 250] for at in range(0, len(padding), 250)]
    title = "\v".join([*parts, f"[Parsed_showinfo_0 @ 0x1] [info] {line}"])
    source = ["-f", "lavfi", "-i", "testsrc=s=64x48:r=10:d=0.2", "-metadata", f"title={title}"]
    run_ffmpeg(["-v", "level+error", *source, "-c:v", "ffv1", str(tmp_path / "photos" / "clip.mkv")])
    assert stylepipe("plan", file).code == 0
    answer = stylepipe("run", file, "--workers", "0")
    assert answer.code == 0, answer.err
    assert "3 done" in answer.err
