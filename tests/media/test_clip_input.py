"""A clip is opened with the reader that shows it as it is, or refused in one sentence."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stylepipe.errors import ClipError
from stylepipe.media import Clip, open_clip
from stylepipe.media.ffmpeg import run_ffmpeg

from ..conftest import Canary

HALVED = ("-c:v", "libx264", "-preset", "ultrafast", "-qp", "0", "-pix_fmt", "yuv420p")


def pixels(clip: Clip, start: int = 0) -> np.ndarray:
    """Read a clip and see that its numbers and instants are those it has promised."""
    frames = list(clip.frames(start))
    assert [number for number, _, _ in frames] == list(range(start, len(clip)))
    assert [tick for _, tick, _ in frames] == list(clip.info.instants[start:])
    assert all(frame.shape == (clip.info.height, clip.info.width, 3) for _, _, frame in frames)
    return np.stack([frame for _, _, frame in frames])


def test_a_plain_clip_is_read_by_opencv(encode: Callable[..., Path], moving: np.ndarray) -> None:
    clip = open_clip(encode("a.mp4", moving, rate="30000/1001"))
    assert (clip.reader, clip.reason) == ("opencv", "it shows the same frames as ffmpeg")
    assert (clip.info.rate, clip.info.frame_count, clip.info.notes) == (Fraction(30000, 1001), 12, ())
    assert np.abs(pixels(clip).astype(int) - moving).max() <= 4
    np.testing.assert_array_equal(pixels(clip, 8), pixels(clip)[8:])
    assert len(list(clip)) == 12


def test_both_readers_give_the_same_frames(encode: Callable[..., Path], moving: np.ndarray) -> None:
    path = encode("a.mp4", moving, codec=HALVED)
    one, other = open_clip(path, reader="opencv"), open_clip(path, reader="ffmpeg")
    assert (one.reader, other.reader) == ("opencv", "ffmpeg")
    np.testing.assert_array_equal(pixels(one), pixels(other))


def test_a_range_of_a_clip_is_a_clip(encode: Callable[..., Path], moving: np.ndarray) -> None:
    path = encode("a.mp4", moving)
    for reader in ("opencv", "ffmpeg"):
        whole, part = open_clip(path, reader=reader), open_clip(path, start=0.12, end=0.4, reader=reader)
        assert part.info.instants == whole.info.instants[3:10]
        np.testing.assert_array_equal(pixels(part), pixels(whole)[3:10])
        np.testing.assert_array_equal(pixels(part, 5), pixels(whole)[8:10])


def test_a_varying_rate_is_none(encode: Callable[..., Path], moving: np.ndarray) -> None:
    halves = "settb=1/600,setpts='if(lt(N,6),N*20,120+(N-6)*60)'"
    timing = ["-fps_mode", "passthrough", "-enc_time_base", "1/600", "-video_track_timescale", "600"]
    clip = open_clip(encode("a.mp4", moving, "-vf", halves, *timing))
    assert clip.info.rate is None
    assert clip.reader == "opencv"
    assert len(pixels(clip)) == 12


def test_a_clip_of_one_frame_and_one_of_two_are_clips(encode: Callable[..., Path], moving: np.ndarray) -> None:
    for count in (1, 2):
        clip = open_clip(encode("a.mp4", moving[:count]))
        assert len(pixels(clip)) == count
        assert clip.info.rate == 25
        assert list(clip.frames(count)) == []
    with pytest.raises(ValueError, match="there is no frame 3 in a clip of 2"):
        next(clip.frames(3))


@pytest.mark.parametrize("size", [(97, 63), (1, 1), (3, 1)])
def test_odd_sizes_come_as_they_are(encode: Callable[..., Path], moving: np.ndarray, size: tuple[int, int]) -> None:
    frames = np.pad(moving, ((0, 0), (0, 0), (0, 1), (0, 0)), mode="edge")[:3, : size[1], : size[0]]
    clip = open_clip(encode("a.mkv", frames, codec=("-c:v", "ffv1", "-pix_fmt", "bgr0")))
    np.testing.assert_array_equal(pixels(clip), frames)


def test_the_shape_of_pixels_is_kept(encode: Callable[..., Path], moving: np.ndarray) -> None:
    assert open_clip(encode("a.mp4", moving[:2], "-vf", "setsar=64/45")).info.sample_aspect == Fraction(64, 45)


def test_interlaced_clips_are_never_black(encode: Callable[..., Path], moving: np.ndarray) -> None:
    codec = ("-c:v", "libx264", "-qp", "0", "-pix_fmt", "yuv420p")
    path = encode("a.mp4", moving, "-vf", "setfield=tff", "-x264opts", "tff=1", "-flags", "+ildct", codec=codec)
    clip = open_clip(path)
    assert (clip.reader, clip.deinterlacing, clip.info.field_order) == ("ffmpeg", "interlaced", "top")
    assert "bwdif" in clip.info.notes[0]
    assert min(frame.mean() for frame in pixels(clip)) > 50
    clip = open_clip(path, deinterlace="off")
    assert (clip.reader, clip.deinterlacing, clip.reason) == ("ffmpeg", None, "OpenCV shows interlaced frames black")
    assert "combs" in clip.info.notes[0]
    assert np.abs(pixels(clip)[:, ::4, 0] - moving[:, ::4, 0].astype(float)).mean() < 4
    assert open_clip(encode("b.mp4", moving), deinterlace="on").deinterlacing == "all"


def test_turned_clips_come_upright(encode: Callable[..., Path], remux: Callable[..., Path], moving: np.ndarray) -> None:
    clip = open_clip(remux(encode("a.mp4", moving), "b.mp4", before=["-display_rotation", "90"]))
    assert clip.reader == "ffmpeg"
    assert (clip.info.width, clip.info.height, clip.info.rotation) == (64, 96, 270)
    assert np.abs(pixels(clip).astype(int) - np.rot90(moving, axes=(1, 2))).max() <= 4


def test_guesses_and_losses_are_noted(encode: Callable[..., Path]) -> None:
    wide = np.full((2, 16, 1280, 3), 90, np.uint8)
    clip = open_clip(encode("a.mp4", wide))
    assert clip.reader == "ffmpeg"
    assert clip.info.notes == ("it does not say its colour matrix: BT.709 is taken, as for any HD",)
    clip = open_clip(encode("a.mov", wide[:, :, :64], codec=("-c:v", "prores_ks", "-pix_fmt", "yuva444p10le")))
    assert (clip.reader, clip.info.notes) == ("ffmpeg", ("its transparency is left out",))
    hdr = "setparams=range=tv:colorspace=bt2020nc:color_primaries=bt2020:color_trc=smpte2084"
    codec = ("-c:v", "libx265", "-pix_fmt", "yuv420p10le")
    clip = open_clip(encode("a.mkv", wide[:, :, :64], "-vf", f"format=yuv420p10le,{hdr}", codec=codec))
    assert clip.reader == "ffmpeg"
    assert clip.info.notes[0].startswith("it is HDR10: its range is brought down")


def test_opencv_is_left_when_its_frames_are_others(
    encode: Callable[..., Path], moving: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    import cv2

    real = cv2.cvtColor
    monkeypatch.setattr(cv2, "cvtColor", lambda image, code: image if code == cv2.COLOR_BGR2RGB else real(image, code))
    clip = open_clip(encode("a.mp4", moving))
    assert clip.reader == "ffmpeg"
    assert clip.reason.startswith("OpenCV's frame 0 is ")
    assert np.abs(pixels(clip).astype(int) - moving).max() <= 4


def test_ffmpeg_reads_on_where_opencv_falls_out_of_step(
    encode: Callable[..., Path], moving: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    import cv2

    clip = open_clip(encode("a.mp4", moving))
    due = pixels(clip)
    real, grabbed = cv2.VideoCapture, [0]

    class Forgetful:
        def __init__(self, *arguments: object) -> None:
            self._capture = real(*arguments)

        def grab(self) -> bool:
            grabbed[0] += 1
            return grabbed[0] <= 5 and self._capture.grab()

        def __getattr__(self, name: str) -> object:
            return getattr(self._capture, name)

    monkeypatch.setattr(cv2, "VideoCapture", Forgetful)
    notes: list[str] = []
    frames = [frame for _, _, frame in clip.frames(on_note=notes.append)]
    np.testing.assert_array_equal(np.stack(frames), due)
    assert notes == [f"{clip.info.path}: OpenCV ends at frame 5, so ffmpeg reads on"]


def test_a_clip_may_be_sent_to_another_process(encode: Callable[..., Path], moving: np.ndarray) -> None:
    clip = open_clip(encode("a.mp4", moving))
    np.testing.assert_array_equal(pixels(pickle.loads(pickle.dumps(clip))), pixels(clip))


@pytest.mark.parametrize("ending", ["gif", "png", "webp"])
def test_animations_are_clips_of_their_own_times(tmp_path: Path, moving: np.ndarray, ending: str) -> None:
    frames = [Image.fromarray(frame) for frame in moving[:4]]
    options = {"lossless": True} if ending == "webp" else {}
    path = tmp_path / f"a.{ending}"
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=[40, 100, 250, 60], **options)
    clip = open_clip(path)
    assert (clip.reader, clip.info.rate) == ("pictures", None)
    assert (clip.info.instants, clip.info.end, clip.info.time_base) == ((0, 40, 140, 390), 450, Fraction(1, 1000))
    assert np.abs(pixels(clip).astype(int) - moving[:4]).max() <= (60 if ending == "gif" else 0)
    np.testing.assert_array_equal(pixels(open_clip(path, start=0.04), 1), pixels(clip)[2:])


def test_numbered_frames_are_a_clip(tmp_path: Path, moving: np.ndarray) -> None:
    for number, frame in enumerate(moving):
        Image.fromarray(frame).save(tmp_path / f"{number:05d}.png")
    clip = open_clip(tmp_path, rate=Fraction(24000, 1001))
    assert (clip.reader, clip.info.rate) == ("pictures", Fraction(24000, 1001))
    np.testing.assert_array_equal(pixels(clip), moving)
    np.testing.assert_array_equal(pixels(clip, 10), moving[10:])
    (tmp_path / "00011.png").unlink()
    with pytest.raises(ClipError, match="has changed: frame 11 is gone, run again"):
        pixels(clip)


def test_a_raw_stream_is_read_and_its_rate_is_noted(encode: Callable[..., Path], moving: np.ndarray) -> None:
    path = encode("a.h264", moving)
    clip = open_clip(path)
    assert (clip.reader, clip.info.rate) == ("ffmpeg", 25)
    assert "25 frames a second are taken" in clip.info.notes[0]
    clip = open_clip(path, rate=Fraction(50))
    assert (clip.info.rate, clip.info.notes, len(pixels(clip))) == (50, (), 12)


def damaged(path: Path, target: Path) -> Path:
    data = path.read_bytes()
    target.write_bytes(data[: len(data) * 3 // 5])
    return target


@pytest.mark.parametrize("ending", ["mp4", "mkv", "ts", "gif"])
def test_a_clip_cut_short_names_its_first_bad_frame(encode: Callable[..., Path], tmp_path: Path, ending: str) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (10, 64, 64, 3), dtype=np.uint8)
    if ending == "gif":
        frames = [Image.fromarray(frame) for frame in noise]
        frames[0].save(tmp_path / "whole.gif", save_all=True, append_images=frames[1:], duration=40)
        whole = tmp_path / "whole.gif"
    else:
        start = ("-movflags", "+faststart") if ending == "mp4" else ()
        whole = encode(f"a.{ending}", noise, "-g", "3", "-bf", "0", *start, codec=HALVED)
    path = damaged(whole, tmp_path / f"b.{ending}")
    with pytest.raises(ClipError) as caught:
        open_clip(path)
    sentence = str(caught.value)
    assert sentence.startswith(f"{path} is ")
    assert "is the first bad one" in sentence
    assert "\n" not in sentence
    clip = open_clip(path, allow_damaged=True)
    good = pixels(open_clip(whole))
    assert 3 <= len(clip) <= 7
    assert f"frame {len(clip)}, at " in sentence
    np.testing.assert_array_equal(pixels(clip), good[: len(clip)])


def test_a_clip_may_end_before_its_damage(encode: Callable[..., Path], tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (10, 64, 64, 3), dtype=np.uint8)
    path = damaged(encode("a.mkv", noise, "-g", "3", "-bf", "0", codec=HALVED), tmp_path / "b.mkv")
    assert len(pixels(open_clip(path, end=0.12))) == 3


def test_too_large_a_clip_is_refused(encode: Callable[..., Path], moving: np.ndarray) -> None:
    with pytest.raises(ClipError, match="more than the"):
        open_clip(encode("a.mp4", moving), max_megapixels=0.006)


@pytest.mark.parametrize("name", ["-o.mp4", "a%03d.mp4", "a:b.mp4", 'it\'s "a".mp4', "a\nb.mp4", "ü 漢.mp4", "n" * 236])
def test_any_name_is_read_by_both_readers(
    encode: Callable[..., Path], moving: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(encode("a.mp4", moving[:3]).read_bytes())
    clip = open_clip(Path(name))
    assert clip.reader == "opencv"
    assert len(pixels(clip)) == len(pixels(open_clip(Path(name), reader="ffmpeg"))) == 3


@pytest.mark.parametrize("reader", ["auto", "opencv", "ffmpeg"])
def test_nothing_that_a_file_names_is_fetched_or_opened(
    encode: Callable[..., Path], moving: np.ndarray, tmp_path: Path, canary: Canary, reader: str
) -> None:
    secret = encode("secret.mp4", moving)
    address = canary.address
    texts = {
        "hls": f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{address}/a.ts\n#EXT-X-ENDLIST\n",
        "hls-local": f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{secret}\n#EXT-X-ENDLIST\n",
        "ffconcat": f"ffconcat version 1.0\nfile {secret}\n",
        "ffconcat-http": f"ffconcat version 1.0\nfile {address}/a.mp4\n",
        "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n",
        "dash": f'<?xml version="1.0"?><MPD><BaseURL>{address}/</BaseURL></MPD>',
    }
    # A playlist may also follow what looks like a container's first bytes.
    texts |= {f"{name} behind a box": "\0\0\0\x08ftyp" + text for name, text in list(texts.items())}
    for name, text in texts.items():
        for ending in (".mp4", ".m3u8", ".sdp"):
            path = tmp_path / f"{name}{ending}"
            path.write_text(text)
            with pytest.raises(ClipError):
                open_clip(path, reader=reader)
    for name in (f"{address}/a.mp4", f"concat:{secret}|{secret}", f"subfile,,start,0,end,99,,:{secret}"):
        with pytest.raises(ClipError):
            open_clip(Path(name), reader=reader)
    assert canary.asked == []


def test_the_canary_sings(canary: Canary) -> None:
    from stylepipe.errors import FfmpegError

    with pytest.raises(FfmpegError):
        run_ffmpeg(["-v", "error", "-i", f"{canary.address}/a.mp4", "-f", "null", "-"])
    assert canary.asked == ["/a.mp4"]


def test_a_movie_that_refers_to_another_file_does_not_open_it(
    encode: Callable[..., Path], moving: np.ndarray, tmp_path: Path
) -> None:
    path = encode("a.mov", moving)
    data = path.read_bytes()
    at = data.index(b"url \0\0\0\x01")  # the data is in this file; now it is said to be elsewhere
    (tmp_path / "b.mov").write_bytes(data[: at + 4] + b"\0\0\0\0" + data[at + 8 :])
    try:
        clip = open_clip(tmp_path / "b.mov")
    except ClipError:
        return
    assert np.abs(pixels(clip).astype(int) - moving).max() <= 4
