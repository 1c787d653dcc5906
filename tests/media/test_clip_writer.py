"""Pieces of a clip hold each frame at its exact instant, and what goes wrong is an error, not a broken file."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from stylepipe.errors import ClipError, OutputError
from stylepipe.media.clip_check import Expected, check_frames
from stylepipe.media.clip_writer import Clock, Segment, SegmentWriter, thumbnail
from stylepipe.media.codecs import choose_coding
from stylepipe.media.ffmpeg import run_ffmpeg
from stylepipe.media.ffmpeg_arguments import input_arguments
from stylepipe.media.probe import probe_clip

STEADY = Clock(time_base=Fraction(1001, 30000), rate=Fraction(30000, 1001))


def shown(path: Path) -> tuple[str, str, list[int]]:
    """Give a file's tick and rate as ffmpeg writes them, and the tick of each frame."""
    said = run_ffmpeg([*input_arguments(path), "-vf", "showinfo", "-fps_mode", "passthrough", "-f", "null", "-"])
    tick, rate = re.findall(r"config in time_base: (\S+), frame_rate: (\S+)", said)[0]
    return tick, rate, [int(number) for number in re.findall(r"\] n: *\d+ pts: *(-?\d+) ", said)]


@pytest.mark.parametrize("rate", [Fraction(24000, 1001), Fraction(30000, 1001), Fraction(60000, 1001), Fraction(25)])
def test_a_steady_rate_is_written_as_the_fraction_it_is(
    tmp_path: Path, moving: np.ndarray, write_pieces: Callable[..., list[Segment]], rate: Fraction
) -> None:
    clock = Clock(time_base=1 / rate, rate=rate)
    (piece,) = write_pieces(tmp_path, choose_coding("mp4", 96, 64), moving, clock, range(13))
    tick, said, ticks = shown(piece.path)
    assert (Fraction(said), Fraction(tick)) == (rate, Fraction(1, rate.numerator))
    assert ticks == [rate.denominator * number for number in range(12)]


def test_instants_that_differ_are_kept_to_the_tick_and_so_is_the_end(
    tmp_path: Path, moving: np.ndarray, write_pieces: Callable[..., list[Segment]]
) -> None:
    instants = [45000, 48003, 57012, 57912, 63000, 63003, 70000, 79009, 82012, 90000, 93003, 96006, 123456]
    clock = Clock(time_base=Fraction(1, 90000), rate=None)
    (piece,) = write_pieces(tmp_path, choose_coding("mp4", 96, 64), moving, clock, instants)
    tick, _, ticks = shown(piece.path)
    assert tick == "1/90000"
    assert ticks == [instant - 45000 for instant in instants[:-1]]
    assert abs(probe_clip(piece.path).duration - Fraction(123456 - 45000, 90000)) < Fraction(1, 99)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("container", "codec", "size"),
    [
        ("mp4", "h264", (67, 49)),
        ("mp4", "hevc", (96, 64)),
        ("webm", "vp9", (67, 49)),
        ("webm", "av1", (67, 49)),
        ("mov", "prores", (67, 49)),
        ("mkv", "ffv1", (67, 49)),
        ("mp4", "h264", (1, 1)),
    ],
)
def test_every_codec_keeps_size_shape_instants_and_colours(
    tmp_path: Path,
    moving: np.ndarray,
    write_pieces: Callable[..., list[Segment]],
    container: str,
    codec: str,
    size: tuple[int, int],
) -> None:
    width, height = size
    coding = choose_coding(container, width, height, codec=codec)  # type: ignore[arg-type]
    aspect = Fraction(64, 45) if width > 1 else Fraction(1)
    pieces = write_pieces(tmp_path, coding, moving[:3, :height, :width], STEADY, range(4), sample_aspect=aspect)
    expected = Expected(segments=pieces, coding=coding, clock=STEADY, width=width, height=height, sample_aspect=aspect)
    check_frames(pieces[0].path, expected)


def test_colours_are_bt709_in_the_samples_and_in_the_tags(
    tmp_path: Path, write_pieces: Callable[..., list[Segment]]
) -> None:
    bars = np.zeros((1, 64, 96, 3), np.uint8)
    colours = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (128, 64, 200), (0, 0, 0)]
    for number, colour in enumerate(colours):
        bars[:, :, 16 * number : 16 * number + 16] = colour
    coding = choose_coding("mp4", 96, 64, crf=0, pix_fmt="yuv444p")
    (piece,) = write_pieces(tmp_path, coding, bars, STEADY, range(2))
    samples = tmp_path / "samples"
    run_ffmpeg([*input_arguments(piece.path), "-f", "rawvideo", "-pix_fmt", "yuv444p", f"file:{samples}"])
    planes = np.frombuffer(samples.read_bytes(), np.uint8).reshape(3, 64, 96)[:, 32, 8::16].T
    # ITU-R BT.709, 8 bits, narrow range.
    rgb = np.array(colours) / 255
    luma = rgb @ [0.2126, 0.7152, 0.0722]
    wished = np.stack(
        [16 + 219 * luma, 128 + 224 * (rgb[:, 2] - luma) / 1.8556, 128 + 224 * (rgb[:, 0] - luma) / 1.5748], axis=1
    )
    assert np.abs(planes - wished).max() <= 1
    color = probe_clip(piece.path).color
    assert (color.matrix, color.primaries, color.transfer, color.range) == ("bt709", "bt709", "bt709", "tv")


