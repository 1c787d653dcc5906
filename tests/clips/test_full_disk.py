"""A disk that takes no more ends a run with its own or ffmpeg's words; once there is room, the next run goes on."""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from stylepipe.media import open_clip

from ..cli.conftest import Stylepipe

FRAMES = 48
IN_PIECES = ("--set", "video.scene_cuts=[8,16,24,32,40]")
PLACES = {
    "a frame's state": (60_000, (), "state_a.npz: cannot be written: "),
    "a piece's encoder": (200_000, (), ".mp4: cannot be written: "),
    "the joined clip": (200_000, IN_PIECES, ".mp4: cannot be written: "),
}
"""Where a file becomes larger than so many bytes: with which arguments, and what is said then."""
SMALL_DISK = """
mkdir disk && mount -t tmpfs -o size="$1" tmpfs disk || exit 99
shift
"$@"
echo "$?"
ls disk
mount -o remount,size=50m disk
"$@"
echo "$?"
ls disk
cp disk/film.mp4 .
"""


@pytest.fixture
def arguments(encode: Callable[..., Path], art: Path) -> list[object]:
    """Give what paints a clip of noise, whose pieces cannot be made small."""
    noise = np.random.default_rng(0).integers(0, 256, (FRAMES, 64, 64, 3), dtype=np.uint8)
    quick = ["--size", 64, "--iterations", 1, "--set", "pyramid=false", "--set", "video.frame_iterations=1"]
    lossless = ["--set", "video.warm_start=none", "--set", "video.crf=0", "--set", "video.pix_fmt=yuv444p"]
    return ["render", encode("noise.mp4", noise), "-s", art, *quick, *lossless]


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("place", PLACES)
def test_a_file_that_may_not_grow_ends_the_run_and_the_next_one_goes_on(
    stylepipe: Stylepipe, arguments: list[object], place: str
) -> None:
    limit, more, said = PLACES[place]
    assert stylepipe(*arguments, *more, "-o", "whole.mp4").code == 0

    with no_file_larger_than(limit):
        answer = stylepipe(*arguments, *more, "-o", "out/film.mp4")
    assert answer.code == 74, answer.err
    assert said in answer.err
    assert "File too large" in answer.err or "larger than this system allows" in answer.err
    assert [path.name for path in Path("out").iterdir()] == [".stylepipe"]

    answer = stylepipe(*arguments, *more, "-o", "out/film.mp4")
    assert answer.code == 0, answer.err
    if place != "a frame's state":
        assert "was only to be joined" in answer.err
    assert Path("out/film.mp4").read_bytes() == Path("whole.mp4").read_bytes()
    assert [path.name for path in Path("out").iterdir()] == ["film.mp4"]


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("unshare"), reason="no program to make a disk of one's own with")
@pytest.mark.parametrize(
    ("size", "more", "said"),
    [
        ("300k", (), "the disk is full; free some space"),
        ("1400k", (), "No space left on device"),
        ("1300k", IN_PIECES, "No space left on device"),
    ],
)
def test_a_disk_that_is_full_ends_the_run_and_the_next_one_goes_on(
    stylepipe: Stylepipe, arguments: list[object], size: str, more: tuple[str, ...], said: str
) -> None:
    assert stylepipe(*arguments, *more, "-o", "whole.mp4").code == 0
    command = [sys.executable, "-m", "stylepipe", *map(str, arguments), *more, "-o", "disk/film.mp4"]
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", SMALL_DISK, "sh", size, *command], capture_output=True, text=True, check=False
    )
    if "Operation not permitted" in done.stderr or done.returncode == 99:
        pytest.skip("this system lets nobody make a disk of their own")

    assert done.stdout.split() == ["74", "0", "film.mp4"], done.stderr
    assert said in done.stderr
    assert Path("film.mp4").read_bytes() == Path("whole.mp4").read_bytes()
    assert len(open_clip(Path("film.mp4"))) == FRAMES
