"""The sound of a clip, and what else is in its file, comes along whole and in step."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from stylepipe.media import open_clip
from stylepipe.media.ffmpeg import run_ffmpeg

from .conftest import Painted, Render, said_of, seconds
from .sound_tracks import heard, lag, packets, rising_note

Film = Callable[..., Path]


@pytest.fixture
def film(tmp_path: Path, encode: Callable[..., Path], moving: np.ndarray) -> Film:
    """Make a clip of 0.48 s with so many seconds of sound; late: seconds by which the pictures begin after it."""

    def make(name: str, lasts: float, codec: str = "aac", *, late: float = 0, more: tuple[str, ...] = ()) -> Path:
        path = tmp_path / name
        pictures = ["-itsoffset", str(late), "-i", str(encode("silent.mp4", moving, "-bf", "0"))]
        sound = ["-f", "f32le", "-ar", "48000", "-ac", "1", "-i", "pipe:0"]
        tracks = [*(more or ("-map", "0:v", "-map", "1:a")), *("-c:v", "copy", "-c:a", codec)]
        run_ffmpeg(["-v", "error", *pictures, *sound, *tracks, f"file:{path}"], data=rising_note(lasts))
        return path

    return make


def kinds(path: Path) -> list[str]:
    return [stream.kind for stream in open_clip(path).info.streams]


def test_a_silent_clip_stays_silent(painted: Painted, encode: Callable[..., Path], moving: np.ndarray) -> None:
    assert len(painted(encode("silent.mp4", moving, "-bf", "0"), "out.mp4")) == 12
    assert kinds(Path("out.mp4")) == ["video"]


@pytest.mark.parametrize("lasts", [2.0, 0.2])
def test_sound_that_is_longer_or_shorter_is_whole_and_costs_no_frame(
    painted: Painted, film: Film, lasts: float
) -> None:
    source = film("film.mp4", lasts)

    assert len(painted(source, "out.mp4")) == 12

    assert packets(Path("out.mp4")) == packets(source)


def test_all_tracks_chapters_and_names_come_along(painted: Painted, film: Film, tmp_path: Path) -> None:
    (tmp_path / "tags").write_text(
        ";FFMETADATA1\ntitle=A walk\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=200\ntitle=One\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=200\nEND=480\ntitle=Two\n"
    )
    (tmp_path / "words.srt").write_text("1\n00:00:00,100 --> 00:00:00,400\nhello\n")
    inputs = ("-i", str(tmp_path / "words.srt"), "-i", str(tmp_path / "tags"))
    maps = ("-map", "0:v", "-map", "1:a", "-map", "1:a", "-map", "2:s", "-map_metadata", "3", "-map_chapters", "3")
    languages = ("-metadata:s:a:0", "language=fra", "-metadata:s:a:1", "language=eng", "-c:s", "mov_text")
    source = film("film.mp4", 0.5, more=(*inputs, *maps, *languages))

    assert len(painted(source, "out.mp4")) == 12

    assert sorted(kinds(Path("out.mp4"))) == sorted(kinds(source))
    assert kinds(source).count("audio") == 2
    for track in (0, 1):
        assert packets(Path("out.mp4"), track) == packets(source, track)
    said = said_of(Path("out.mp4").absolute())
    assert "Chapter #0:1: start 0.200000, end 0.480000" in said
    assert "(fra): Audio: aac" in said
    assert "(eng): Audio: aac" in said
    assert "A walk" in said


@pytest.mark.parametrize("ending", ["mp4", "mkv"])
def test_pictures_that_begin_half_a_second_after_the_sound_still_do(painted: Painted, film: Film, ending: str) -> None:
    source = film(f"film.{ending}", 1.2, late=0.5)

    clip = painted(source, f"out.{ending}")

    assert float(seconds(clip)[0]) == pytest.approx(0.5, abs=0.001)
    due = packets(source)
    assert min(due) < Fraction(-49, 100)
    found = packets(Path(f"out.{ending}"))
    assert len(found) == len(due)
    assert max(abs(is_ - was) for is_, was in zip(found, due, strict=True)) <= Fraction(1, 1000)


@pytest.mark.parametrize(("codec", "source", "output"), [("wmav2", "mkv", "mp4"), ("aac", "mp4", "webm")])
def test_sound_that_the_container_cannot_hold_is_converted_said_and_in_step(
    render: Render, film: Film, codec: str, source: str, output: str
) -> None:
    path = film(f"film.{source}", 1.0, codec)

    answer = render(path, f"out.{output}")

    assert answer.code == 0, answer.err
    assert f"sound track 1 ({codec}) was converted to " in answer.err
    is_, was = heard(Path(f"out.{output}")), heard(path)
    for second in (0.1, 0.8):
        assert abs(lag(is_, was, second)) <= 0.001
