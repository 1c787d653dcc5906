"""The ffmpeg in use is known, its absence is said; it is started safely, and what it says is kept."""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path

import pytest

from stylepipe.errors import EnvironmentLacksError, FfmpegError, FfmpegLimitError
from stylepipe.media.ffmpeg import encoders, ffmpeg_version, file_argument, input_arguments, run_ffmpeg, start_ffmpeg


def program(path: Path, script: str) -> str:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_there_is_an_ffmpeg_that_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IMAGEIO_FFMPEG_EXE", raising=False)
    path, version = ffmpeg_version()
    assert os.path.isfile(path) or os.sep not in path
    assert re.match(r"n?\d", version)


def test_the_environment_chooses_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = program(tmp_path / "my ffmpeg", "printf 'ffmpeg version n7.1-\\351 Copyright (c) 2000\\nbuilt with gcc\\n'")
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", own)
    assert ffmpeg_version() == (own, "n7.1-\ufffd")


@pytest.mark.parametrize("script", ["exit 1", "kill -9 $$"])
def test_one_that_does_not_run_is_said_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", program(tmp_path / "ffmpeg", script))
    with pytest.raises(EnvironmentLacksError, match=r"no ffmpeg that runs .*; install imageio-ffmpeg again, or set"):
        ffmpeg_version()


def test_one_that_is_not_there_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(tmp_path / "gone"))
    with pytest.raises(EnvironmentLacksError, match=r"no ffmpeg that runs .*gone"):
        ffmpeg_version()


@pytest.mark.parametrize("script", ["true", "echo hello", "echo ffmpeg", "echo avconv version 9"])
def test_another_program_is_no_ffmpeg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    other = program(tmp_path / "other", script)
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", other)
    with pytest.raises(EnvironmentLacksError) as caught:
        ffmpeg_version()
    assert str(caught.value) == f"{other} is no ffmpeg; set IMAGEIO_FFMPEG_EXE to one, or unset it"


def test_what_ffmpeg_said_is_in_the_error() -> None:
    with pytest.raises(FfmpegError, match=r"failed \(exit code \d+\); it said:\n.*No such file or directory") as caught:
        run_ffmpeg([*input_arguments(Path("/nowhere/clip.mp4")), "-f", "null", "-"])
    assert "No such file or directory" in caught.value.said


def test_an_ffmpeg_that_dies_while_it_is_written_to_is_an_error_with_its_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", program(tmp_path / "ffmpeg", "echo no more >&2; kill -9 $$"))
    with start_ffmpeg(["-i", "pipe:0"], pipe_in=True) as process, pytest.raises(FfmpegError) as caught:
        process.write(bytes(1 << 22))
    assert str(caught.value) == "ffmpeg was killed (SIGKILL); it said:\nno more"


def test_one_that_ends_well_before_its_input_does_is_an_error_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", program(tmp_path / "ffmpeg", "exit 0"))
    with pytest.raises(FfmpegError, match="ended before"):
        run_ffmpeg([], data=bytes(1 << 22))


def test_a_flood_of_messages_neither_blocks_nor_grows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = "i=0; while [ $i -lt 30000 ]; do echo line $i >&2; i=$((i+1)); done"
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", program(tmp_path / "ffmpeg", script))
    heard: list[str] = []
    with start_ffmpeg([], on_line=heard.append) as process:
        said = process.finish().splitlines()
    assert len(heard) == 30000
    assert (said[0], said[-1], len(said)) == ("line 0", "line 29999", 600)


def test_leaving_early_leaves_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", program(tmp_path / "ffmpeg", f"echo $$ > {tmp_path}/pid; exec sleep 60"))
    with start_ffmpeg([], pipe_in=True):
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
            time.sleep(0.01)
        number = int((tmp_path / "pid").read_text())
        assert os.getsid(number) == number  # Ctrl-C in our terminal does not reach it
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_one_that_says_nothing_while_it_is_waited_for_is_ended_with_its_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stylepipe.media.ffmpeg.LONGEST_SILENCE", 0.5)
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", program(tmp_path / "ffmpeg", "echo so far >&2; sleep 60; true"))
    with pytest.raises(FfmpegLimitError) as caught:
        run_ffmpeg([])
    assert str(caught.value) == (
        "ffmpeg gave no sign of life for 0.5 s, its limit, and was ended: the file may be damaged; it said:\nso far"
    )
    with start_ffmpeg([], pipe_in=True, pipe_out=True) as process:
        assert process.read(1) == b""
        with pytest.raises(FfmpegLimitError):
            process.finish()
    with start_ffmpeg([], pipe_in=True) as process, pytest.raises(FfmpegLimitError):
        process.write(bytes(1 << 22))


def test_one_that_waits_for_us_is_not_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stylepipe.media.ffmpeg.LONGEST_SILENCE", 0.5)
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", program(tmp_path / "ffmpeg", "head -c 1000000 /dev/zero"))
    with start_ffmpeg([], pipe_out=True) as process:
        assert process.read(10) == bytes(10)
        time.sleep(1.5)
        assert len(process.read()) == 999_990
        process.finish()


def test_one_whose_file_grows_is_not_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stylepipe.media.ffmpeg.LONGEST_SILENCE", 0.5)
    growing = f"for i in 1 2 3 4 5 6; do sleep 0.2; echo $i >> {tmp_path}/out; done"
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", program(tmp_path / "ffmpeg", growing))
    run_ffmpeg([], writes=tmp_path / "out")
    with pytest.raises(FfmpegLimitError):
        run_ffmpeg([])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits another process's memory")
def test_one_that_eats_memory_gets_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    eater = tmp_path / "ffmpeg"
    eater.write_text(
        f"#!{sys.executable}\nimport sys, time\ntime.sleep(0.5)\n"
        "try:\n    bytearray(1 << 29)\nexcept MemoryError:\n    sys.exit('[error] Cannot allocate memory')\n"
    )
    eater.chmod(0o755)
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(eater))
    run_ffmpeg([])
    monkeypatch.setattr("stylepipe.media.memory_limit.most_memory", lambda: 2**28)
    with pytest.raises(FfmpegLimitError) as caught:
        run_ffmpeg([])
    assert str(caught.value) == (
        "ffmpeg ran into the limit of 0.25 GiB of memory that it has here (`ulimit -d` sets another); it said:\n"
        "[error] Cannot allocate memory"
    )


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


def test_its_encoders_are_listed() -> None:
    assert {"mpeg4", "aac", "png"} <= encoders()
