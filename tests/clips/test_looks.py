"""What came out looks like what went in: upright, whole, never black, of the same size and shape."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from stylepipe.media import open_clip, probe_clip

from .conftest import Painted, Render, pixels, said_of

HALVED = ("-c:v", "libx264", "-preset", "ultrafast", "-qp", "0", "-pix_fmt", "yuv420p")
INTERLACED = ("-vf", "setfield=tff", "-x264opts", "tff=1", "-flags", "+ildct")


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_turned_clip_comes_out_upright_and_says_no_more_that_it_is_turned(
    painted: Painted, encode: Callable[..., Path], remux: Callable[..., Path], moving: np.ndarray, turned: int
) -> None:
    source = remux(encode("upright.mp4", moving[:3]), "turned.mp4", before=["-display_rotation", str(turned)])
    assert probe_clip(source).mirrored_or_turned

    clip = painted(source, "out.mp4")

    assert (clip.info.rotation, clip.info.mirrored_or_turned) == (0, False)
    assert "displaymatrix" not in said_of(Path("out.mp4"))
    upright = np.rot90(moving[0], turned // 90)
    assert (clip.info.width, clip.info.height) == ((48, 32) if turned == 180 else (32, 48))
    assert similar(pixels(clip)[0], upright) > 0.8
    assert similar(pixels(clip)[0], upright[::-1, ::-1]) < 0.2


def similar(picture: np.ndarray, other: np.ndarray) -> float:
    """Give how far two pictures of any sizes correlate in their means over 8 x 8 fields."""
    one, two = (cv2.resize(each, (8, 8), interpolation=cv2.INTER_AREA).ravel() for each in (picture, np.array(other)))
    return float(np.corrcoef(one, two)[0, 1])


@pytest.mark.parametrize("deinterlace", ["auto", "off"])
def test_an_interlaced_clip_is_never_black_and_it_is_said_what_was_done(
    render: Render, encode: Callable[..., Path], moving: np.ndarray, deinterlace: str
) -> None:
    source = encode("fields.mp4", moving[:3], *INTERLACED, codec=HALVED)

    answer = render(source, "out.mp4", "--set", f"video.deinterlace={deinterlace}")

    assert answer.code == 0
    said = {"auto": "its fields are brought together (bwdif)", "off": "left so: moving edges are combs"}
    assert said[deinterlace] in answer.err
    assert min(frame.mean() for frame in pixels(open_clip(Path("out.mp4")))) > 50


@pytest.mark.parametrize("size", [(321, 241), (320, 241), (321, 240), (1920, 1080)])
def test_the_size_is_that_of_the_source_to_the_pixel(
    copied: Painted, encode: Callable[..., Path], size: tuple[int, int]
) -> None:
    frames = np.random.default_rng(0).integers(0, 256, (1, 8, 8, 3), dtype=np.uint8).repeat(150, 1).repeat(250, 2)
    source = encode("odd.mp4", frames[:, : size[1], : size[0]])

    clip = copied(source, "out.mp4")

    assert (clip.info.width, clip.info.height) == size
    odd = any(side % 2 for side in size)
    assert clip.info.pixel_format == ("yuv444p" if odd else "yuv420p")


def test_an_odd_size_is_said_to_need_full_chroma_and_can_be_had_without_loss(
    render: Render, encode: Callable[..., Path], moving: np.ndarray
) -> None:
    source = encode("odd.mp4", moving[:1, :63, :95])

    answer = render(source, "out.mp4", "--size", "original")
    assert "95 x 63 is odd, which yuv420p cannot hold: written as yuv444p" in answer.err

    answer = render(source, "out.mp4", "--size", "original", "--set", "video.pix_fmt=yuv420p")
    assert answer.code == 3
    assert "leave pix_fmt at auto, or choose an even size" in answer.err


def test_pixels_that_are_no_squares_keep_their_shape(
    painted: Painted, encode: Callable[..., Path], moving: np.ndarray
) -> None:
    clip = painted(encode("wide.mp4", moving[:2], "-vf", "setsar=64/45"), "out.mp4")

    assert clip.info.sample_aspect == Fraction(64, 45)
    assert "SAR 64:45" in said_of(Path("out.mp4"))
