from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from PIL import Image

from stylepipe.media.ffmpeg import run_ffmpeg
from stylepipe.media.ffmpeg_program import ffmpeg_path

QUICK = "size: 32, iterations: 2, pyramid: false"
"""Settings under which a picture takes a few hundredths of a second."""


def save_picture(path: Path, width: int = 40, height: int = 32, seed: int = 0) -> Path:
    """Write a smooth random picture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    coarse = np.random.default_rng(seed).integers(0, 256, (5, 6, 3), dtype=np.uint8)
    Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC).save(path)
    return path


@pytest.fixture
def spawn() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start real processes, in this environment and what is added to it, and leave none behind."""
    started: list[subprocess.Popen[str]] = []

    def start(command: Sequence[object], **environment: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            env={**os.environ, **environment},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def job(tmp_path: Path) -> Callable[..., Path]:
    """Write two photographs, two artworks and a job file; `text` takes the place of the jobs."""

    def write(text: str | None = None, *, defaults: str = QUICK) -> Path:
        for seed, name in enumerate(("photos/cat.png", "photos/dog.png", "art/night.png", "art/wave.png")):
            save_picture(tmp_path / name, seed=seed)
        jobs = text or "jobs:\n  - contents: photos/*.png\n    styles: art/*.png\n"
        file = tmp_path / "job.yaml"
        file.write_text(f"defaults: {{{defaults}}}\n{jobs}")
        return file

    return write


@pytest.fixture(scope="session")
def moving() -> np.ndarray:
    """A square of a changing colour that crosses a soft background: (12, 64, 96, 3) uint8, no two frames alike."""
    rows, columns = np.mgrid[:64, :96]
    background = np.stack([60 + rows, 150 - columns, 80 + (rows + columns) // 2], axis=-1)
    frames = np.repeat(background[np.newaxis].astype(np.uint8), 12, axis=0)
    for number, frame in enumerate(frames):
        frame[20:40, 4 + 6 * number : 20 + 6 * number] = (200, 40 + 10 * number, 30)
    return frames


@pytest.fixture(scope="session")
def encode(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Write frames (N, H, W, 3) uint8 as a clip with ffmpeg; whatever is made twice is made once.

    options: ffmpeg's of the output; before: those before the inputs; codec: by default H.264 without loss.
    """
    made: dict[tuple[object, ...], Path] = {}

    def write(
        name: str,
        frames: np.ndarray,
        *options: str,
        rate: str = "25",
        before: Sequence[str] = (),
        codec: Sequence[str] = ("-c:v", "libx264", "-preset", "ultrafast", "-qp", "0", "-pix_fmt", "yuv444p"),
    ) -> Path:
        key = (name, frames.tobytes(), options, rate, tuple(before), tuple(codec))
        if key not in made:
            made[key] = tmp_path_factory.mktemp("clip") / name
            size = f"{frames.shape[2]}x{frames.shape[1]}"
            raw = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", size, "-r", rate, "-i", "pipe:0"]
            run_ffmpeg(["-v", "error", *before, *raw, *codec, *options, f"file:{made[key]}"], data=frames.tobytes())
        return made[key]

    return write


@pytest.fixture(scope="session")
def remux(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Copy a clip's streams into another container."""

    def write(source: Path, name: str, *options: str, before: Sequence[str] = ()) -> Path:
        path = tmp_path_factory.mktemp("clip") / name
        run_ffmpeg(["-v", "error", *before, "-i", str(source), "-map", "0", "-c", "copy", *options, f"file:{path}"])
        return path

    return write


@pytest.fixture
def ffmpeg_but(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Put a program in ffmpeg's place that is ffmpeg, except that with a certain argument it does something else."""

    def replace(argument: str, script: str) -> None:
        real = ffmpeg_path()
        program = tmp_path / "ffmpeg"
        loop = f'for a in "$@"; do case "$a" in {argument}) {script};; esac; done'
        program.write_text(f'#!/bin/sh\n{loop}\nexec "{real}" "$@"\n')
        program.chmod(0o755)
        monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(program))

    return replace


class Canary(NamedTuple):
    """A server that has nothing: its address, and the paths that it was asked for."""

    address: str
    asked: list[str]


@pytest.fixture
def canary() -> Iterator[Canary]:
    """Serve nothing on this machine, and note who asks."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_GET

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield Canary(f"http://127.0.0.1:{server.server_port}", asked)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
