"""The settings that only clips have."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, WithJsonSchema

from stylepipe.spec.times import FrameRate, LaterMoment, Moment, exact_rate
from stylepipe.spec.values import Name, Number, OrNone, Section, Truth, Whole

CodecFamily = Literal["h264", "hevc", "vp9", "av1", "prores", "ffv1"]
"""The kinds of codec."""
EncoderName = Literal[
    "libx264", "libopenh264", "h264_nvenc",
    "libx265", "hevc_nvenc",
    "libvpx-vp9",
    "libsvtav1", "libaom-av1",
    "prores_ks",
    "ffv1",
]  # fmt: skip
"""ffmpeg's encoders that stylepipe knows how to use."""
Codec = Literal["auto", CodecFamily, EncoderName]
CODECS: tuple[str, ...] = get_args(Codec)
"""What the setting `codec` may be: a kind of codec, or one of ffmpeg's encoders by its name."""

Deinterlace = Literal["auto", "on", "off"]
Reader = Literal["auto", "opencv", "ffmpeg"]


def _frame_numbers(value: object) -> object:
    """Read a number as a list of one, and an empty list as none."""
    if isinstance(value, list | tuple) and not value:
        return "none"
    return [value] if isinstance(value, int) and not isinstance(value, bool) else value


def _in_order(numbers: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted(set(numbers)))


def _kind_of_cuts(value: object) -> str:
    return "numbers" if isinstance(value, list | tuple) else "word"


# The tags let pydantic complain of a list's numbers alone, and not also that a list is no word.
SceneCuts = Annotated[
    Annotated[Literal["auto", "none"], Tag("word")]
    | Annotated[tuple[Annotated[Whole, Field(ge=1)], ...], AfterValidator(_in_order), Tag("numbers")],
    Discriminator(_kind_of_cuts),
    BeforeValidator(_frame_numbers),
    WithJsonSchema(
        {"anyOf": [{"enum": ["auto", "none"]}, {"type": "array", "items": {"type": "integer", "minimum": 1}}]},
        mode="validation",
    ),
]


class VideoSettings(Section):
    """Which part of a clip is painted, how its frames hang together, and how they are read and written."""

    warm_start: Literal["flow", "previous", "none"] = "flow"
    """What a frame is painted from: the last painted frame moved along with the picture (flow), the last painted frame
    where it is (previous: for a camera and a scene that stand still), or nothing: each frame on its own (none)."""
    temporal_weight: Annotated[Number, Field(ge=0)] = 1.0
    """How strongly a frame is held to the last one moved along, with warm_start flow: at 1 about as strongly as style
    pulls, at 0 not at all. More is calmer and less sharp."""
    frame_iterations: Annotated[Whole, Field(ge=1)] = 30
    """Steps of a frame that starts from the last one, at the most; the first of a shot takes `iterations`."""
    frame_tolerance: Annotated[Number, Field(ge=0, lt=1)] = 0.02
    """Stop such a frame before its steps are over when 10 of them lower the loss by less than this share: what hardly
    moves is done soon; 0 never stops early."""
    passes: Annotated[Whole, Field(ge=1, le=2)] = 1
    """How often each shot is painted: 2 paints it once more from its end to its beginning, from what the first pass
    made. Steadier, and about twice as slow."""
    scene_cuts: SceneCuts = "auto"
    """Where a new shot begins, which nothing of the last one reaches: found by itself (auto), nowhere (none), or a list
    of the shots' first frames, counted from 0 at the first frame that is painted."""

    start: Moment = None
    """Where in the clip to begin: seconds, 1m30s, 1:30 or 0:01:30.5; none is its beginning."""
    end: LaterMoment = None
    """Where in the clip to stop, written as `start`: frames shown before it are painted; none is the clip's end."""
    frame_rate: FrameRate = None
    """Frames a second of what has no clock, numbered frames and raw streams: a number, or a fraction such as
    30000/1001; none is 25."""

    audio: Literal["copy", "none"] = "copy"
    """The clip's sound: taken over as it is (copy), or left out (none)."""
    codec: Codec = "auto"
    """How frames are encoded: what suits the format and this machine has (auto), a codec, or one of ffmpeg's
    encoders."""
    crf: Annotated[Annotated[Whole, Field(ge=0, le=63)] | None, OrNone] = None
    """Quality of the encoding: less is better and larger, 0 to 51 for H.264 and HEVC, 0 to 63 for VP9 and AV1; none is
    what suits the codec."""
    pix_fmt: Name = "auto"
    """How pixels are stored, by ffmpeg's name, such as yuv420p10le; auto is what most players show, at an odd size what
    can hold it."""

    deinterlace: Deinterlace = "auto"
    """Bring the two fields of interlaced frames together: of those that say to have them (auto), of all (on), or of
    none (off)."""
    reader: Reader = "auto"
    """What decodes a clip: OpenCV where it shows what ffmpeg shows and else ffmpeg (auto), or the one that is named."""
    allow_damaged: Truth = False
    """Paint what can be decoded of a damaged clip, instead of refusing it."""

    @property
    def exact_frame_rate(self) -> Fraction | None:
        """Give `frame_rate` as a fraction, None when it was not said."""
        return exact_rate(self.frame_rate)
