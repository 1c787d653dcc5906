from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

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
