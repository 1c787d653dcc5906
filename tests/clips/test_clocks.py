"""Every frame is shown when it was in the source, to the tick, whatever the source's container says of itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from stylepipe.batch import events
from stylepipe.batch.render import render as render_picture
from stylepipe.media import Clock, SegmentWriter, choose_coding, finish_clip, open_clip
from stylepipe.media.ffmpeg import run_ffmpeg

from .conftest import Painted, said_of, seconds
from .sound_tracks import packets

RATES = ("24000/1001", "30000/1001", "60000/1001")
HALVES = "settb=1/90000,setpts='if(lt(N,6),N*3000,18000+(N-6)*9000)'"
"""Six frames at 30 a second, then frames at 10."""


def uneven(encode: Callable[..., Path], moving: np.ndarray, ending: str) -> Path:
    """Make a clip of a varying rate, whose sound is a little longer."""
    sound = ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=0.9"]
    times = ["-vf", HALVES, "-fps_mode", "passthrough", "-enc_time_base", "1/90000", "-bf", "0"]
    tracks = ["-map", "1:v", "-map", "0:a", "-c:a", "aac", "-video_track_timescale", "90000"]
    return encode(f"halves.{ending}", moving, *times, *tracks, before=sound)


@pytest.mark.parametrize("rate", RATES)
def test_a_rate_stays_the_fraction_it_is(
    painted: Painted, encode: Callable[..., Path], moving: np.ndarray, rate: str
) -> None:
    source = encode("ntsc.mp4", moving[:4], rate=rate)

    clip = painted(source, "out.mp4")

    assert clip.info.rate == Fraction(rate)
    assert seconds(clip) == seconds(open_clip(source))
    assert f"frame_rate: {rate}" in said_of(Path("out.mp4"))


@pytest.mark.slow
@pytest.mark.parametrize("rate", RATES)
def test_ten_minutes_are_on_the_tick_to_the_last_frame(tmp_path: Path, encode: Callable[..., Path], rate: str) -> None:
    """No frame is painted here: they go from the reader to the writer as they are, as ten minutes take too long."""
    count = round(600 * Fraction(rate))
    levels = np.random.default_rng(0).integers(0, 256, (count, 1, 1, 3), dtype=np.uint8)
    source = open_clip(encode("long.mp4", np.broadcast_to(levels, (count, 16, 16, 3)), rate=rate))
    assert len(source) == count

    coding = choose_coding("mp4", 16, 16)
    clock = Clock(time_base=source.info.time_base, rate=source.info.rate)
    ends = [*source.info.instants[1:], source.info.end]
    pieces, frames = [], iter(source)
    for first in range(0, count, 1200):
        with SegmentWriter(tmp_path / f"{first}.mp4", coding, width=16, height=16, clock=clock) as writer:
            for number, tick, frame in (next(frames) for _ in range(min(1200, count - first))):
                writer.write(frame, tick, ends[number])
            pieces.append(writer.finish())
    output = tmp_path / "out.mp4"
    finish_clip(pieces, output, coding, width=16, height=16, clock=clock)

    written = open_clip(output)
    assert written.info.rate == source.info.rate == Fraction(rate)
    assert seconds(written) == seconds(source)
    assert written.info.end * written.info.time_base == source.info.end * source.info.time_base
    assert f"frame_rate: {rate}" in said_of(output)


@pytest.mark.parametrize(("ending", "written"), [("mp4", "mp4"), ("mkv", "mkv"), ("mkv", "mp4")])
def test_a_rate_that_varies_keeps_every_instant_and_the_sound_its_place(
    painted: Painted, encode: Callable[..., Path], moving: np.ndarray, ending: str, written: str
) -> None:
    source = uneven(encode, moving, ending)

    clip = painted(source, f"out.{written}")

    due = seconds(open_clip(source))
    assert clip.info.rate is None
    assert len(clip) == len(due) == 12
    assert max(abs(is_ - was) for is_, was in zip(seconds(clip), due, strict=True)) < Fraction(1, 10_000)
    heard, played = packets(Path(f"out.{written}").absolute()), packets(source)
    assert len(heard) == len(played)
    assert max(abs(is_ - was) for is_, was in zip(heard, played, strict=True)) <= Fraction(1, 1000)


@pytest.mark.parametrize("kind", ["a trimmed mp4", "a varying mkv", "a raw stream"])
def test_frames_are_counted_by_decoding_them_and_never_more_are_told_than_there_are(
    art: Path, encode: Callable[..., Path], remux: Callable[..., Path], moving: np.ndarray, kind: str
) -> None:
    match kind:
        case "a trimmed mp4":  # its edit list hides frames that are still in it
            frames = np.tile(moving, (3, 1, 1, 1))
            source = remux(encode("long.mp4", frames, "-g", "100"), "trimmed.mp4", before=["-ss", "0.6"])
        case "a varying mkv":
            source = uneven(encode, moving, "mkv")
        case _:
            source = encode("raw.h264", moving)
    decoded = len(re.findall(r"n: *\d+ pts:", said_of_all(source)))
    assert cv2.VideoCapture(str(source)).get(cv2.CAP_PROP_FRAME_COUNT) != decoded

    told: list[events.Event] = []
    settings = {"size": 48, "iterations": 1, "pyramid": False, "video.frame_iterations": 1}
    summary = render_picture(str(source), [(str(art), 1.0)], Path("out.mp4"), settings, listener=told.append)

    assert summary.done == 1
    assert len(open_clip(Path("out.mp4"))) == decoded
    progress = [event.progress for event in told if isinstance(event, events.ItemProgress)]
    assert {step.frames for step in progress} == {decoded}
    assert max(step.share for step in progress) == pytest.approx(1)
    assert max(step.frame for step in progress) == decoded


def said_of_all(path: Path) -> str:
    return run_ffmpeg(["-i", f"file:{path}", "-map", "0:v:0", "-vf", "showinfo", "-f", "null", "-"])
