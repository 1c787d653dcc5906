"""Raw frames, each with its own instant, as a stream that ffmpeg reads: its rawvideo knows only a constant rate.

The stream is a Matroska file of uncompressed video, one cluster a frame, times in whole nanoseconds (RFC 9559; the
codec V_UNCOMPRESSED with the pixel format as ColourSpace).
"""

from __future__ import annotations

from fractions import Fraction

NANOSECONDS = 10**9
_UNKNOWN_SIZE = b"\x01" + b"\xff" * 7


def stream_header(width: int, height: int, rate: Fraction | None) -> bytes:
    """Give the bytes that come before the first frame: RGB, 8 bits, at `rate` frames a second or, None, at none."""
    ebml = _element(
        0x1A45DFA3,
        _number(0x4286, 1)  # EBMLVersion
        + _number(0x42F7, 1)  # EBMLReadVersion
        + _number(0x42F2, 4)  # EBMLMaxIDLength
        + _number(0x42F3, 8)  # EBMLMaxSizeLength
        + _element(0x4282, b"matroska")
        + _number(0x4287, 4)  # DocTypeVersion
        + _number(0x4285, 2),  # DocTypeReadVersion
    )
    # TimestampScale: one nanosecond.
    information = _element(0x1549A966, _number(0x2AD7B1, 1) + _element(0x4D80, b"-") + _element(0x5741, b"-"))
    duration = b"" if rate is None else _number(0x23E383, round(NANOSECONDS / rate))
    video = _number(0xB0, width) + _number(0xBA, height) + _element(0x2EB524, b"RGB\x18")
    track = (
        _number(0xD7, 1)  # TrackNumber
        + _number(0x73C5, 1)  # TrackUID
        + _number(0x83, 1)  # TrackType: video
        + _element(0x86, b"V_UNCOMPRESSED")
        + duration
        + _element(0xE0, video)
    )
    return (
        ebml
        + (0x18538067).to_bytes(4, "big")
        + _UNKNOWN_SIZE
        + information
        + _element(0x1654AE6B, _element(0xAE, track))
    )


def frame_header(nanoseconds: int, duration: int, size: int) -> bytes:
    """Give the bytes that come before one frame of `size` bytes, shown from `nanoseconds` on for `duration` more."""
    beginning = b"\x81" + b"\0\0" + b"\0"  # track 1, no time after the cluster's, no flags
    block = b"\xa1" + _length(len(beginning) + size) + beginning
    group_start = _number(0x9B, duration) + block
    group = b"\xa0" + _length(len(group_start) + size) + group_start
    cluster = _number(0xE7, nanoseconds) + group
    return (0x1F43B675).to_bytes(4, "big") + _length(len(cluster) + size) + cluster


def _element(identity: int, data: bytes) -> bytes:
    return identity.to_bytes((identity.bit_length() + 7) // 8, "big") + _length(len(data)) + data


def _number(identity: int, value: int) -> bytes:
    return _element(identity, value.to_bytes(8, "big"))


def _length(size: int) -> bytes:
    return (size | 1 << 56).to_bytes(8, "big")
