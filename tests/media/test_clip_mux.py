"""Pieces become one clip without losing a tick, with the sound, the subtitles and the chapters of its source."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from stylepipe.errors import ClipError, OutputError
from stylepipe.media.clip_finish import finish_clip
from stylepipe.media.clip_input import open_clip
from stylepipe.media.clip_mux import Joined, Original, _with_source, concat_list, join_segments
from stylepipe.media.clip_writer import Clock, Segment, SegmentWriter
from stylepipe.media.codecs import Container, choose_coding
from stylepipe.media.ffmpeg import run_ffmpeg, start_ffmpeg
from stylepipe.media.ffmpeg_arguments import input_arguments
from stylepipe.media.probe import probe_clip

STEADY = Clock(time_base=Fraction(1001, 30000), rate=Fraction(30000, 1001))
UNEVEN = Clock(time_base=Fraction(1, 90000), rate=None)
LATE = [45000 + tick for tick in (0, 3003, 12012, 12912, 18000, 18903, 25000, 34009, 37012, 45000, 48003, 51006, 78456)]
"""Instants of twelve frames and the end: the first is half a second after the sound's beginning."""

Write = Callable[..., list[Segment]]


def tone(seconds: float) -> bytes:
    """Give a note that rises, so that any moment of it can be told from any other: 300 Hz and 2 kHz more a second."""
    moments = np.arange(int(48000 * seconds)) / 48000
    return (np.sin(2 * np.pi * (300 + 1000 * moments) * moments) / 3).astype("<f4").tobytes()


def listing(path: Path) -> str:
    return run_ffmpeg([*input_arguments(path), "-map", "0:v:0", "-frames:v", "1", "-f", "null", "-"])


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory, moving: np.ndarray, write_pieces: Write) -> dict[str, Path]:
    """Make a clip whose pictures begin at 0.5 s with two sound tracks, subtitles, chapters and a place; and others."""
    folder = tmp_path_factory.mktemp("sources")
    (piece,) = write_pieces(folder, choose_coding("mp4", 96, 64), moving, UNEVEN, LATE)
    (folder / "tags").write_text(
        ";FFMETADATA1\ntitle=A walk – ä\nlocation=+52.5+013.4/\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=700\ntitle=One\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=700\nEND=2000\ntitle=Two\n"
    )
    (folder / "words.srt").write_text(
        "1\n00:00:00,100 --> 00:00:00,700\nhello\n\n2\n00:00:01,000 --> 00:00:01,030\nyou\n"
    )
    sound = ["-f", "f32le", "-ar", "48000", "-ac", "1", "-i", "pipe:0"]
    video = ["-itsoffset", "0.5", "-i", f"file:{piece.path}"]
    more = ["-i", f"file:{folder}/words.srt", "-i", f"file:{folder}/tags"]
    maps = ["-map", "0:v", "-map", "1:a", "-map", "1:a", "-map", "2:s", "-map_metadata", "3", "-map_chapters", "3"]
    codecs = ["-c:v", "copy", "-c:a:0", "aac", "-c:a:1", "libmp3lame", "-c:s", "mov_text"]
    codecs += ["-metadata:s:a:1", "language=eng"]
    made = {"rich": folder / "rich.mp4", "wma": folder / "wma.mkv", "short": folder / "short.mp4"}
    run_ffmpeg([*video, *sound, *more, *maps, *codecs, f"file:{made['rich']}"], data=tone(2))
    plain = [*video[2:], *sound, "-c:v", "copy"]
    run_ffmpeg([*plain, "-c:a", "wmav2", f"file:{made['wma']}"], data=tone(1))
    run_ffmpeg([*plain, "-c:a", "aac", f"file:{made['short']}"], data=tone(0.3))
    return made


