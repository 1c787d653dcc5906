"""A clip's codec is settled before anything is painted, and is what was asked for or an error that says why."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stylepipe.errors import EnvironmentLacksError, UnpaintableError, UsageError
from stylepipe.media.codecs import _ENCODERS, choose_coding
from stylepipe.spec.video import CODECS


def test_a_job_file_may_name_every_encoder_and_kind_of_codec_and_no_other() -> None:
    named = {name for encoder in _ENCODERS for name in (encoder.family, encoder.name)}
    assert {"auto", *named} == set(CODECS)


def test_a_clip_is_h264_that_everything_plays_and_its_colours_say_what_they_are() -> None:
    coding = choose_coding("mp4", 64, 48)
    assert (coding.encoder, coding.pixels, coding.matrix, coding.notes) == ("libx264", "yuv420p", "bt709", ())
    assert "out_color_matrix=bt709:out_range=tv" in coding.color_filter
    assert "range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709" in coding.color_filter
    assert coding.options[:2] == ("-crf", "16")


def test_crf_and_the_pixel_format_are_what_was_asked_for() -> None:
    coding = choose_coding("mkv", 64, 48, crf=30, pix_fmt="yuv420p10le")
    assert (coding.pixels, coding.options[:2]) == ("yuv420p10le", ("-crf", "30"))


def test_an_odd_size_is_kept_in_full_chroma_and_said() -> None:
    coding = choose_coding("mp4", 67, 49)
    assert coding.pixels == "yuv444p"
    assert coding.notes == (
        "67 x 49 is odd, which yuv420p cannot hold: written as yuv444p, which some players cannot show",
    )


def test_a_codec_that_can_halve_the_chroma_of_an_odd_size_does() -> None:
    coding = choose_coding("webm", 67, 49)
    assert (coding.family, coding.pixels, coding.notes) == ("vp9", "yuv420p", ())


@pytest.mark.parametrize(("width", "pixels"), [(67, "yuv420p"), (67, "yuv422p")])
def test_an_odd_size_in_halved_chroma_is_refused_with_the_way_out(width: int, pixels: str) -> None:
    with pytest.raises(UnpaintableError, match=f"cannot hold {width} x 48 as {pixels}.*leave pix_fmt at auto"):
        choose_coding("mp4", width, 48, pix_fmt=pixels)


@pytest.mark.parametrize(
    ("container", "settings", "sentence"),
    [
        ("avi", {}, "avi is no container for clips: choose mp4, mkv, mov, webm or gif"),
        ("mp4", {"codec": "x264"}, "x264 is no codec for clips: choose one of auto, h264, hevc, vp9, av1, prores"),
        ("mp4", {"codec": "prores"}, "a mp4 cannot hold prores: choose mkv or mov, or codec: auto"),
        ("gif", {"codec": "ffv1"}, "a gif cannot hold ffv1: choose mkv, or codec: auto"),
        ("mp4", {"crf": 52}, "crf 52 does not exist for libx264: choose 0"),
        ("mov", {"codec": "prores", "crf": 20}, "prores_ks has no crf to choose"),
        ("mp4", {"pix_fmt": "yuv421p"}, "libx264 knows no pixel format yuv421p: choose yuv420p, "),
    ],
)
def test_what_does_not_go_together_is_said(container: str, settings: dict[str, object], sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        choose_coding(container, 64, 48, **settings)  # type: ignore[arg-type]
    assert str(caught.value).startswith(sentence)


def test_only_auto_falls_back_to_another_codec_and_says_so(ffmpeg_but: Callable[[str, str], None]) -> None:
    ffmpeg_but("libx264", "echo '[error] Cannot load the driver' >&2; exit 1")
    coding = choose_coding("mp4", 64, 48)
    assert coding.encoder == "libopenh264"
    assert "written with libopenh264, because libx264 cannot encode" in coding.notes[0]
    with pytest.raises(EnvironmentLacksError, match="Cannot load the driver"):
        choose_coding("mp4", 64, 48, codec="libx264")


def test_an_encoder_that_is_not_there_is_an_error(ffmpeg_but: Callable[[str, str], None]) -> None:
    ffmpeg_but("-encoders", "echo ' V....D mpeg4 MPEG-4'; exit 0")
    with pytest.raises(EnvironmentLacksError, match="this ffmpeg has no encoder libx265; install imageio-ffmpeg"):
        choose_coding("mp4", 64, 48, codec="hevc")
    with pytest.raises(EnvironmentLacksError, match=r"no encoder libx264.*no encoder libopenh264"):
        choose_coding("mov", 64, 48)
