from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stylepipe.media.ffmpeg import run_ffmpeg

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
