"""Which codec, pixel format, container and colour tags go together, and which of them this machine can really encode.

Only `codec: auto` falls back, and says so; a codec that was asked for by name is used or is an error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import get_args

from stylepipe.errors import EnvironmentLacksError, FfmpegError, UnpaintableError, UsageError
from stylepipe.media.ffmpeg import run_ffmpeg
from stylepipe.media.ffmpeg_capabilities import capabilities, encoders
from stylepipe.spec.formats import Container
from stylepipe.spec.video import CODECS, CodecFamily, EncoderName

_QUICKTIME = frozenset({"mp4", "mov", "mkv"})
_WEB = frozenset({"webm", "mp4", "mkv"})
# swscale's own conversion uses BT.601 and says nothing of it, which HD players then show with wrong colours. Both are
# given here: what is done, and the tags that say it. Older ffmpegs take `-colorspace` for the tags alone.
_TO_YUV = (
    "scale=out_color_matrix=bt709:out_range=tv:flags=bicubic+accurate_rnd+full_chroma_int,format={pixels},"
    "setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709"
)
_TO_RGB = "format={pixels},setparams=range=pc:colorspace=gbr:color_primaries=bt709:color_trc=iec61966-2-1"


@dataclass(frozen=True)
class Encoder:
    """One of ffmpeg's encoders as stylepipe uses it.

    quality: the option that `crf` sets, None where there is nothing to choose; crf: the value when none is asked for.
    pixels: the format when none is asked for. even: whether halved chroma needs sides that are even.
    segment: suffix of the container that holds it with exact times.
    """

    name: EncoderName
    family: CodecFamily
    containers: frozenset[str]
    quality: str | None = None
    crf: int | None = None
    options: tuple[str, ...] = ()
    pixels: str = "yuv420p"
    even: bool = False
    segment: str = ".mp4"


_ENCODERS = (
    Encoder("libx264", "h264", _QUICKTIME, "-crf", 16, ("-preset", "medium"), even=True),
    Encoder("libopenh264", "h264", _QUICKTIME, None, None, ("-rc_mode", "quality", "-qmax", "24"), even=True),
    Encoder("h264_nvenc", "h264", _QUICKTIME, "-cq", 19, ("-rc", "vbr", "-b:v", "0"), even=True),
    Encoder("libx265", "hevc", _QUICKTIME, "-crf", 20, ("-x265-params", "log-level=error"), even=True),
    Encoder("hevc_nvenc", "hevc", _QUICKTIME, "-cq", 22, ("-rc", "vbr", "-b:v", "0"), even=True),
    Encoder(
        "libvpx-vp9", "vp9", _WEB, "-crf", 24, ("-b:v", "0", "-row-mt", "1", "-deadline", "good", "-cpu-used", "4")
    ),
    Encoder("libsvtav1", "av1", _WEB, "-crf", 28, ("-preset", "8")),
    Encoder("libaom-av1", "av1", _WEB, "-crf", 28, ("-cpu-used", "6", "-row-mt", "1")),
    Encoder(
        "prores_ks",
        "prores",
        frozenset({"mov", "mkv"}),
        options=("-profile:v", "3", "-vendor", "apl0"),
        pixels="yuv422p10le",
        segment=".mov",
    ),
    # bgr0 is RGB as it is: bit exact. Each frame for itself, with a checksum, so that damage stays where it is.
    Encoder(
        "ffv1",
        "ffv1",
        frozenset({"mkv", "gif"}),  # a GIF's palette needs all frames, which wait for it without loss
        options=("-level", "3", "-g", "1", "-slicecrc", "1"),
        pixels="bgr0",
        segment=".mov",
    ),
)
_AUTO: dict[str, tuple[EncoderName, ...]] = {
    "mp4": ("libx264", "libopenh264", "libx265"),
    "mov": ("libx264", "libopenh264", "libx265"),
    "mkv": ("libx264", "libopenh264", "libx265", "ffv1"),
    "webm": ("libvpx-vp9", "libsvtav1", "libaom-av1"),
    "gif": ("ffv1",),
}


@dataclass(frozen=True)
class Coding:
    """How a clip's frames are encoded: everything ffmpeg must be told, settled before the first frame is painted.

    encoder: ffmpeg's name of it. family: h264, hevc, vp9, av1, prores or ffv1. pixels: ffmpeg's name of the samples.
    options: arguments for the encoder, quality included. notes: sentences for who asked, such as a fallback.
    segment_suffix: of the files that `SegmentWriter` writes.
    """

    container: Container
    encoder: str
    family: str
    pixels: str
    options: tuple[str, ...]
    segment_suffix: str
    notes: tuple[str, ...] = ()

    @property
    def matrix(self) -> str:
        """The colour matrix that the file is tagged with: bt709, or gbr for RGB."""
        return "gbr" if _is_rgb(self.pixels) else "bt709"

    @property
    def color_filter(self) -> str:
        """The filter from RGB to `pixels` together with the tags that say what it did."""
        return (_TO_RGB if _is_rgb(self.pixels) else _TO_YUV).format(pixels=self.pixels)

    @property
    def arguments(self) -> list[str]:
        """ffmpeg's output options for these frames."""
        tag = ["-tag:v", "hvc1"] if self.family == "hevc" else []  # the only name of HEVC that Apple's players know
        return ["-c:v", self.encoder, "-pix_fmt", self.pixels, *self.options, *tag]


