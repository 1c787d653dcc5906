"""Which of a clip's sound and subtitle tracks a container takes as they are, which must be converted, which it cannot.

What is not known here is converted rather than copied: a file that some players refuse is worse than one more encoding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from stylepipe.errors import EnvironmentLacksError
from stylepipe.media.clip import Stream
from stylepipe.media.ffmpeg_capabilities import encoders

_SOUND: dict[str, str] = {
    "mp4": r"aac|mp3|mp2|ac3|eac3|opus|flac|alac|vorbis|pcm_.*",
    "mov": r"aac|mp3|ac3|eac3|alac|pcm_[su](8|16|24|32)(le|be)?|pcm_f(32|64)(le|be)",
    "mkv": r"aac|mp3|mp2|ac3|eac3|dts|truehd|opus|flac|alac|vorbis|wmav[12]|pcm_(u8|s16le|s24le|s32le|f32le|f64le)",
    "webm": r"opus|vorbis",
}
_SUBTITLES: dict[str, str] = {
    "mp4": "mov_text",
    "mov": "mov_text",
    "mkv": r"subrip|ass|ssa|webvtt|dvd_subtitle|hdmv_pgs_subtitle|dvb_subtitle",
    "webm": "webvtt",
}
_TEXT = re.compile(r"subrip|ass|ssa|webvtt|mov_text|text")
_CONVERTED_SUBTITLES = {"mp4": "mov_text", "mov": "mov_text", "mkv": "srt", "webm": "webvtt"}
_CONVERTED_SOUND: dict[str, tuple[str, ...]] = {
    "mp4": ("aac",),
    "mov": ("aac",),
    "mkv": ("aac",),
    "webm": ("libopus", "libvorbis"),
}
# libopus refuses the layout that decoders give to 5.1; this one differs only in name.
_SOUND_OPTIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "aac": (("b", "192k"),),
    "libopus": (("b", "160k"), ("filter", "aformat=channel_layouts=7.1|5.1|stereo|mono")),
    "libvorbis": (("b", "160k"),),
}


@dataclass(frozen=True)
class Sound:
    """One sound track of the output: the track it comes from, and whether its packets are copied as they are."""

    stream: Stream
    copied: bool


@dataclass(frozen=True)
class Tracks:
    """What becomes of a clip's tracks other than its pictures.

    arguments: ffmpeg's. sounds, subtitles: the tracks of the output, in its order. notes: what was converted or left.
    """

    arguments: tuple[str, ...] = ()
    sounds: tuple[Sound, ...] = ()
    subtitles: tuple[Stream, ...] = ()
    notes: tuple[str, ...] = ()


def plan_tracks(streams: Iterable[Stream], container: str, *, sound: bool, source: int) -> Tracks:
    """Settle what becomes of every track of a clip in a container: mp4, mkv, mov or webm.

    sound: False leaves the sound out; subtitles stay. source: the clip's number among ffmpeg's inputs.
    Raises EnvironmentLacksError when sound must be converted and this ffmpeg has no encoder for it.
    """
    streams = tuple(streams)
    heard = _plan_sounds([s for s in streams if s.kind == "audio" and sound], container, source)
    read = _plan_subtitles([s for s in streams if s.kind == "subtitle"], container, source)
    # Subtitles of a Matroska file may need the fonts that come with it.
    fonts = [s for s in streams if s.kind == "attachment" and container == "mkv"]
    attached = tuple(part for s in fonts for part in ("-map", f"{source}:{s.index}"))
    return Tracks(
        arguments=(*heard.arguments, *read.arguments, *attached, *(("-c:t", "copy") if attached else ())),
        sounds=heard.sounds,
        subtitles=read.subtitles,
        notes=(*heard.notes, *read.notes),
    )


def _plan_sounds(streams: list[Stream], container: str, source: int) -> Tracks:
    arguments: list[str] = []
    notes, sounds = [], []
    for number, stream in enumerate(streams):
        copied = re.fullmatch(_SOUND[container], stream.codec) is not None
        codec = "copy" if copied else _sound_encoder(stream, container)
        arguments += ["-map", f"{source}:{stream.index}", f"-c:a:{number}", codec]
        if not copied:
            for option, value in _SOUND_OPTIONS[codec]:
                arguments += [f"-{option}:a:{number}", value]
            notes.append(f"sound track {number + 1} ({stream.codec}) was converted to {codec}, for a {container}")
        sounds.append(Sound(stream, copied))
    return Tracks(tuple(arguments), tuple(sounds), (), tuple(notes))


def _sound_encoder(stream: Stream, container: str) -> str:
    wished = _CONVERTED_SOUND[container]
    for name in wished:
        if name in encoders():
            return name
    raise EnvironmentLacksError(
        f"a {container} cannot hold its sound ({stream.codec}), and this ffmpeg has no encoder {' or '.join(wished)} "
        "to convert it: choose another container, audio: none, or install imageio-ffmpeg, which brings one that has it"
    )


def _plan_subtitles(streams: list[Stream], container: str, source: int) -> Tracks:
    arguments: list[str] = []
    notes: list[str] = []
    kept: list[Stream] = []
    for stream in streams:
        codec = "copy" if re.fullmatch(_SUBTITLES[container], stream.codec) else _CONVERTED_SUBTITLES[container]
        if codec != "copy" and not _TEXT.fullmatch(stream.codec):
            notes.append(f"a subtitle track ({stream.codec}) was left out: a {container} cannot hold it")
            continue
        arguments += ["-map", f"{source}:{stream.index}", f"-c:s:{len(kept)}", codec]
        if codec != "copy":
            notes.append(f"subtitle track {len(kept) + 1} ({stream.codec}) was converted to {codec}, for a {container}")
        kept.append(stream)
    return Tracks(tuple(arguments), (), tuple(kept), tuple(notes))
