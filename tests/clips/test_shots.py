"""Shots are painted as if each were a clip of its own; a flash or a dissolve is no new shot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stylepipe.store.records import Record, read_record

from ..cli.conftest import Stylepipe
from ..conftest import save_picture

COLORS = ((200, 40, 40), (30, 60, 180), (40, 160, 60), (220, 210, 60), (120, 40, 140))
JOB = """
defaults: {size: 48, iterations: 3, pyramid: false, video: {frame_iterations: 2, frame_tolerance: 0}}
jobs: [{contents: film.mp4, styles: art/night.png}]
output: {format: frames}
"""


def shot(seed: int, length: int) -> list[np.ndarray]:
    """A textured picture that moves sideways, with a little noise."""
    random = np.random.default_rng(seed)
    wide = np.kron(random.integers(0, 90, (5, 40, 1)), np.ones((8, 8, 1))) + np.array(COLORS[seed % 5]) * 0.65
    frames = [wide[:, 2 * number : 2 * number + 64] for number in range(length)]
    return [np.clip(frame + random.normal(0, 2, frame.shape), 0, 255).astype(np.uint8) for frame in frames]


@pytest.fixture
def film(tmp_path: Path, encode: Callable[..., Path]) -> Path:
    """Write a job of a clip with a hard cut every 20 frames, a flash at 29, and a dissolve from 40 to 60."""
    first, second, third, fourth = (shot(seed, 20) for seed in range(4))
    second[9] = np.full_like(second[9], 255)
    shares = np.linspace(0, 1, 20)
    mixed = [(a * (1 - s) + b * s).astype(np.uint8) for a, b, s in zip(third, fourth, shares, strict=True)]
    frames = np.stack([*first, *second, *mixed, *shot(4, 20)])
    (tmp_path / "film.mp4").write_bytes(encode("film.mp4", frames).read_bytes())
    save_picture(tmp_path / "art" / "night.png", seed=7)
    (tmp_path / "job.yaml").write_text(JOB)
    return tmp_path


def painted(folder: Path) -> list[np.ndarray]:
    frames = []
    for path in sorted(folder.glob("*.png")):
        with Image.open(path) as picture:
            frames.append(np.array(picture))
    return frames


def record_of(folder: Path) -> Record:
    record = read_record(folder, "film--night")
    assert isinstance(record, Record)
    return record


def test_nothing_of_a_shot_reaches_the_next_and_a_flash_or_a_dissolve_starts_none(
    stylepipe: Stylepipe, film: Path
) -> None:
    assert stylepipe("run", "job.yaml").code == 0

    record = record_of(film / "out")
    assert record.clip is not None
    assert record.clip["shots"] == [0, 20, 40, 60]
    # Three steps for what is painted anew, shots' first frames and the flash, and two for all others; ten more for each
    # that has drifted, which so quick a painting does.
    assert (record.iterations - (80 * 2 + 4 + 1)) % 10 == 0

    whole = painted(film / "out" / "film--night")
    assert len(whole) == 80
    alone = stylepipe(
        "run", "job.yaml", "--set", "output.dir=alone", "--set", "video.start=0.8", "--set", "video.end=1"
    )
    assert alone.code == 0
    parts = painted(film / "alone" / "film--night")
    np.testing.assert_array_equal(parts, whole[20:25])  # to the bit what they are without the shot before
