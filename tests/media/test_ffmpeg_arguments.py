"""Every name is that of a file, and a file opens no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from stylepipe.errors import FfmpegError
from stylepipe.media.ffmpeg import run_ffmpeg
from stylepipe.media.ffmpeg_arguments import file_argument, input_arguments


@pytest.mark.parametrize("name", ["-o.mp4", "a:b.mp4", "%03d.mp4", 'it\'s "it".mp4', "two\nlines.mp4", "ä 漢.mp4"])
def test_any_name_is_taken_as_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    grey = ["-f", "rawvideo", "-video_size", "16x16", "-pixel_format", "gray", "-i", "pipe:0"]
    run_ffmpeg([*grey, "-c:v", "mpeg4", file_argument(Path(name))], data=bytes(256))
    assert (tmp_path / name).stat().st_size > 0
    assert "mpeg4" in run_ffmpeg([*input_arguments(Path(name)), "-f", "null", "-"])


def test_a_playlist_cannot_reach_the_network(tmp_path: Path) -> None:
    playlist = tmp_path / "list.mp4"
    playlist.write_text("ffconcat version 1.0\nfile 'http://127.0.0.1:9/secret.mp4'\n")
    with pytest.raises(FfmpegError, match=r"not on whitelist|unsafe|Operation not permitted"):
        run_ffmpeg([*input_arguments(playlist, "-f", "concat", "-safe", "0"), "-f", "null", "-"])
