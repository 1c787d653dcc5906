"""ffmpeg's frames: any range, upright, in the colours that the file means, with its fields brought together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from stylepipe.errors import ClipError
from stylepipe.media.ffmpeg import run_ffmpeg
from stylepipe.media.ffmpeg_reader import ffmpeg_frames
from stylepipe.media.frame_reader import opencv_frames
from stylepipe.media.prescan import prescan
from stylepipe.media.probe import probe_clip

from ..colour_bars import bars, samples

FULL = ("-c:v", "libx264", "-preset", "ultrafast", "-qp", "0", "-pix_fmt", "yuv444p")


def read(path: Path, count: int, **options) -> np.ndarray:
    return np.stack(list(ffmpeg_frames(probe_clip(path), first=0, behind=count, **options)))


@pytest.mark.parametrize(
    ("name", "size", "tags", "weights"),
    [
        ("bt709", (96, 64), "range=tv:colorspace=bt709", (0.2126, 0.0722)),
        ("bt601", (96, 64), "range=tv:colorspace=smpte170m", (0.299, 0.114)),
        ("full", (96, 64), "range=pc:colorspace=bt709", (0.2126, 0.0722)),
        ("bt2020", (96, 64), "range=tv:colorspace=bt2020nc", (0.2627, 0.0593)),
        ("untagged hd", (1280, 8), None, (0.2126, 0.0722)),
        ("untagged sd", (96, 64), None, (0.299, 0.114)),
    ],
)
def test_colours_are_those_that_the_file_means(
    tmp_path: Path, name: str, size: tuple[int, int], tags: str | None, weights: tuple[float, float]
) -> None:
    picture = bars(*size)
    raw = ["-f", "rawvideo", "-pix_fmt", "yuv444p", "-s", f"{size[0]}x{size[1]}", "-i", "pipe:0"]
    tagging = ["-vf", f"setparams={tags}"] if tags else []
    data = samples(picture, *weights, full=name == "full")
    run_ffmpeg(["-v", "error", *raw, *tagging, *FULL, str(tmp_path / "a.mp4")], data=data)
    off = np.abs(read(tmp_path / "a.mp4", 1).astype(int) - picture)
    assert off.mean() <= 0.6
    assert off.max() <= 2


def test_its_frames_are_opencvs_to_the_bit(encode: Callable[..., Path], moving: np.ndarray) -> None:
    path = encode("a.mp4", moving, codec=("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"))
    header = probe_clip(path)
    theirs = np.stack(list(opencv_frames(header, prescan(header).instants, skipped=0)))
    np.testing.assert_array_equal(read(path, 12), theirs)


def test_any_range_is_read_exactly(encode: Callable[..., Path], moving: np.ndarray) -> None:
    header = probe_clip(encode("a.mp4", moving, "-bf", "2", "-g", "5"))
    whole = list(ffmpeg_frames(header, first=0, behind=12))
    for first, behind in ((0, 1), (5, 9), (11, 12)):
        np.testing.assert_array_equal(list(ffmpeg_frames(header, first=first, behind=behind)), whole[first:behind])
    half = ffmpeg_frames(header, first=2, behind=12)
    np.testing.assert_array_equal(next(half), whole[2])
    half.close()


@pytest.mark.parametrize("options", [("90",), ("180",), ("270",), ("0", "-display_hflip"), ("0", "-display_vflip")])
def test_turned_and_mirrored_clips_come_upright(
    encode: Callable[..., Path], remux: Callable[..., Path], moving: np.ndarray, options: tuple[str, ...]
) -> None:
    path = remux(encode("a.mp4", moving), "b.mp4", before=["-display_rotation", *options])
    upright = {
        ("90",): lambda frame: np.rot90(frame),
        ("180",): lambda frame: frame[::-1, ::-1],
        ("270",): lambda frame: np.rot90(frame, -1),
        ("0", "-display_hflip"): lambda frame: frame[:, ::-1],
        ("0", "-display_vflip"): lambda frame: frame[::-1],
    }[options](moving[4])
    assert np.abs(read(path, 12)[4].astype(int) - upright).max() <= 4


def fields(moving: np.ndarray, shift: int) -> np.ndarray:
    """Weave frames of two instants: the even rows of one, the odd rows of the next, as a camera's fields."""
    woven = moving[0::2].copy()
    woven[:, 1::2] = moving[1::2][:, 1::2]
    return np.roll(woven, shift, axis=1)


def combs(frames: np.ndarray) -> float:
    """Measure how much neighbouring rows differ more than rows two apart."""
    rows = frames.astype(float).mean(axis=-1)
    return float(np.abs(np.diff(rows, axis=1)).mean() / np.abs(rows[:, 2:] - rows[:, :-2]).mean())


