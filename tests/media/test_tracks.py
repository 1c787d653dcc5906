"""Each track of a source is copied where the container takes it, else converted, and never lost in silence."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stylepipe.errors import EnvironmentLacksError
from stylepipe.media.clip import Stream
from stylepipe.media.tracks import plan_tracks

FILM = (
    Stream(0, "video", "h264"),
    Stream(1, "audio", "aac", "eng"),
    Stream(2, "subtitle", "hdmv_pgs_subtitle"),
    Stream(3, "audio", "dts"),
    Stream(4, "subtitle", "ass"),
    Stream(5, "attachment", "ttf"),
    Stream(6, "data", "bin_data"),
    Stream(7, "cover", "mjpeg"),
)


def pairs(arguments: tuple[str, ...]) -> list[tuple[str, str]]:
    return list(zip(arguments[::2], arguments[1::2], strict=True))


def test_a_matroska_file_takes_all_tracks_as_they_are_with_the_fonts_of_subtitles() -> None:
    tracks = plan_tracks(FILM, "mkv", sound=True, source=1)
    assert [value for name, value in pairs(tracks.arguments) if name == "-map"] == ["1:1", "1:3", "1:2", "1:4", "1:5"]
    assert {value for name, value in pairs(tracks.arguments) if name != "-map"} == {"copy"}
    assert tracks.notes == ()


def test_an_mp4_gets_other_sound_and_text_and_says_what_is_left_out() -> None:
    tracks = plan_tracks(FILM, "mp4", sound=True, source=1)
    assert [(sound.stream.index, sound.copied) for sound in tracks.sounds] == [(1, True), (3, False)]
    assert [stream.index for stream in tracks.subtitles] == [4]
    assert {("-c:a:0", "copy"), ("-c:a:1", "aac"), ("-b:a:1", "192k"), ("-c:s:0", "mov_text")} < set(
        pairs(tracks.arguments)
    )
    assert tracks.notes == (
        "sound track 2 (dts) was converted to aac, for a mp4",
        "a subtitle track (hdmv_pgs_subtitle) was left out: a mp4 cannot hold it",
        "subtitle track 1 (ass) was converted to mov_text, for a mp4",
    )


def test_sound_that_is_not_wanted_is_not_there_and_subtitles_are() -> None:
    tracks = plan_tracks(FILM, "mov", sound=False, source=1)
    assert (tracks.sounds, len(tracks.subtitles)) == ((), 1)


def test_a_silent_clip_has_nothing_to_bring() -> None:
    assert plan_tracks(FILM[:1], "webm", sound=True, source=1).arguments == ()


def test_no_encoder_for_the_sound_is_said_with_the_ways_out(ffmpeg_but: Callable[[str, str], None]) -> None:
    ffmpeg_but("-encoders", "echo ' V....D mpeg4 MPEG-4'; exit 0")
    with pytest.raises(
        EnvironmentLacksError, match=r"a webm cannot hold its sound \(aac\).*libopus or libvorbis.*none"
    ):
        plan_tracks(FILM, "webm", sound=True, source=1)
