"""An animation of a million frames in a file of some megabytes."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from stylepipe.errors import ClipError
from stylepipe.media import open_clip
from stylepipe.spec.moving import frames_up_to

from ..batch.conftest import Job, carry_out
from .conftest import gif


def test_it_is_refused_before_a_hundred_thousand_frames_are_decoded(tmp_path: Path) -> None:
    (tmp_path / "a.gif").write_bytes(gif(10**6))
    begun = time.process_time()
    with pytest.raises(ClipError, match=r"has more than the 100000 frames allowed: .* or raise max_frames"):
        open_clip(tmp_path / "a.gif")
    assert time.process_time() - begun < 5


def test_a_part_of_it_may_be_painted(tmp_path: Path) -> None:
    (tmp_path / "a.gif").write_bytes(gif(1000))
    assert frames_up_to(tmp_path / "a.gif", 2000) == 1000
    assert len(open_clip(tmp_path / "a.gif", end=0.5, max_frames=10)) == 10
    with pytest.raises(ClipError, match="more than the 9 frames"):
        open_clip(tmp_path / "a.gif", end=0.5, max_frames=9)


def test_it_costs_its_own_item(job: Job, tmp_path: Path) -> None:
    file = job("jobs:\n  - contents: photos\n    styles: art/night.png\n    set: {max_frames: 50}\n")
    (tmp_path / "photos" / "long.gif").write_bytes(gif(51))
    summary, _ = carry_out(file)
    assert (summary.done, summary.failed) == (2, 1)


def test_a_film_of_too_many_frames_is_refused_too(encode, moving, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ClipError, match="more than the 11 frames allowed"):
        open_clip(encode("a.mp4", moving), max_frames=11)
