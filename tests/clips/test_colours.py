"""Colours come out as the source means them, and the file says how they are stored."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stylepipe.media.ffmpeg import run_ffmpeg, start_ffmpeg

from ..colour_bars import bars, samples
from .conftest import Painted, Render, pixels, said_of

FULL = ("-c:v", "libx264", "-preset", "ultrafast", "-qp", "0", "-pix_fmt", "yuv444p")
REC709, REC601 = (0.2126, 0.0722), (0.299, 0.114)
"""A matrix by its weights of red and blue."""
HABLE = "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv"
SHOWN = "scale=in_color_matrix=bt709:in_range=tv:flags=bicubic+accurate_rnd+full_chroma_int,format=rgb24"
"""What a player does with a file that is tagged BT.709."""


def player_shows(path: Path, width: int, height: int, filters: str = SHOWN) -> np.ndarray:
    """Decode a file as one that believes its tags would: (N, height, width, 3)."""
    arguments = ["-v", "error", "-i", f"file:{path}", "-vf", filters, "-pix_fmt", "rgb24", "-f", "rawvideo", "pipe:1"]
    with start_ffmpeg(arguments, pipe_out=True) as process:
        data = process.read()
        process.finish()
    return np.frombuffer(data, np.uint8).reshape(-1, height, width, 3)


@pytest.mark.parametrize(
    ("name", "size", "tags", "weights"),
    [
        ("709", (96, 64), "range=tv:colorspace=bt709", REC709),
        ("601", (96, 64), "range=tv:colorspace=smpte170m", REC601),
        ("full", (96, 64), "range=pc:colorspace=bt709", REC709),
        ("untagged hd", (1280, 16), None, REC709),
    ],
)
def test_colour_bars_that_nobody_paints_come_out_as_they_were(
    copied: Painted, tmp_path: Path, name: str, size: tuple[int, int], tags: str | None, weights: tuple[float, float]
) -> None:
    width, height = size
    picture = bars(width, height)
    raw = ["-f", "rawvideo", "-pix_fmt", "yuv444p", "-s", f"{width}x{height}", "-i", "pipe:0"]
    tagging = ["-vf", f"setparams={tags}"] if tags else []
    source = tmp_path / "bars.mp4"
    run_ffmpeg(
        ["-v", "error", *raw, *tagging, *FULL, str(source)], data=samples(picture, *weights, full=name == "full")
    )

    exact = copied(source, "exact.mkv", "--set", "video.codec=ffv1")
    off = np.abs(pixels(exact).astype(int) - picture)
    assert off.mean() <= 0.6
    assert off.max() <= 2

    clip = copied(source, "out.mp4", "--set", "video.crf=0", "--set", "video.pix_fmt=yuv444p")
    tags_of_it = clip.info.color
    assert (tags_of_it.matrix, tags_of_it.primaries, tags_of_it.transfer) == ("bt709",) * 3
    assert tags_of_it.range == "tv"
    off = np.abs(player_shows(Path("out.mp4").absolute(), width, height).astype(int) - pixels(exact))
    assert off.mean() <= 0.6
    assert off.max() <= 2


@pytest.mark.parametrize("size", [(64, 48), (720, 576), (1280, 720)])
def test_what_most_players_get_is_rec_709_and_says_so(copied: Painted, tmp_path: Path, size: tuple[int, int]) -> None:
    frames = tmp_path / "frames"
    frames.mkdir()
    width, height = size
    picture = bars(1280, height)[0, :, :width]
    Image.fromarray(picture).save(frames / "0001.png")

    clip = copied(frames, "out.mp4")

    assert (clip.info.width, clip.info.height) == size
    assert "yuv420p(tv, bt709, progressive)" in said_of(Path("out.mp4"))
    middles = slice(30, width, 61)  # of the bars, away from edges that halved chroma softens
    shown = player_shows(Path("out.mp4").absolute(), width, height)[0].astype(int)
    assert np.abs(shown[:, middles] - picture[:, middles]).mean() <= 3


@pytest.mark.parametrize(("kind", "transfer"), [("HDR10", "smpte2084"), ("HLG", "arib-std-b67")])
def test_more_than_a_standard_screen_shows_is_brought_down_and_said(
    copied: Painted, render: Render, tmp_path: Path, kind: str, transfer: str
) -> None:
    tags = f"setparams=range=tv:colorspace=bt2020nc:color_primaries=bt2020:color_trc={transfer}"
    source = tmp_path / "hdr.mkv"
    picture = ["-f", "lavfi", "-i", "testsrc2=s=96x64:r=25:d=0.04", "-vf", f"format=yuv420p10le,{tags}"]
    run_ffmpeg(["-v", "error", *picture, "-c:v", "ffv1", str(source)])

    clip = copied(source, "out.mkv", "--set", "video.codec=ffv1")

    due = player_shows(source, 96, 64, f"{HABLE},format=yuv444p,scale=in_color_matrix=bt709,format=rgb24")
    np.testing.assert_allclose(pixels(clip).mean((0, 1, 2)), due.mean((0, 1, 2)), atol=10)
    answer = render(source, "again.mkv")
    assert f"it is {kind}: its range is brought down to a standard screen's" in answer.err


def test_ten_bits_of_standard_range_keep_their_levels(
    copied: Painted, encode: Callable[..., Path], moving: np.ndarray
) -> None:
    source = encode("deep.mkv", moving[:2], codec=("-c:v", "libx264", "-qp", "0", "-pix_fmt", "yuv444p10le"))

    clip = copied(source, "out.mkv", "--set", "video.codec=ffv1")

    assert np.abs(pixels(clip).astype(int) - moving[:2]).max() <= 2
