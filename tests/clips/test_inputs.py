"""Whatever moves can be painted, however short or odd, or is refused in one sentence; damage is found beforehand."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stylepipe.media import open_clip

from .conftest import Painted, Render, seconds

HALVED = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
DELAYS = [40, 100, 250, 60]


@pytest.mark.parametrize("count", [1, 2])
def test_a_clip_of_one_frame_or_two_is_painted(
    painted: Painted, encode: Callable[..., Path], moving: np.ndarray, count: int
) -> None:
    clip = painted(encode("short.mp4", moving[:count]), "out.mp4")

    assert (len(clip), clip.info.rate) == (count, 25)


@pytest.mark.parametrize(("ending", "written"), [("gif", "mp4"), ("gif", "gif"), ("png", "mp4"), ("webp", "mp4")])
def test_an_animation_is_painted_with_the_time_of_each_of_its_frames(
    painted: Painted, tmp_path: Path, moving: np.ndarray, ending: str, written: str
) -> None:
    first, *others = (Image.fromarray(frame) for frame in moving[:4])
    source = tmp_path / f"moves.{ending}"
    first.save(source, save_all=True, append_images=others, duration=DELAYS, loop=0)

    clip = painted(source, f"out.{written}")

    assert seconds(clip) == [Fraction(time, 1000) for time in (0, 40, 140, 390)]
    assert clip.info.seconds(clip.info.end) == Fraction(450, 1000)


def frames(folder: Path, moving: np.ndarray, *numbers: int) -> Path:
    folder.mkdir()
    for number in numbers:
        Image.fromarray(moving[number % 12]).save(folder / f"{number:05}.png")
    return folder


def test_numbered_frames_are_painted_at_the_rate_that_is_asked_for(
    painted: Painted, tmp_path: Path, moving: np.ndarray
) -> None:
    folder = frames(tmp_path / "frames", moving, 8, 9, 10, 11)

    clip = painted(folder, "out.mp4", "--set", "video.frame_rate=24000/1001")

    assert (len(clip), clip.info.rate) == (4, Fraction(24000, 1001))


def test_numbered_frames_with_a_gap_are_refused_in_one_sentence(
    render: Render, tmp_path: Path, moving: np.ndarray
) -> None:
    answer = render(frames(tmp_path / "frames", moving, 1, 2, 4, 5), "out.mp4")

    assert answer.code == 3
    assert answer.err.count("\n") == 1
    assert "3" in answer.err
    assert not Path("out.mp4").exists()


def noisy() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (10, 64, 64, 3), dtype=np.uint8)


def cut_short(encode: Callable[..., Path], target: Path) -> Path:
    start = ("-movflags", "+faststart") if target.suffix == ".mp4" else ()
    whole = encode(f"whole{target.suffix}", noisy(), "-g", "3", "-bf", "0", *start, codec=HALVED).read_bytes()
    target.write_bytes(whole[: len(whole) * 3 // 5])
    return target


def flipped(encode: Callable[..., Path], target: Path) -> Path:
    data = bytearray(encode("whole.mp4", noisy(), "-g", "1", "-bf", "0", codec=HALVED).read_bytes())
    at = len(data) * 3 // 5
    data[at : at + 40] = bytes(byte ^ 0xA5 for byte in data[at : at + 40])
    target.write_bytes(data)
    return target


@pytest.mark.parametrize("kind", ["cut.mp4", "cut.mkv", "cut.ts", "flipped.mp4"])
def test_a_damaged_clip_is_refused_by_its_first_bad_frame_and_its_good_part_is_to_be_had(
    render: Render, encode: Callable[..., Path], tmp_path: Path, kind: str
) -> None:
    source = (flipped if kind == "flipped.mp4" else cut_short)(encode, tmp_path / kind)

    answer = render(source, "out.mp4")
    assert answer.code == 3
    assert answer.err.count("\n") == 1
    assert "is the first bad one" in answer.err
    bad = int(answer.err.split(": frame ")[1].split(",")[0])
    assert 3 <= bad <= 7
    assert not Path("out.mp4").exists()

    answer = render(source, "out.mp4", "--set", "video.allow_damaged=true")
    assert answer.code == 0, answer.err
    count = len(open_clip(Path("out.mp4")))
    if kind == "flipped.mp4":  # what lies between good frames stays, and is said to be bad
        assert count == 10
        assert f"it is damaged at 1 frame ({bad})" in answer.err
    else:
        assert count == bad
        assert "it is cut short" in answer.err or f"it is damaged at 1 frame ({bad})" in answer.err
