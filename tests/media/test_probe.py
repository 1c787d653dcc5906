"""What a clip says about itself, as ffmpeg reads it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from stylepipe.errors import ClipError, EnvironmentLacksError
from stylepipe.media.clip import ColorTags, Stream
from stylepipe.media.ffmpeg import run_ffmpeg
from stylepipe.media.probe import probe_clip

HALVED = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")


def tagged(matrix: str, primaries: str, transfer: str, range_: str = "tv") -> list[str]:
    tags = f"setparams=range={range_}:colorspace={matrix}:color_primaries={primaries}:color_trc={transfer}"
    return ["-vf", tags]


def test_a_plain_clip_says_its_size_clock_and_codec(encode: Callable[..., Path], moving: np.ndarray) -> None:
    header = probe_clip(encode("a.mp4", moving, rate="24000/1001"))
    assert (header.width, header.height) == (96, 64)
    assert header.nominal_rate == Fraction(24000, 1001)
    assert header.time_base == Fraction(1, 24000)
    assert (header.codec, header.pixel_format, header.demuxer) == ("h264", "yuv444p", "mov")
    assert header.sample_aspect == 1
    assert header.field_order == "progressive"
    assert not header.alpha
    assert not header.mirrored_or_turned
    assert float(header.duration or 0) == pytest.approx(12 * 1001 / 24000, abs=0.01)


@pytest.mark.parametrize("size", ["97x63", "1x1", "2x90", "321x241"])
def test_odd_sizes_are_kept(encode: Callable[..., Path], size: str) -> None:
    width, height = (int(side) for side in size.split("x"))
    header = probe_clip(encode("a.mkv", np.zeros((2, height, width, 3), np.uint8), codec=("-c:v", "ffv1")))
    assert (header.width, header.height) == (width, height)


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_turned_clip_has_its_upright_size(
    encode: Callable[..., Path], remux: Callable[..., Path], moving: np.ndarray, angle: int
) -> None:
    source = encode("a.mp4", moving, "-vf", "setsar=64/45")
    header = probe_clip(remux(source, "b.mp4", before=["-display_rotation", str(angle)]))
    assert (header.width, header.height) == ((96, 64) if angle == 180 else (64, 96))
    assert header.coded_size == (96, 64)
    assert header.rotation == (360 - angle) % 360
    assert header.sample_aspect == (Fraction(64, 45) if angle == 180 else Fraction(45, 64))


def test_a_mirrored_clip_is_known(encode: Callable[..., Path], remux: Callable[..., Path], moving: np.ndarray) -> None:
    header = probe_clip(remux(encode("a.mp4", moving), "b.mp4", before=["-display_vflip"]))
    assert header.mirrored_or_turned
    assert (header.width, header.height) == (96, 64)


def test_colour_tags_are_read(encode: Callable[..., Path], moving: np.ndarray) -> None:
    header = probe_clip(encode("a.mp4", moving, *tagged("bt709", "bt709", "bt709"), codec=HALVED))
    assert header.color == ColorTags("tv", "bt709", "bt709", "bt709")
    header = probe_clip(encode("b.mp4", moving, *tagged("bt470bg", "bt470bg", "smpte170m", "pc"), codec=HALVED))
    assert header.color == ColorTags("pc", "bt470bg", "bt470bg", "smpte170m")
    assert probe_clip(encode("c.mp4", moving, codec=HALVED)).color.matrix is None


@pytest.mark.parametrize(("order", "name"), [("tff", "top"), ("bff", "bottom")])
def test_fields_are_told_with_their_order(
    encode: Callable[..., Path], moving: np.ndarray, order: str, name: str
) -> None:
    header = probe_clip(
        encode("a.mp4", moving, "-vf", f"setfield={order}", "-x264opts", f"{order}=1", "-flags", "+ildct", codec=HALVED)
    )
    assert header.field_order == name


def test_transparency_is_told(encode: Callable[..., Path], moving: np.ndarray) -> None:
    assert probe_clip(encode("a.mov", moving, codec=("-c:v", "prores_ks", "-pix_fmt", "yuva444p10le"))).alpha
    assert probe_clip(encode("a.webm", moving, codec=("-c:v", "libvpx-vp9", "-pix_fmt", "yuva420p"))).alpha
    assert not probe_clip(encode("b.webm", moving, codec=("-c:v", "libvpx-vp9", "-pix_fmt", "yuv420p"))).alpha


def test_streams_are_listed_and_a_cover_is_no_video(
    encode: Callable[..., Path], moving: np.ndarray, tmp_path: Path
) -> None:
    run_ffmpeg(["-v", "error", "-f", "lavfi", "-i", "color=red:s=40x40", "-frames:v", "1", str(tmp_path / "c.png")])
    (tmp_path / "a.srt").write_text("1\n00:00:00,000 --> 00:00:00,300\nhello\n")
    inputs = ["-i", str(tmp_path / "c.png"), "-i", str(encode("a.mp4", moving)), "-i", str(tmp_path / "a.srt")]
    tone = ["-f", "lavfi", "-i", "sine=d=0.3"]
    maps = ["-map", "0", "-map", "1", "-map", "3:a", "-map", "2", "-disposition:v:0", "attached_pic"]
    codecs = ["-c:v", "copy", "-c:a", "aac", "-c:s", "mov_text", "-metadata:s:a:0", "language=deu"]
    run_ffmpeg(["-v", "error", *inputs, *tone, *maps, *codecs, str(tmp_path / "b.mp4")])
    header = probe_clip(tmp_path / "b.mp4")
    assert {(stream.kind, stream.codec, stream.language) for stream in header.streams} == {
        ("cover", "png", None),
        ("video", "h264", None),
        ("audio", "aac", "deu"),
        ("subtitle", "mov_text", None),
    }
    assert (header.width, header.height, header.codec) == (96, 64, "h264")
    assert all(isinstance(stream, Stream) for stream in header.streams)


def test_the_containers_clock_is_told(
    encode: Callable[..., Path], remux: Callable[..., Path], moving: np.ndarray
) -> None:
    header = probe_clip(remux(encode("a.mp4", moving), "a.ts"))
    assert header.start == Fraction("1.4")
    assert header.time_base == Fraction(1, 90000)


def test_a_raw_stream_is_counted_in_frames_at_the_rate_that_is_asked_for(
    encode: Callable[..., Path], moving: np.ndarray
) -> None:
    raw = encode("a.h264", moving, rate="30000/1001")
    assert not probe_clip(raw).timed
    assert probe_clip(raw).nominal_rate == Fraction(30000, 1001)
    assert probe_clip(raw, rate=Fraction(50)).time_base == Fraction(1, 50)


def test_too_many_megapixels_are_refused_before_they_are_decoded(
    encode: Callable[..., Path], moving: np.ndarray, tmp_path: Path
) -> None:
    with pytest.raises(ClipError, match=r"has 0.0 megapixels \(96 x 64\), more than the 0.006 allowed"):
        probe_clip(encode("a.mp4", moving), max_megapixels=0.006)
    (tmp_path / "a.y4m").write_bytes(b"YUV4MPEG2 W40000 H25000 F25:1 Ip A1:1 C420\nFRAME\n" + bytes(1000))
    with pytest.raises(ClipError, match=r"1000.0 megapixels \(40000 x 25000\), more than the 200"):
        probe_clip(tmp_path / "a.y4m")


def test_a_recording_that_was_not_finished_is_called_that(
    encode: Callable[..., Path], moving: np.ndarray, tmp_path: Path
) -> None:
    whole = encode("a.mp4", moving).read_bytes()
    (tmp_path / "a.mp4").write_bytes(whole[: whole.index(b"moov") - 4])
    with pytest.raises(ClipError, match=r"is cut short: the index .* \(moov\) is missing"):
        probe_clip(tmp_path / "a.mp4")


def test_sound_alone_is_no_clip(tmp_path: Path) -> None:
    run_ffmpeg(["-v", "error", "-f", "lavfi", "-i", "sine=d=0.2", str(tmp_path / "a.m4a")])
    with pytest.raises(ClipError, match="holds no moving pictures, only audio: name a clip"):
        probe_clip(tmp_path / "a.m4a")


def test_an_undecodable_clip_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.mkv").write_bytes(b"\x1aE\xdf\xa3" + bytes(range(256)) * 8)
    with pytest.raises(ClipError, match=r"a.mkv cannot be decoded \(.+\): copy it again") as caught:
        probe_clip(tmp_path / "a.mkv")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["-o.mp4", "a%03d.mp4", "a:b.mp4", 'it\'s "a".mp4', "a\nb.mp4", "ü 漢.mp4", "n" * 236])
def test_any_name_is_read(
    encode: Callable[..., Path], moving: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(encode("a.mp4", moving).read_bytes())
    assert probe_clip(Path(name)).width == 96


def test_what_a_title_says_is_not_believed(encode: Callable[..., Path], moving: np.ndarray) -> None:
    lie = "Stream #0:7: Audio: aac\nStream #0:8: Audio: aac Duration: 01:00:00.00, start: 9.000000 alpha_mode : 1"
    header = probe_clip(encode("a.mkv", moving, "-metadata", f"title={lie}"))
    assert [stream.kind for stream in header.streams] == ["video"]
    assert (header.start, header.alpha) == (0, False)
    assert float(header.duration or 0) == pytest.approx(0.48, abs=0.01)


def test_what_ffmpeg_says_is_understood_where_it_is_told_to_use_colours(
    encode: Callable[..., Path], moving: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AV_LOG_FORCE_COLOR", "1")
    assert probe_clip(encode("a.mp4", moving)).codec == "h264"


def test_a_missing_ffmpeg_is_said(
    encode: Callable[..., Path], moving: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = encode("a.mp4", moving)
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", "/nowhere/ffmpeg")
    with pytest.raises(EnvironmentLacksError):
        probe_clip(path)
