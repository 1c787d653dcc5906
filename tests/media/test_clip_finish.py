"""What comes out of a clip's pieces has been decoded and compared, or is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from stylepipe.errors import ClipCheckError
from stylepipe.media.clip_finish import finish_clip
from stylepipe.media.clip_writer import Clock, Segment, thumbnail
from stylepipe.media.codecs import Container, choose_coding

CLOCK = Clock(time_base=Fraction(1, 25), rate=Fraction(25))


@pytest.mark.parametrize("container", ["mkv", "gif"])
def test_a_file_that_shows_something_else_is_refused_and_left_to_be_looked_at(
    tmp_path: Path, moving: np.ndarray, write_pieces: Callable[..., list[Segment]], container: Container
) -> None:
    coding = choose_coding(container, 96, 64, codec="auto" if container == "gif" else "ffv1")
    first, second = write_pieces(tmp_path, coding, moving[:4], CLOCK, range(5), [2])
    painted = replace(second, thumbnails=np.stack([thumbnail(255 - frame) for frame in moving[2:4]]))
    output = tmp_path / f"out.{container}"
    with pytest.raises(ClipCheckError, match=rf"out\.{container}"):
        finish_clip([first, painted], output, coding, width=96, height=64, clock=CLOCK)
    assert output.is_file()
    finish_clip([first, second], output, coding, width=96, height=64, clock=CLOCK)
