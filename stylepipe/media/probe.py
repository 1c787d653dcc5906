"""What a clip says about itself, asked of ffmpeg's own words: there is no ffprobe where only imageio-ffmpeg is.

The first frames are decoded as well, because containers are silent or wrong about what their frames are: two fields,
full range, of another size.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

from stylepipe.errors import ClipError, FfmpegError, FfmpegLimitError
from stylepipe.media.clip import ClipHeader, ColorTags, FieldOrder, Stream, StreamKind
from stylepipe.media.clip_formats import ClipFormat, clip_format
from stylepipe.media.ffmpeg import run_ffmpeg
from stylepipe.media.ffmpeg_arguments import input_arguments
from stylepipe.media.picture_clips import ASSUMED_RATE, picture_clip_header
from stylepipe.spec.settings import MAX_MEGAPIXELS

# Lines are taken where they begin: a title may say anything.
_SHOWINFO = r"^\[Parsed_showinfo_\d+ @ \w+\] \[info\] +"
FRAME = re.compile(
    _SHOWINFO + r"n: *(?P<n>\d+) pts: *(?P<pts>-?\d+|NOPTS) .*?(?:\bduration: *(?P<duration>-?\d+) .*?)?"
    r"\bfmt:(?P<format>\w+) .*?\bsar:(?P<sar>\d+/\d+) s:(?P<size>\d+x\d+) i:(?P<fields>[PTB?])",
    re.MULTILINE,
)
"""What the filter showinfo says about a frame before its checksum, in one piece."""

CLOCK = re.compile(_SHOWINFO + r"config in time_base: (\d+/\d+), frame_rate: (\d+/\d+)", re.MULTILINE)
"""What showinfo says before the first frame: its time base and the rate that the container claims."""
_TURNED = re.compile(_SHOWINFO + r"side data - .*displaymatrix: rotation of (-?\d+(?:\.\d+)?|nan)", re.MULTILINE | re.I)
_FIRST_FRAMES = 4  # a stream may begin with a frame that is no pair of fields though the rest are
_STREAM = re.compile(
    r"^\[info\] +Stream #0:(?P<index>\d+)(?:\[\w+\])?(?:\((?P<language>[^)]*)\))?: "
    r"(?P<kind>Video|Audio|Subtitle|Data|Attachment): (?P<codec>\w+)(?P<rest>.*)",
    re.MULTILINE,
)
_ALPHA = re.compile(r"yuva|gbrap|rgba|bgra|argb|abgr|ya8|ya16|pal8|vuya|ayuv")
_UNKNOWN = {"unknown", "unspecified", "reserved"}


def probe_clip(path: Path, *, max_megapixels: float = MAX_MEGAPIXELS, rate: Fraction | None = None) -> ClipHeader:
    """Read what a clip says about itself: size, clock, colours, streams; a few frames are decoded, no more.

    rate: frames a second of what has no clock of its own: numbered frames, raw streams (25 when None).
    Raises ClipError for what is no clip or of more megapixels than allowed, EnvironmentLacksError without ffmpeg.
    """
    path = Path(path)
    form = clip_format(path)
    if form.kind == "video":
        return _video_header(path, form, max_megapixels, rate)
    return picture_clip_header(path, form, max_megapixels, rate)


def decoder_arguments(
    path: Path, demuxer: str, *options: str, max_megapixels: float = math.inf, autorotate: bool = False
) -> list[str]:
    """Give ffmpeg's arguments that open a clip as that container and no other, and choose its first moving stream.

    The clock stays the file's own, frames above the limit are refused before they are allocated, damaged ones pass.
    """
    limit = [] if math.isinf(max_megapixels) else ["-max_pixels", str(min(int(max_megapixels * 1e6), 2**31 - 1))]
    turning = [] if autorotate else ["-noautorotate"]
    only = ["-f", demuxer, "-format_whitelist", demuxer]
    # A capital V leaves cover pictures out.
    return [*options, "-copyts", *turning, *limit, *input_arguments(path, *only), "-map", "0:V:0", "-an", "-sn", "-dn"]


def _video_header(path: Path, form: ClipFormat, max_megapixels: float, rate: Fraction | None) -> ClipHeader:
    asked = decoder_arguments(path, form.demuxer, "-v", "level+info", max_megapixels=max_megapixels)
    showing = ["-vf", "showinfo", "-frames:v", str(_FIRST_FRAMES), "-fps_mode", "passthrough", "-f", "null", "-"]
    try:
        said = run_ffmpeg([*asked, *showing])
    except FfmpegLimitError as error:
        raise ClipError(f"{path}: {error}") from error
    except FfmpegError as error:
        raise _refusal(path, error.said, max_megapixels) from None
    frames = list(FRAME.finditer(said))
    clock = CLOCK.search(said)
    tick = None if clock is None else _fraction(clock[1])
    if not frames or clock is None or tick is None:  # a title may say anything after all, where it is a long one
        raise _refusal(path, said, max_megapixels)
    banner = _banner(said)
    nominal = (None if form.timed else rate) or _fraction(clock[2])
    return ClipHeader(
        path=path,
        kind="video",
        demuxer=form.demuxer,
        timed=form.timed,
        # What has no clock is counted in frames.
        time_base=tick if form.timed else 1 / (nominal or ASSUMED_RATE),
        nominal_rate=nominal,
        streams=_streams(banner),
        **_container_clock(banner),
        **_picture_facts(frames, said),
    )


def _banner(said: str) -> str:
    """Give what ffmpeg said of the input before it began to decode."""
    return re.split(r"^\[info\] Stream mapping:", said, maxsplit=1, flags=re.MULTILINE)[0]


def _container_clock(banner: str) -> dict[str, Any]:
    duration = re.search(r"^\[info\] +Duration: (\d+):(\d+):(\d+(?:\.\d+)?)", banner, re.MULTILINE)
    start = re.search(r"^\[info\] +Duration: .*, start: (-?\d+\.\d+)", banner, re.MULTILINE)
    return {
        "duration": Fraction(duration[3]) + 60 * (int(duration[2]) + 60 * int(duration[1])) if duration else None,
        "start": Fraction(start[1]) if start else Fraction(0),
    }


def _picture_facts(frames: list[re.Match[str]], said: str) -> dict[str, Any]:
    """Gather what the first frames are; they agree on all but, perhaps, their fields."""
    first = frames[0]
    width, height = (int(side) for side in first["size"].split("x"))
    turned = _TURNED.search(said)
    angle = 0 if turned is None or turned[1] == "nan" else round(-float(turned[1])) % 360
    aspect = _fraction(first["sar"]) or Fraction(1)
    if angle in (90, 270):
        width, height, aspect = height, width, 1 / aspect
    video = next((match for match in _STREAM.finditer(said) if _kind(match) == "video"), None)
    return {
        "width": width,
        "height": height,
        "sample_aspect": aspect,
        "rotation": angle,
        "mirrored_or_turned": turned is not None,
        "codec": video["codec"] if video else "",
        "pixel_format": first["format"],
        "alpha": bool(_ALPHA.match(first["format"])) or bool(re.search(r"^\[info\] +alpha_mode +: 1$", said, re.M)),
        "field_order": _field_order(frames),
        "color": ColorTags(
            range=_tag(said, "color_range"),
            matrix=_tag(said, "color_space"),
            primaries=_tag(said, "color_primaries"),
            transfer=_tag(said, "color_trc"),
        ),
    }


def _field_order(frames: list[re.Match[str]]) -> FieldOrder:
    fields = "".join(frame["fields"] for frame in frames)
    if "T" not in fields and "B" not in fields:
        return "progressive"
    return "top" if fields.count("T") >= fields.count("B") else "bottom"


def _tag(said: str, name: str) -> str | None:
    found = re.search(rf"{_SHOWINFO}.*\b{name}:(\w[\w-]*)", said, re.MULTILINE)
    return None if found is None or found[1] in _UNKNOWN else found[1]


def _streams(banner: str) -> tuple[Stream, ...]:
    return tuple(
        Stream(int(match["index"]), _kind(match), match["codec"], _language(match["language"]))
        for match in _STREAM.finditer(banner)
    )


def _kind(match: re.Match[str]) -> StreamKind:
    if match["kind"] == "Video":
        return "cover" if "(attached pic)" in match["rest"] else "video"
    kinds: dict[str, StreamKind] = {
        "Audio": "audio",
        "Subtitle": "subtitle",
        "Data": "data",
        "Attachment": "attachment",
    }
    return kinds[match["kind"]]


def _language(text: str | None) -> str | None:
    return None if text in (None, "", "und") else text


def _fraction(text: str) -> Fraction | None:
    numerator, denominator = (int(number) for number in text.split("/"))
    return Fraction(numerator, denominator) if numerator > 0 and denominator > 0 else None


def _refusal(path: Path, said: str, max_megapixels: float) -> ClipError:
    """Say in one sentence why ffmpeg made no frame of a clip."""
    size = re.search(r"\[error\] Picture size (\d+)x(\d+) (?:is invalid|exceeds)", said)
    megapixels = int(size[1]) * int(size[2]) / 1e6 if size else 0.0
    if size and megapixels > max_megapixels:
        return ClipError(
            f"{path} has {megapixels:.1f} megapixels ({size[1]} x {size[2]}), more than the "
            f"{max_megapixels:g} allowed: make it smaller, or raise max_megapixels"
        )
    if "moov atom not found" in said:
        return ClipError(
            f"{path} is cut short: the index that its recorder writes last (moov) is missing, so no frame can be "
            "found; copy it again from its source, or repair it with a tool such as untrunc"
        )
    streams = _streams(_banner(said))
    if streams and not any(stream.kind == "video" for stream in streams):
        return ClipError(f"{path} holds no moving pictures, only {_listed(streams)}: name a clip")
    complaints = re.findall(r"\[(?:error|fatal)\] (?!Error opening (?:input|output))(.+)", said)
    why = " ".join(complaints[0].split())[:160] if complaints else "it holds no frame"
    return ClipError(f"{path} cannot be decoded ({why}): copy it again from its source, or convert it")


def _listed(streams: tuple[Stream, ...]) -> str:
    return " and ".join(dict.fromkeys(stream.kind for stream in streams))