def finished(
    output: Path,
    moving: np.ndarray,
    write_pieces: Write,
    original: Original | None,
    clock: Clock = UNEVEN,
    **part: slice,
) -> Joined:
    frames = part.get("frames", slice(0, 12))
    instants = (LATE if clock is UNEVEN else list(range(13)))[frames.start : frames.stop + 1]
    coding = choose_coding(output.suffix[1:], 96, 64)  # type: ignore[arg-type]
    count = len(instants) - 1
    folder = output.parent / "pieces's %03d: ä\n"
    folder.mkdir(exist_ok=True)
    pieces = write_pieces(folder, coding, moving[frames], clock, instants, [count // 3, count // 2])
    return finish_clip(pieces, output, coding, width=96, height=64, clock=clock, original=original)


@pytest.mark.parametrize("container", ["mp4", "mov", "mkv", "webm"])
def test_everything_of_the_source_comes_along_at_its_time(
    tmp_path: Path, moving: np.ndarray, write_pieces: Write, sources: dict[str, Path], container: str
) -> None:
    output = tmp_path / f"out.{container}"
    joined = finished(output, moving, write_pieces, Original(probe_clip(sources["rich"])))
    assert joined.offset == Fraction(1, 2)
    header = probe_clip(output)
    kinds = [stream.kind for stream in header.streams]
    assert (kinds.count("audio"), kinds.count("subtitle")) == (2, 1)
    said = listing(output)
    assert re.search(r"title +: A walk – ä", said)
    assert "Chapter #0:1: start 0.700000" in said
    assert "(eng): Audio" in said
    assert "52.5" not in said
    converted = {"mp4": 0, "mov": 0, "mkv": 1, "webm": 3}
    assert len(joined.notes) == converted[container]


def test_a_steady_rate_stays_the_fraction_it_is_in_every_container(
    tmp_path: Path, moving: np.ndarray, write_pieces: Write
) -> None:
    for container in ("mp4", "mkv"):
        output = tmp_path / f"out.{container}"
        finished(output, moving, write_pieces, None, STEADY)
        said = run_ffmpeg([*input_arguments(output), "-vf", "showinfo", "-frames:v", "1", "-f", "null", "-"])
        assert "frame_rate: 30000/1001" in said


def test_ten_minutes_in_pieces_of_a_minute_are_on_the_tick_to_the_end(tmp_path: Path) -> None:
    coding = choose_coding("mp4", 16, 16)
    frames = [np.full((16, 16, 3), level, np.uint8) for level in range(40, 200)]
    pieces = []
    for first in range(0, 18000, 1800):
        path = tmp_path / f"{first}.mp4"
        with SegmentWriter(path, coding, width=16, height=16, clock=STEADY) as writer:
            for number in range(first, first + 1800):
                writer.write(frames[number % len(frames)], number, number + 1)
            pieces.append(writer.finish())
    output = tmp_path / "out.mp4"
    finish_clip(pieces, output, coding, width=16, height=16, clock=STEADY)  # which checks each frame's tick
    listed = run_ffmpeg([*input_arguments(output), "-c", "copy", "-f", "framecrc", f"file:{tmp_path}/packets"])
    assert "29.97 fps, 29.97 tbr, 30k tbn" in listed
    packets = [line for line in (tmp_path / "packets").read_text().splitlines() if not line.startswith("#")]
    ends = sorted(int(line.split(",")[2]) + int(line.split(",")[3]) for line in packets)
    assert ends == [1001 * number for number in range(1, 18001)]


def test_joining_never_adds_up_what_it_rounds() -> None:
    empty = np.empty((0, 4, 4, 3), np.uint8)
    pieces = [
        Segment(path=Path(f"/p/{n}.mp4"), instants=tuple(range(n, n + 119)), end=n + 119, thumbnails=empty)
        for n in range(7, 18007, 119)
    ]
    lengths = re.findall(r"^duration (\S+)$", concat_list(pieces, STEADY), re.MULTILINE)
    reached = Fraction(0)
    for piece, length in zip(pieces, lengths, strict=True):
        reached += Fraction(length)
        exact = STEADY.seconds(piece.end - 7)
        assert abs(reached - exact) <= Fraction(1, 2 * 10**6)
        assert round(reached * 30000) == exact * 30000


def test_sound_that_ends_first_loses_no_picture(
    tmp_path: Path, moving: np.ndarray, write_pieces: Write, sources: dict[str, Path]
) -> None:
    joined = finished(tmp_path / "out.mp4", moving, write_pieces, Original(probe_clip(sources["short"])))
    assert len(joined.sounds) == 1  # and the check has counted the frames


def test_a_clock_that_is_said_to_begin_behind_the_first_picture_is_not_believed(sources: dict[str, Path]) -> None:
    # As ffmpeg says of a Matroska file whose sound begins with what is skipped; pictures must not come too early.
    header = replace(probe_clip(sources["short"]), start=Fraction(25, 1000))
    piece = Segment(path=Path("/p/0.mp4"), instants=(0,), end=1, thumbnails=np.empty((1, 4, 4, 3), np.uint8))
    joined, arguments = _with_source([piece], choose_coding("mp4", 96, 64), UNEVEN, Original(header))
    assert (joined.base, joined.offset) == (0, 0)
    assert arguments[arguments.index("pipe:0") + 1 :][:2] == ["-itsoffset", "0.025000"]  # what ffmpeg takes away


@pytest.mark.parametrize("container", ["mp4", "webm"])
@pytest.mark.parametrize("part", [slice(0, 12), slice(5, 12), slice(5, 9), slice(0, 9)])
def test_a_broadcast_whose_clock_begins_anywhere_keeps_its_sound_in_step(
    tmp_path: Path,
    moving: np.ndarray,
    write_pieces: Write,
    sources: dict[str, Path],
    remux: Callable[..., Path],
    part: slice,
    container: Container,
) -> None:
    info = open_clip(remux(sources["short"], "short.ts")).info
    ticks = [*info.instants, info.end][part.start : part.stop + 1]
    clock = Clock(time_base=info.time_base, rate=info.rate)
    coding = choose_coding(container, 96, 64)
    pieces = write_pieces(tmp_path, coding, moving[part], clock, ticks)
    begin = clock.seconds(ticks[0]) if part.start else None
    original = Original(info, begin=begin, end=clock.seconds(ticks[-1]) if part.stop < 12 else None)
    joined = finish_clip(
        pieces, tmp_path / f"out.{container}", coding, width=96, height=64, clock=clock, original=original
    )
    assert joined.base == (begin or info.start)
    assert len(joined.sounds) == 1


def test_sound_that_the_container_cannot_hold_is_converted_and_said(
    tmp_path: Path, moving: np.ndarray, write_pieces: Write, sources: dict[str, Path]
) -> None:
    joined = finished(tmp_path / "out.mp4", moving, write_pieces, Original(probe_clip(sources["wma"])))
    assert joined.notes == ("sound track 1 (wmav2) was converted to aac, for a mp4",)
    assert [stream.codec for stream in probe_clip(tmp_path / "out.mp4").streams] == ["h264", "aac"]


def test_a_silent_source_is_no_reason_to_fail(tmp_path: Path, moving: np.ndarray, write_pieces: Write) -> None:
    (silent,) = write_pieces(tmp_path, choose_coding("mp4", 96, 64), moving, UNEVEN, LATE)
    joined = finished(tmp_path / "out.mp4", moving, write_pieces, Original(probe_clip(silent.path)))
    assert (joined.offset, joined.sounds, joined.notes) == (0, (), ())  # nothing is there to wait for


def test_sound_can_be_left_out(
    tmp_path: Path, moving: np.ndarray, write_pieces: Write, sources: dict[str, Path]
) -> None:
    finished(tmp_path / "out.mp4", moving, write_pieces, Original(probe_clip(sources["rich"]), sound=False))
    kinds = [stream.kind for stream in probe_clip(tmp_path / "out.mp4").streams]
    assert "audio" not in kinds
    assert "subtitle" in kinds


@pytest.mark.parametrize("container", ["mp4", "mkv", "webm"])
def test_a_part_of_a_clip_takes_its_part_of_the_sound(
    tmp_path: Path, moving: np.ndarray, write_pieces: Write, sources: dict[str, Path], container: str
) -> None:
    output = tmp_path / f"out.{container}"
    begin, end = (Fraction(LATE[number], 90000) for number in (4, 10))
    original = Original(probe_clip(sources["rich"]), begin=begin, end=end)
    joined = finished(output, moving, write_pieces, original, frames=slice(4, 10))
    assert (joined.offset, joined.base) == (0, begin)
    duration = probe_clip(output).duration
    assert duration is not None
    assert abs(duration - (end - begin)) < Fraction(1, 20)  # chapters end there too
    decoding = ["-map", "0:a:0", "-af", "ashowinfo", "-f", "f32le", "-ac", "1", "pipe:1"]
    with start_ffmpeg([*input_arguments(output, "-copyts"), *decoding], pipe_out=True) as process:
        samples = np.frombuffer(process.read(), "<f4")
        starts = re.findall(r"pts_time:(\S+)", process.finish())
    heard, played = samples[2400:9600], np.frombuffer(tone(2), "<f4")
    place = round((begin + Fraction(starts[0])) * 48000) + 2400
    best = max(range(-480, 481), key=lambda late: float(heard @ played[place + late : place + late + len(heard)]))
    assert abs(best) <= 48, starts[:3]  # a thousandth of a second


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no disk that is always full")
def test_a_full_disk_is_said_in_ffmpegs_words(tmp_path: Path, moving: np.ndarray, write_pieces: Write) -> None:
    coding = choose_coding("mkv", 96, 64)
    pieces = write_pieces(tmp_path, coding, moving, STEADY, range(13))
    full = tmp_path / "out.mkv"
    full.symlink_to("/dev/full")
    with pytest.raises(OutputError, match=r"out.mkv: cannot be written: No space left on device"):
        join_segments(pieces, full, coding, clock=STEADY)


def test_a_lost_piece_is_an_error_that_names_it(tmp_path: Path, moving: np.ndarray, write_pieces: Write) -> None:
    coding = choose_coding("mp4", 96, 64)
    pieces = write_pieces(tmp_path, coding, moving, STEADY, range(13), [6])
    pieces[1].path.unlink()
    with pytest.raises(ClipError, match=r"piece 1.mp4: this piece of a clip is gone"):
        finish_clip(pieces, tmp_path / "out.mp4", coding, width=96, height=64, clock=STEADY)


def test_pieces_that_do_not_follow_each_other_are_refused(tmp_path: Path) -> None:
    empty = np.empty((0, 4, 4, 3), np.uint8)
    first = Segment(path=tmp_path / "0.mp4", instants=(0,), end=1, thumbnails=empty)
    third = Segment(path=tmp_path / "2.mp4", instants=(2,), end=3, thumbnails=empty)
    coding = choose_coding("mp4", 96, 64)
    for pieces, why in (([first, third], "follow"), ([], "without frames")):
        with pytest.raises(ValueError, match=why):
            join_segments(pieces, tmp_path / "out.mp4", coding, clock=STEADY)