def choose_coding(
    container: Container,
    width: int,
    height: int,
    *,
    codec: str = "auto",
    crf: int | None = None,
    pix_fmt: str = "auto",
) -> Coding:
    """Settle how frames of a size (pixels) are encoded, and try it with two, before hours are spent on painting.

    codec: one of CODECS. crf: smaller is better, 0 to 51 for H.264 and HEVC, 0 to 63 for VP9 and AV1; None is the
    codec's default. pix_fmt: ffmpeg's name, or auto: yuv420p, which everything plays, but yuv444p for H.264 and HEVC of
    an odd width or height, which they could otherwise not keep.
    Raises UsageError for what does not go together, UnpaintableError for a size that the format asked for cannot hold,
    EnvironmentLacksError, with ffmpeg's words, where this machine cannot encode so.
    """
    if container not in get_args(Container):
        raise UsageError(f"{container} is no container for clips: choose mp4, mkv, mov, webm or gif")
    if width < 1 or height < 1:
        raise ValueError(f"a clip of {width} x {height} pixels")
    refusals = []
    for encoder in _candidates(container, codec):
        try:
            coding = _coding(encoder, container, (width, height), crf, pix_fmt)
            _try(coding, width, height)
        except EnvironmentLacksError as error:
            refusals.append(str(error))
            continue
        except (UnpaintableError, UsageError) as error:
            if not refusals:
                raise
            refusals.append(str(error))
            continue
        if not refusals or codec != "auto":
            return coding
        return _with_note(coding, f"written with {encoder.name}, because {refusals[0]}")
    raise EnvironmentLacksError("; ".join(refusals))


def _candidates(container: str, codec: str) -> list[Encoder]:
    if codec not in CODECS:
        raise UsageError(f"{codec} is no codec for clips: choose one of {', '.join(CODECS)}")
    if codec == "auto":
        by_name = {encoder.name: encoder for encoder in _ENCODERS}
        return [by_name[name] for name in _AUTO[container]]
    asked = [encoder for encoder in _ENCODERS if codec in (encoder.family, encoder.name)]
    fitting = [encoder for encoder in asked if container in encoder.containers and container != "gif"]
    if not fitting:
        holding = " or ".join(sorted(asked[0].containers - {"gif"}))
        raise UsageError(f"a {container} cannot hold {codec}: choose {holding}, or codec: auto")
    # A graphics card's encoder is worse at the same size: it is used by those who ask for it by its name.
    return [encoder for encoder in fitting if codec == encoder.name or not encoder.name.endswith("_nvenc")]


