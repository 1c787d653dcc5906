"""What the acceptance of clips shares: the program as it is called, quick paintings, and a painter that only copies."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from torch import Tensor

from stylepipe.engine.losses import LossValues
from stylepipe.engine.painting import Painting
from stylepipe.media import Clip, open_clip
from stylepipe.media.ffmpeg import run_ffmpeg

from ..cli.conftest import Answer, Stylepipe, end, start, stylepipe, surroundings
from ..conftest import save_picture

__all__ = ["end", "start", "stylepipe", "surroundings"]

QUICK = ("--size", "48", "--iterations", "1", "--set", "pyramid=false", "--set", "video.frame_iterations=1")
"""Settings under which a frame takes some hundredths of a second."""

Render = Callable[..., Answer]
Painted = Callable[..., Clip]


@pytest.fixture
def art(tmp_path: Path) -> Path:
    """Write an artwork."""
    return save_picture(tmp_path / "art" / "night.png", seed=7)


@pytest.fixture
def render(stylepipe: Stylepipe, art: Path) -> Render:
    """Paint a clip quickly with `stylepipe render CLIP -s ART -o OUTPUT`; what follows are more arguments."""
    return lambda clip, output, *more: stylepipe("render", *QUICK, "-s", art, "-o", output, *more, "--", clip)


@pytest.fixture
def painted(render: Render) -> Painted:
    """Paint as `render` does, see that it went well, and open what came out."""

    def paint(clip: Path, output: str, *more: object) -> Clip:
        answer = render(clip, output, *more)
        assert answer.code == 0, answer.err
        return open_clip(Path(output))

    return paint


@pytest.fixture
def copied(render: Render, monkeypatch: pytest.MonkeyPatch) -> Painted:
    """Paint as `painted` does, with a painter in the engine's place that leaves every frame as it is.

    All before and behind it is the program's own: reading, deciding, writing in pieces, joining, checking.
    """
    nothing = LossValues(*(0.0 for _ in LossValues._fields))

    def leave(content: Tensor, *_: object, **others: object) -> Painting:
        return Painting(content, (nothing,), content)

    monkeypatch.setattr("stylepipe.video.shot.stylize", leave)

    def copy(clip: Path, output: str, *more: object) -> Clip:
        answer = render(clip, output, "--size", "original", "--set", "video.warm_start=none", *more)
        assert answer.code == 0, answer.err
        return open_clip(Path(output))

    return copy


def pixels(clip: Clip) -> np.ndarray:
    """Give all frames of a clip as (N, H, W, 3) uint8."""
    return np.stack([frame for _, _, frame in clip])


def seconds(clip: Clip) -> list[Fraction]:
    """Give when each frame is shown, from the clip's beginning."""
    return [clip.info.seconds(tick) for tick in clip.info.instants]


def said_of(path: Path) -> str:
    """Give what ffmpeg says of a file and of its first frame."""
    return run_ffmpeg(["-i", f"file:{path}", "-map", "0:v:0", "-vf", "showinfo", "-frames:v", "1", "-f", "null", "-"])