@pytest.mark.parametrize("angle", [None, "90"])
def test_fields_are_brought_together_and_none_is_black(
    encode: Callable[..., Path], remux: Callable[..., Path], moving: np.ndarray, angle: str | None
) -> None:
    codec = ("-c:v", "libx264", "-qp", "0", "-pix_fmt", "yuv420p")
    options = ["-vf", "setfield=tff", "-x264opts", "tff=1", "-flags", "+ildct"]
    path = encode("a.mp4", fields(moving, 0), *options, codec=codec)
    if angle:
        path = remux(path, "b.mp4", before=["-display_rotation", angle])
    left, met = read(path, 6), read(path, 6, deinterlacing="interlaced")
    if angle:
        left, met = np.rot90(left, -1, (1, 2)), np.rot90(met, -1, (1, 2))
    assert left.shape == met.shape == (6, 64, 96, 3)
    assert min(frame.mean() for frame in (*left, *met)) > 50
    assert combs(left) > 1.2 * combs(met)
    assert combs(met) < 0.75


def test_deinterlacing_keeps_the_count_in_every_range(encode: Callable[..., Path], moving: np.ndarray) -> None:
    codec = ("-c:v", "libx264", "-qp", "0", "-pix_fmt", "yuv420p")
    path = encode("a.mp4", moving, "-vf", "setfield=bff", "-x264opts", "bff=1", "-flags", "+ildct", codec=codec)
    header = probe_clip(path)
    for which in ("interlaced", "all"):
        whole = list(ffmpeg_frames(header, first=0, behind=12, deinterlacing=which))
        np.testing.assert_array_equal(list(ffmpeg_frames(header, first=7, behind=12, deinterlacing=which)), whole[7:])


@pytest.mark.parametrize(("kind", "transfer"), [("HDR10", "smpte2084"), ("HLG", "arib-std-b67")])
@pytest.mark.parametrize("size", [(96, 64), (95, 63)])
def test_hdr_is_tone_mapped(tmp_path: Path, kind: str, transfer: str, size: tuple[int, int]) -> None:
    tags = f"setparams=range=tv:colorspace=bt2020nc:color_primaries=bt2020:color_trc={transfer}"
    crop = f"format=yuv444p10le,crop={size[0]}:{size[1]}:0:0:exact=1"
    source = ["-f", "lavfi", "-i", "testsrc2=s=96x64:r=25:d=0.08", "-vf", f"{crop},format=yuv420p10le,{tags}"]
    run_ffmpeg(["-v", "error", *source, "-c:v", "ffv1", str(tmp_path / "a.mkv")])
    mapped = read(tmp_path / "a.mkv", 2)
    assert mapped.shape == (2, size[1], size[0], 3)
    reference = (
        "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv"
    )
    even = ["-vf", f"scale=96:64,{reference},format=yuv444p,scale=in_color_matrix=bt709,format=rgb24"]
    run_ffmpeg(["-v", "error", "-i", str(tmp_path / "a.mkv"), *even, "-f", "rawvideo", str(tmp_path / "a.raw")])
    due = np.fromfile(tmp_path / "a.raw", np.uint8).reshape(2, 64, 96, 3)
    np.testing.assert_allclose(mapped.mean((0, 1, 2)), due.mean((0, 1, 2)), atol=10)


def test_ten_bits_of_standard_range_keep_their_levels(encode: Callable[..., Path], moving: np.ndarray) -> None:
    codec = ("-c:v", "libx264", "-qp", "0", "-pix_fmt", "yuv444p10le")
    assert np.abs(read(encode("a.mkv", moving, codec=codec), 12).astype(int) - moving).max() <= 2


def test_frames_of_no_common_interval_all_arrive(encode: Callable[..., Path], moving: np.ndarray) -> None:
    jumps = "settb=1/90000,setpts='if(lt(N,4),N*3,N*N*5000)'"
    options = ["-vf", jumps, "-fps_mode", "passthrough", "-enc_time_base", "1/90000", "-video_track_timescale", "90000"]
    path = encode("a.mp4", moving, *options, "-bf", "0")
    assert np.abs(read(path, 12).astype(int) - moving).max() <= 4


def test_a_clip_that_has_become_shorter_is_said(encode: Callable[..., Path], moving: np.ndarray) -> None:
    frames = ffmpeg_frames(probe_clip(encode("a.mp4", moving)), first=10, behind=14)
    assert next(frames).any()
    next(frames)
    with pytest.raises(ClipError, match=r"a.mp4 has changed: frame 12 is gone, run again"):
        next(frames)