def _coding(encoder: Encoder, container: Container, size: tuple[int, int], crf: int | None, pix_fmt: str) -> Coding:
    if encoder.name not in encoders():
        raise EnvironmentLacksError(
            f"this ffmpeg has no encoder {encoder.name}; install imageio-ffmpeg, which brings one that has it"
        )
    pixels, notes = _pixels(encoder, size, pix_fmt)
    return Coding(
        container=container,
        encoder=encoder.name,
        family=encoder.family,
        pixels=pixels,
        options=(*_quality(encoder, crf), *encoder.options),
        segment_suffix=encoder.segment,
        notes=notes,
    )


def _quality(encoder: Encoder, crf: int | None) -> tuple[str, ...]:
    if crf is not None and encoder.quality is None:
        raise UsageError(f"{encoder.name} has no crf to choose: leave it out, or choose another codec")
    longest = 51 if encoder.family in ("h264", "hevc") else 63
    if crf is not None and not 0 <= crf <= longest:
        raise UsageError(f"crf {crf} does not exist for {encoder.name}: choose 0 (best) to {longest} (smallest)")
    value = encoder.crf if crf is None else crf
    return () if encoder.quality is None or value is None else (encoder.quality, str(value))


def _pixels(encoder: Encoder, size: tuple[int, int], pix_fmt: str) -> tuple[str, tuple[str, ...]]:
    known = _pixel_formats(encoder.name)
    odd = encoder.even and any(side % 2 for side in size)
    wished = pix_fmt
    notes: tuple[str, ...] = ()
    if pix_fmt == "auto":
        wished = "yuv444p" if odd else encoder.pixels
        if odd:
            notes = (
                f"{size[0]} x {size[1]} is odd, which yuv420p cannot hold: written as yuv444p, which some players "
                "cannot show",
            )
    if wished not in known:
        if pix_fmt == "auto":
            raise EnvironmentLacksError(f"{encoder.name} here knows no {wished}")
        raise UsageError(f"{encoder.name} knows no pixel format {wished}: choose {_listed(known)}")
    if odd and _halves_chroma(wished, size):
        raise UnpaintableError(
            f"{encoder.name} cannot hold {size[0]} x {size[1]} as {wished}, whose colours come in pairs of pixels: "
            "leave pix_fmt at auto, or choose an even size"
        )
    return wished, notes


def _pixel_formats(encoder: str) -> tuple[str, ...]:
    """List what an encoder takes of what frames of RGB can be turned into; ffmpeg would quietly take another."""
    found = re.search(r"Supported pixel formats: (.*)", capabilities("-h", f"encoder={encoder}"))
    names = found[1].split() if found else []
    return tuple(name for name in names if re.match(r"yuv4\d\dp|yuvj|gbrp|bgr0$|rgb|0rgb", name) and "j" not in name)


def _halves_chroma(pixels: str, size: tuple[int, int]) -> bool:
    wide, high = (side % 2 for side in size)
    return bool(("420" in pixels and (wide or high)) or ("422" in pixels and wide))


def _is_rgb(pixels: str) -> bool:
    return pixels.startswith(("gbr", "bgr", "rgb", "0rgb"))


def _try(coding: Coding, width: int, height: int) -> None:
    """Encode two frames to nowhere: an encoder that is listed may need a card or a driver that is not there."""
    raw = ["-f", "rawvideo", "-pixel_format", "rgb24", "-video_size", f"{width}x{height}", "-i", "pipe:0"]
    tried = ["-v", "level+error", *raw, "-vf", coding.color_filter, *coding.arguments, "-f", "null", "-"]
    try:
        run_ffmpeg(tried, data=bytes(width * height * 3 * 2))
    except FfmpegError as error:
        raise EnvironmentLacksError(
            f"{coding.encoder} cannot encode {width} x {height} pixels as {coding.pixels} here; choose another codec "
            f"or pix_fmt ({error})"
        ) from error


def _with_note(coding: Coding, note: str) -> Coding:
    return replace(coding, notes=(*coding.notes, note))


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names)
