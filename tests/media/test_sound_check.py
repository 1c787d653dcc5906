"""A finished clip has its source's sound, all of it and in step, or it is refused with what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from stylepipe.errors import ClipCheckError, ClipError
from stylepipe.media.clip_mux import Joined, Original, join_segments
from stylepipe.media.clip_writer import Clock, Segment
from stylepipe.media.codecs import choose_coding
from stylepipe.media.ffmpeg import run_ffmpeg
from stylepipe.media.ffmpeg_arguments import input_arguments
from stylepipe.media.probe import probe_clip
from stylepipe.media.sound_check import check_sound

CLOCK = Clock(time_base=Fraction(1001, 30000), rate=Fraction(30000, 1001))


def test_sound_that_is_missing_short_or_late_is_refused(
    tmp_path: Path, moving: np.ndarray, write_pieces: Callable[..., list[Segment]]
) -> None:
    coding = choose_coding("mp4", 96, 64)
    pieces = write_pieces(tmp_path, coding, moving, CLOCK, range(13))
    source, output = tmp_path / "source.mp4", tmp_path / "out.mp4"
    tone = (np.sin(np.arange(24000) * 0.05) / 3).astype("<f4").tobytes()
    sound = ["-f", "f32le", "-ar", "48000", "-ac", "1", "-i", "pipe:0"]
    run_ffmpeg([*sound, *input_arguments(pieces[0].path), "-c:v", "copy", "-c:a", "aac", f"file:{source}"], data=tone)
    original = Original(probe_clip(source))
    joined = join_segments(pieces, output, coding, clock=CLOCK, original=original)
    check_sound(output, joined, original)
    with pytest.raises(ClipCheckError, match=r"audio tracks: .* has 1 instead of 0"):
        check_sound(output, Joined(), original)
    with pytest.raises(ClipCheckError, match=r"subtitle tracks: .* has 0 instead of 2"):
        check_sound(output, replace(joined, subtitles=2), original)
    with pytest.raises(ClipCheckError, match=r"sound instants: .*track 1 \(aac\) is 10.0 ms away"):
        check_sound(output, replace(joined, base=joined.base + Fraction(1, 100)), original)
    short = tmp_path / "short.mp4"
    run_ffmpeg([*input_arguments(output), "-map", "0", "-c:v", "copy", "-c:a", "copy", "-t", "0.3", f"file:{short}"])
    with pytest.raises(ClipCheckError, match=r"sound packets: .*track 1 \(aac\) has 1\d instead of 2\d"):
        check_sound(short, joined, original)


def test_sound_in_more_packets_than_can_be_compared_is_refused_with_the_way_out(
    tmp_path: Path, moving: np.ndarray, write_pieces: Callable[..., list[Segment]], monkeypatch: pytest.MonkeyPatch
) -> None:
    coding = choose_coding("mp4", 96, 64)
    pieces = write_pieces(tmp_path, coding, moving, CLOCK, range(13))
    source, output = tmp_path / "source.mp4", tmp_path / "out.mp4"
    silence = ["-f", "f32le", "-ar", "48000", "-ac", "1", "-i", "pipe:0", *input_arguments(pieces[0].path)]
    run_ffmpeg([*silence, "-c:v", "copy", "-c:a", "aac", f"file:{source}"], data=bytes(4 * 24000))
    original = Original(probe_clip(source))
    joined = join_segments(pieces, output, coding, clock=CLOCK, original=original)
    monkeypatch.setattr("stylepipe.media.sound_check._LONGEST_LIST", 1 << 8)
    with pytest.raises(ClipError, match=r"out.mp4: its sound is in more packets .*`video: {audio: none}`"):
        check_sound(output, joined, original)