def test_a_frame_that_does_not_fit_is_an_error_before_a_byte_of_it_is_sent(tmp_path: Path) -> None:
    coding, frame = choose_coding("mp4", 16, 16), np.zeros((16, 16, 3), np.uint8)
    with SegmentWriter(tmp_path / "a.mp4", coding, width=16, height=16, clock=STEADY) as writer:
        for wrong in (frame[:15], frame[..., 0], frame.astype(np.float32)):
            with pytest.raises(ValueError, match="in a clip of"):
                writer.write(wrong, 0, 1)
        with pytest.raises(ValueError, match="a frame from 1 to 1"):
            writer.write(frame, 1, 1)
        writer.write(frame, 4, 5)
        with pytest.raises(ValueError, match="a frame from 6 to 7 after one that ends at 5"):
            writer.write(frame, 6, 7)
        writer.write(np.asfortranarray(frame), 5, 6)
        assert writer.finish().instants == (4, 5)


def test_no_frame_is_no_clip(tmp_path: Path) -> None:
    writer = SegmentWriter(tmp_path / "a.mp4", choose_coding("mp4", 16, 16), width=16, height=16, clock=STEADY)
    with writer, pytest.raises(ValueError, match="without frames"):
        writer.finish()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no disk that is always full")
def test_a_full_disk_is_said_in_ffmpegs_words(tmp_path: Path) -> None:
    full = tmp_path / "clip.mp4"
    full.symlink_to("/dev/full")
    noise = np.random.default_rng(0).integers(0, 256, (4, 240, 320, 3), dtype=np.uint8)
    coding = choose_coding("mp4", 320, 240)

    def write() -> None:
        with SegmentWriter(full, coding, width=320, height=240, clock=STEADY) as writer:
            for number in range(100):
                writer.write(noise[number % 4], number, number + 1)
            writer.finish()

    with pytest.raises(OutputError, match=r"clip.mp4: cannot be written: No space left on device.*it said:\n.*\[out"):
        write()


def test_an_encoder_that_dies_is_an_error_with_its_words(
    tmp_path: Path, ffmpeg_but: Callable[[str, str], None]
) -> None:
    coding = choose_coding("mp4", 96, 64)
    ffmpeg_but("*clip.mp4", "head -c 30000 > /dev/null; echo '[fatal] the driver is gone' >&2; kill -9 $$")
    frame = np.zeros((64, 96, 3), np.uint8)
    with SegmentWriter(tmp_path / "clip.mp4", coding, width=96, height=64, clock=STEADY) as writer:

        def write() -> None:
            for number in range(100):
                writer.write(frame, number, number + 1)
            writer.finish()

        with pytest.raises(ClipError, match=r"clip.mp4: cannot be written: .*SIGKILL.*\n\[fatal\] the driver is gone"):
            write()


def test_a_piece_can_be_taken_over_by_another_run(tmp_path: Path, moving: np.ndarray) -> None:
    thumbnails = np.stack([thumbnail(frame) for frame in moving[:2]])
    piece = Segment(path=tmp_path / "a.mp4", instants=(0, 5), end=9, thumbnails=thumbnails)
    again = Segment.from_record(tmp_path / "b.mp4", json.loads(json.dumps(piece.as_record())))
    assert (again.path, again.instants, again.end) == (tmp_path / "b.mp4", (0, 5), 9)
    assert np.array_equal(again.thumbnails, thumbnails)
    with pytest.raises(ValueError, match="reshape"):
        Segment.from_record(tmp_path, {**piece.as_record(), "instants": [0, 1, 2]})


@pytest.mark.parametrize("name", ["-o.mp4", "a:b.mp4", "%03d.mp4", 'it\'s "it".mp4', "two\nlines.mp4", "ä 漢.mp4"])
def test_any_name_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moving: np.ndarray, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    coding = choose_coding("mp4", 96, 64)
    with SegmentWriter(Path(name), coding, width=96, height=64, clock=STEADY) as writer:
        writer.write(moving[0], 0, 1)
        writer.finish()
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_equal_frames_give_equal_bytes(
    tmp_path: Path, moving: np.ndarray, write_pieces: Callable[..., list[Segment]]
) -> None:
    coding = choose_coding("mp4", 96, 64)
    (tmp_path / "again").mkdir()
    files = [
        write_pieces(folder, coding, moving, STEADY, range(13))[0].path for folder in (tmp_path, tmp_path / "again")
    ]
    assert files[0].read_bytes() == files[1].read_bytes()
