"""A GIF shows every frame for as long as it was asked to, to the hundredth of a second it counts in."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from stylepipe.errors import ClipError
from stylepipe.media.clip_finish import finish_clip
from stylepipe.media.clip_gif import check_gif_clock
from stylepipe.media.clip_writer import Clock, Segment
from stylepipe.media.codecs import choose_coding


def test_every_frame_lasts_as_long_as_it_should(
    tmp_path: Path, moving: np.ndarray, write_pieces: Callable[..., list[Segment]]
) -> None:
    instants = [0, 4, 8, 13, 43, 50, 53, 56, 60, 63, 66, 70, 123]
    clock = Clock(time_base=Fraction(1, 100), rate=None)
    coding = choose_coding("gif", 96, 64)
    pieces = write_pieces(tmp_path, coding, moving, clock, instants, [5])
    output = tmp_path / "out.gif"
    finish_clip(pieces, output, coding, width=96, height=64, clock=clock)
    with Image.open(output) as image:
        assert image.info["loop"] == 0
        lengths = [frame.info["duration"] for frame in ImageSequence.Iterator(image)]
        image.seek(0)
        first = np.asarray(image.convert("RGB"), dtype=float)
    assert lengths == [10 * (after - before) for before, after in pairwise(instants)]
    assert np.abs(first - moving[0]).mean() < 4
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.gif", "piece 0.mov", "piece 1.mov"]


def test_frames_that_follow_faster_than_a_browser_shows_them_are_refused() -> None:
    fast = Clock(time_base=Fraction(1, 60), rate=Fraction(60))
    with pytest.raises(ClipError, match=r"at most 50 frames a second, and here one follows after 16.7 ms: choose mp4"):
        check_gif_clock(range(9), 9, fast)
    check_gif_clock(range(9), 9, Clock(time_base=Fraction(1, 50), rate=Fraction(50)))
    check_gif_clock([0], 1, fast)
