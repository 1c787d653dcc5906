"""A running ffmpeg blocks nobody, takes not too much, and is gone when it is no longer wanted."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from stylepipe.errors import FfmpegError, FfmpegLimitError
from stylepipe.media.ffmpeg import run_ffmpeg, start_ffmpeg

from .conftest import AsFfmpeg


def test_an_ffmpeg_that_dies_while_it_is_written_to_is_an_error_with_its_words(as_ffmpeg: AsFfmpeg) -> None:
    as_ffmpeg("echo no more >&2; kill -9 $$")
    with start_ffmpeg(["-i", "pipe:0"], pipe_in=True) as process, pytest.raises(FfmpegError) as caught:
        process.write(bytes(1 << 22))
    assert str(caught.value) == "ffmpeg was killed (SIGKILL); it said:\nno more"


def test_a_flood_of_messages_neither_blocks_nor_grows(as_ffmpeg: AsFfmpeg) -> None:
    as_ffmpeg("i=0; while [ $i -lt 30000 ]; do echo line $i >&2; i=$((i+1)); done")
    heard: list[str] = []
    with start_ffmpeg([], on_line=heard.append) as process:
        said = process.finish().splitlines()
    assert len(heard) == 30000
    assert (said[0], said[-1], len(said)) == ("line 0", "line 29999", 600)


def test_leaving_early_leaves_no_process(tmp_path: Path, as_ffmpeg: AsFfmpeg) -> None:
    as_ffmpeg(f"echo $$ > {tmp_path}/pid; exec sleep 60")
    with start_ffmpeg([], pipe_in=True):
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
            time.sleep(0.01)
        number = int((tmp_path / "pid").read_text())
        assert os.getsid(number) == number  # Ctrl-C in our terminal does not reach it
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_one_that_says_nothing_while_it_is_waited_for_is_ended_with_its_children(
    monkeypatch: pytest.MonkeyPatch, as_ffmpeg: AsFfmpeg
) -> None:
    monkeypatch.setattr("stylepipe.media.ffmpeg_process.LONGEST_SILENCE", 0.5)
    as_ffmpeg("echo so far >&2; sleep 60; true")
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


def test_one_that_waits_for_us_is_not_ended(monkeypatch: pytest.MonkeyPatch, as_ffmpeg: AsFfmpeg) -> None:
    monkeypatch.setattr("stylepipe.media.ffmpeg_process.LONGEST_SILENCE", 0.5)
    as_ffmpeg("head -c 1000000 /dev/zero")
    with start_ffmpeg([], pipe_out=True) as process:
        assert process.read(10) == bytes(10)
        time.sleep(1.5)
        assert len(process.read()) == 999_990
        process.finish()


def test_one_whose_file_grows_is_not_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_ffmpeg: AsFfmpeg
) -> None:
    monkeypatch.setattr("stylepipe.media.ffmpeg_process.LONGEST_SILENCE", 0.5)
    as_ffmpeg(f"for i in 1 2 3 4 5 6; do sleep 0.2; echo $i >> {tmp_path}/out; done")
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
