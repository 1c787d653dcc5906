"""A finished clip that differs from what was painted in any way that can be seen or heard is named and refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stylepipe.errors import ClipCheckError
from stylepipe.media.clip_check import Expected, _check_pictures, check_frames
from stylepipe.media.clip_writer import Clock, Segment, thumbnail
from stylepipe.media.codecs import choose_coding
from stylepipe.media.ffmpeg import run_ffmpeg
from stylepipe.media.ffmpeg_arguments import input_arguments

CLOCK = Clock(time_base=Fraction(1001, 30000), rate=Fraction(30000, 1001))


@pytest.fixture(scope="module")
def good(
    tmp_path_factory: pytest.TempPathFactory, moving: np.ndarray, write_pieces: Callable[..., list[Segment]]
) -> Expected:
    folder = tmp_path_factory.mktemp("good")
    coding = choose_coding("mp4", 96, 64)
    pieces = write_pieces(folder, coding, moving, CLOCK, range(13))
    return Expected(segments=pieces, coding=coding, clock=CLOCK, width=96, height=64)


def changed(good: Expected, **fields: Any) -> Expected:
    return replace(good, segments=[replace(good.segments[0], **fields)])


def test_what_is_as_painted_passes(good: Expected) -> None:
    check_frames(good.segments[0].path, good)


def refusals(good: Expected) -> dict[str, Expected]:
    first, pictures = good.segments[0], good.segments[0].thumbnails
    other = pictures.copy()
    other[5] = 255 - other[5]
    return {
        "frame count: .* 12 instead of 11": changed(good, instants=tuple(range(11)), end=11, thumbnails=pictures[:11]),
        "instants: .* frame 7 at": changed(good, instants=(*range(7), 8, *range(9, 13)), end=14),
        "instants: .* frame 0 at": replace(good, offset=Fraction(1, 50)),
        r"mean level: .* -[45]\.\d of 255": changed(good, thumbnails=pictures + 5),
        "pictures: .* frame 5 is": changed(good, thumbnails=other),
        "size: .* 96x64 instead of 96x66": replace(good, height=66),
        "shape of a pixel: .* 1 instead of 64/45": replace(good, sample_aspect=Fraction(64, 45)),
        "rate: .* 30000/1001 .* instead of 30": replace(good, clock=replace(CLOCK, rate=Fraction(30))),
        "length: ": changed(good, end=first.end + 9),
    }


def test_each_check_names_itself_and_the_file(good: Expected) -> None:
    path = good.segments[0].path
    for words, expected in refusals(good).items():
        with pytest.raises(ClipCheckError, match=words) as caught:
            check_frames(path, expected)
        assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["-vf", "drawbox=c=gray:t=fill", "-c:v", "libx264"], "mean level|pictures"),
        (["-c:v", "libx264", "-vf", "setparams=colorspace=smpte170m"], "colour tags"),
        (["-c", "copy", "-t", "0.2"], "frame count"),
    ],
)
def test_a_file_that_something_else_has_written_is_refused(
    tmp_path: Path, good: Expected, options: list[str], words: str
) -> None:
    other = tmp_path / "other.mp4"
    run_ffmpeg([*input_arguments(good.segments[0].path), *options, f"file:{other}"])
    with pytest.raises(ClipCheckError, match=words):
        check_frames(other, good)


def test_a_rotation_is_refused(tmp_path: Path, good: Expected) -> None:
    turned = tmp_path / "turned.mp4"
    source = input_arguments(good.segments[0].path, "-display_rotation:v:0", "180")
    run_ffmpeg([*source, "-c", "copy", f"file:{turned}"])
    with pytest.raises(ClipCheckError, match="rotation: "):
        check_frames(turned, good)


def test_half_a_file_and_none_are_refused(tmp_path: Path, good: Expected) -> None:
    half = tmp_path / "half.mp4"
    half.write_bytes(good.segments[0].path.read_bytes()[:2500])
    for path in (half, tmp_path / "none.mp4"):
        with pytest.raises(ClipCheckError, match="decoding: "):
            check_frames(path, good)


def test_a_frame_that_shows_nothing_is_refused(good: Expected, moving: np.ndarray) -> None:
    flat = np.stack([thumbnail(np.full_like(moving[0], 110))] * 12)
    striped = flat.copy()
    striped[3, :, ::2] -= 20
    striped[3, :, 1::2] += 20
    with pytest.raises(ClipCheckError, match="frame 3 shows nothing"):
        _check_pictures(good.segments[0].path, flat.astype(np.float32), striped)


@pytest.mark.parametrize(("container", "pixels"), [("mp4", "yuv420p"), ("mov", "yuv422p10le"), ("mkv", "bgr0")])
def test_a_fine_pattern_of_pure_colours_passes_though_halved_chroma_cannot_hold_it(
    tmp_path: Path, write_pieces: Callable[..., list[Segment]], container: Any, pixels: str
) -> None:
    codec = {"yuv420p": "h264", "yuv422p10le": "prores", "bgr0": "ffv1"}[pixels]
    frames = np.zeros((3, 64, 96, 3), np.uint8)
    frames[:, :, ::2, 2] = 255  # blue beside black: shown as it is stored, it is 4 levels too light
    coding = choose_coding(container, 96, 64, codec=codec)
    assert coding.pixels == pixels
    pieces = write_pieces(tmp_path, coding, frames, CLOCK, range(4))
    expected = Expected(segments=pieces, coding=coding, clock=CLOCK, width=96, height=64)
    check_frames(pieces[0].path, expected)
    with pytest.raises(ClipCheckError, match="mean level"):
        check_frames(pieces[0].path, changed(expected, thumbnails=pieces[0].thumbnails + 3))
