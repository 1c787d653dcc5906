"""From the samples a video stores to the RGB it looks like, as a chain of ffmpeg's filters.

Which matrix made YUV of RGB is a tag that files omit and readers ignore: FFmpeg and OpenCV both take BT.601 for an
untagged file, where players take BT.709 for HD (mean error 7 levels, in greens and reds up to 40).
"""

from __future__ import annotations

from stylepipe.media.clip import ClipHeader

# ITU-R BT.2100: the curves of HDR10 and of HLG.
_HDR = {"smpte2084": "HDR10", "arib-std-b67": "HLG"}
_SCALES_NAMES = {
    "bt709": "bt709",
    "smpte170m": "smpte170m",
    "bt470bg": "bt470bg",
    "fcc": "fcc",
    "smpte240m": "smpte240m",
    "bt2020nc": "bt2020",
    "bt2020c": "bt2020",
}


def hdr_kind(header: ClipHeader) -> str | None:
    """Say whether a video is HDR10 or HLG; None for the standard range."""
    return _HDR.get(header.color.transfer or "")


def matrix_is_guessed(header: ClipHeader) -> bool:
    """Say whether a video of HD size keeps silent about its matrix, so that BT.709 is assumed against FFmpeg's way."""
    size = header.width >= 1280 or header.height >= 720
    return header.kind == "video" and header.color.matrix is None and size and not _is_rgb(header)


def rgb_filters(header: ClipHeader) -> list[str]:
    """Give the filters that bring a video's frames to 8-bit RGB as they look on a standard screen.

    With the scaler's default flags, with which OpenCV's frames are the same to the bit. HDR is brought to linear light,
    to BT.709's primaries, and through Hable's tone curve.
    """
    kind = hdr_kind(header)
    if kind is None:
        return [_scale(header), "format=rgb24"]
    tags = header.color
    source = (
        f"tin={tags.transfer}:min={tags.matrix or 'bt2020nc'}:pin={tags.primaries or 'bt2020'}"
        f":rin={'full' if tags.range == 'pc' else 'limited'}"
    )
    return [
        "format=yuv444p12le",  # zscale takes no odd sizes whose colours are halved
        f"zscale={source}:t=linear:npl=100",
        "format=gbrpf32le",
        "zscale=p=bt709",
        "tonemap=hable:desat=0",
        "zscale=t=bt709:m=gbr:r=full",
        "format=gbrp",
        "format=rgb24",
    ]


def thumbnail_filters(header: ClipHeader, width: int, height: int) -> list[str]:
    """Give the filters that make a small RGB picture of each frame; HDR stays flat, it is only compared to itself."""
    return [_scale(header, f"w={width}", f"h={height}", "flags=area"), "format=rgb24"]


def _scale(header: ClipHeader, *options: str) -> str:
    matrix = _SCALES_NAMES.get(header.color.matrix or ("bt709" if matrix_is_guessed(header) else ""))
    if matrix and not _is_rgb(header):
        options = (*options, f"in_color_matrix={matrix}")
    return "scale=" + ":".join(options) if options else "scale"


def _is_rgb(header: ClipHeader) -> bool:
    return header.color.matrix == "gbr" or header.pixel_format.startswith(
        ("rgb", "bgr", "gbr", "argb", "abgr", "0rgb", "0bgr", "pal8", "gray", "mono", "ya", "x2")
    )
