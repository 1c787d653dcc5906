"""What a clip is, told by its first bytes: the one container that ffmpeg and OpenCV are then allowed to see in it.

FFmpeg guesses formats by contents too, and among them are playlists (HLS, SDP, ffconcat) that make it read other files
or call servers: CVE-2016-1897, CVE-2017-9993. So the guess is ours, and what is no container of frames is refused
before either library has opened it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from stylepipe.errors import ClipError, PictureError
from stylepipe.media.opening import open_file
from stylepipe.spec.moving import moves

ClipKind = Literal["video", "animation", "frames"]

_HEAD = 4096  # bytes; a transport stream shows itself by the distance of its marks
_PATTERNS: tuple[tuple[str, bytes], ...] = (
    # An MP4 begins with a box: its length, its name.
    ("mov", rb"....(?:ftyp|moov|mdat|wide|free|skip|pnot|uuid|styp|moof)"),
    ("matroska", rb"\x1aE\xdf\xa3"),
    ("avi", rb"RIFF....AVI[ X\x19]"),
    ("mpegts", rb"(?:G.{187}){3}G"),
    ("mpegts", rb"(?:.{4}G.{187}){3}.{4}G"),  # Blu-ray and AVCHD put four bytes before each packet
    ("mpeg", rb"\0\0\x01\xba"),
    ("mpegvideo", rb"\0\0\x01\xb3"),
    ("flv", rb"FLV\x01"),
    ("asf", rb"0&\xb2u\x8ef\xcf\x11"),
    ("ogg", rb"OggS"),
    ("ivf", rb"DKIF"),
    ("yuv4mpegpipe", rb"YUV4MPEG2 "),
    ("mxf", rb"\x06\x0e\+4\x02\x05\x01\x01\x0d\x01\x02"),
    ("nut", rb"nut/multimedia container\0"),
    ("dv", rb"\x1f[\x07\x47]\0[\x3f\xbf]"),
    # H.264 and H.265 without a container: their parameter sets, or the delimiter before them.
    ("hevc", rb"\0?\0\0\x01[\x40\x42\x44\x46]\x01"),
    ("h264", rb"\0?\0\0\x01[\x06\x07\x09\x26\x27\x46\x47\x66\x67]"),
)
_RAW = frozenset({"h264", "hevc", "mpegvideo"})
_PLAYLIST = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:#EXTM3U|#EXT-X-|ffconcat|file |v=0|<\?xml|<MPD|<smil|\[playlist\])", re.IGNORECASE
)
_STILL_BOXES = (b"heic", b"heix", b"mif1", b"avif", b"msf1", b"hevc")


@dataclass(frozen=True)
class ClipFormat:
    """How a file's frames are wrapped.

    demuxer: FFmpeg's name of the container; "" for what is read as pictures.
    timed: whether the container says when each frame is shown; a raw stream does not.
    """

    kind: ClipKind
    demuxer: str = ""
    timed: bool = True


def clip_format(path: Path) -> ClipFormat:
    """Say how a clip is to be read, from its first bytes; its name does not matter, and nothing of it is decoded.

    A folder counts as numbered frames; GIF, APNG, animated WebP and AVIF as animations.
    Raises ClipError for what is no file, no clip, a still picture, or a playlist or address that leads elsewhere.
    """
    if path.is_dir():
        return ClipFormat("frames")
    head = _head(path)
    if _is_picture(head):
        return _animation(path)
    for demuxer, pattern in _PATTERNS:
        if re.match(pattern, head, re.DOTALL):
            return ClipFormat("video", demuxer, timed=demuxer not in _RAW)
    if _PLAYLIST.match(head):
        raise ClipError(
            f"{path} is a playlist that names other files, which stylepipe does not follow: name the video file itself"
        )
    raise ClipError(
        f"{path} is no clip that stylepipe reads (MP4, MOV, MKV, WebM, AVI, MPEG, GIF, APNG, WebP or a folder of "
        "numbered frames), or its beginning is damaged: convert it, or copy it again from its source"
    )


def _head(path: Path) -> bytes:
    try:
        with open_file(path) as file:
            return file.read(_HEAD)
    except PictureError as error:
        scheme = re.match(r"[A-Za-z][A-Za-z0-9+.-]+(?=:)", str(path))
        if scheme and "does not exist" in str(error):
            raise ClipError(
                f"{path} is an address ({scheme[0]}:), and stylepipe reads files only: download it, or, if a file is "
                "named so, check the path"
            ) from None
        raise ClipError(str(error)) from None


def _is_picture(head: bytes) -> bool:
    if head[4:8] == b"ftyp":
        return head[8:12] in (*_STILL_BOXES, b"avis")
    riff = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    return riff or head.startswith((b"GIF8", b"\x89PNG\r\n", b"\xff\xd8\xff", b"BM", b"II*\0", b"MM\0*"))


def _animation(path: Path) -> ClipFormat:
    if moves(path):
        return ClipFormat("animation")
    raise ClipError(f"{path} is a still picture, or damaged: paint it as a picture, or name a clip")
