"""What a clip is, is told by its bytes; what leads elsewhere is refused."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stylepipe.errors import ClipError
from stylepipe.media.clip_formats import ClipFormat, clip_format

CONTAINERS = {
    "mp4": "mov",
    "mov": "mov",
    "mkv": "matroska",
    "avi": "avi",
    "ts": "mpegts",
    "m2ts": "mpegts",
    "flv": "flv",
    "nut": "nut",
    "wmv": "asf",
}
OTHERS = {
    ("webm", "libvpx-vp9"): "matroska",
    ("ivf", "libvpx-vp9"): "ivf",
    ("mpg", "mpeg2video"): "mpeg",
    ("m2v", "mpeg2video"): "mpegvideo",
    ("mxf", "mpeg2video"): "mxf",
    ("y4m", "wrapped_avframe"): "yuv4mpegpipe",
    ("h264", "libx264"): "h264",
    ("hevc", "libx265"): "hevc",
    ("ogv", "libtheora"): "ogg",
}
NO_CLIPS = {
    "m3u": b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1/a.ts\n",
    "m3u with a mark": b"\xef\xbb\xbf\n#EXTM3U\n",
    "ffconcat": b"ffconcat version 1.0\nfile a.mp4\n",
    "concat": b"file '/etc/passwd'\n",
    "sdp": b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n",
    "dash": b'<?xml version="1.0"?><MPD></MPD>',
    "pls": b"[playlist]\nFile1=http://127.0.0.1/\n",
}


def refusal(path: Path) -> str:
    with pytest.raises(ClipError) as caught:
        clip_format(path)
    sentence = str(caught.value)
    assert sentence.startswith(str(path))
    assert "\n" not in sentence
    return sentence


@pytest.fixture(scope="session")
def h264(encode: Callable[..., Path], moving: np.ndarray) -> Path:
    return encode("a.mp4", moving)


@pytest.mark.parametrize("ending", CONTAINERS)
def test_a_container_is_known_by_its_bytes(h264: Path, remux: Callable[..., Path], tmp_path: Path, ending: str) -> None:
    path = remux(h264, f"a.{ending}").rename(tmp_path / "a.txt")
    assert clip_format(path) == ClipFormat("video", CONTAINERS[ending])


@pytest.mark.parametrize(("ending", "encoder"), OTHERS)
def test_other_codecs_containers_are_known_too(
    encode: Callable[..., Path], moving: np.ndarray, ending: str, encoder: str
) -> None:
    path = encode(f"a.{ending}", moving[:2], codec=("-c:v", encoder, "-pix_fmt", "yuv420p"))
    form = clip_format(path)
    assert form.demuxer == OTHERS[ending, encoder]
    assert form.timed == (ending not in ("h264", "hevc", "m2v"))


@pytest.mark.parametrize("kind", NO_CLIPS)
def test_playlists_are_refused_whatever_they_are_called(tmp_path: Path, kind: str) -> None:
    (tmp_path / "a.mp4").write_bytes(NO_CLIPS[kind])
    assert "is a playlist that names other files" in refusal(tmp_path / "a.mp4")


@pytest.mark.parametrize("data", [b"hello, world, this is text", b"\0" * 100, b"\x8a\x13\x07" + b"\xff" * 50])
def test_what_is_no_clip_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.mp4").write_bytes(data)
    assert "is no clip that stylepipe reads" in refusal(tmp_path / "a.mp4")


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1/a.mp4", "rtsp://camera/1", "concat:a.mp4|b.mp4", "subfile,,start,0,end,9,,:a.mp4"]
)
def test_addresses_are_refused(address: str) -> None:
    sentence = refusal(Path(address))
    assert "reads files only" in sentence or "does not exist" in sentence


def test_a_still_picture_is_no_clip(tmp_path: Path) -> None:
    for ending in ("jpg", "png", "gif", "webp", "tif", "bmp"):
        Image.new("RGB", (4, 4), "red").save(tmp_path / f"a.{ending}")
        assert "is a still picture, or damaged" in refusal(tmp_path / f"a.{ending}")


def test_animations_and_folders_are_clips(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (4, 4), color) for color in ("red", "blue")]
    for ending in ("gif", "png", "webp"):
        frames[0].save(tmp_path / f"a.{ending}", save_all=True, append_images=frames[1:])
        assert clip_format(tmp_path / f"a.{ending}") == ClipFormat("animation")
    assert clip_format(tmp_path) == ClipFormat("frames")


def test_a_missing_or_empty_file_and_a_pipe_are_named(tmp_path: Path) -> None:
    assert "does not exist" in refusal(tmp_path / "a.mp4")
    (tmp_path / "a.mp4").touch()
    assert "is empty (0 bytes)" in refusal(tmp_path / "a.mp4")
    os.mkfifo(tmp_path / "b.mp4")
    assert "is no regular file" in refusal(tmp_path / "b.mp4")
