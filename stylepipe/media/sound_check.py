"""Whether a finished clip has its source's sound, all of it, as far from the pictures as it was."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from stylepipe.errors import ClipCheckError, ClipError
from stylepipe.media.clip import StreamKind
from stylepipe.media.clip_mux import Joined, Original, source_arguments
from stylepipe.media.ffmpeg import start_ffmpeg
from stylepipe.media.ffmpeg_arguments import input_arguments
from stylepipe.media.probe import probe_clip

_SOUND: StreamKind = "audio"
_SUBTITLE: StreamKind = "subtitle"
_ALLOWED = Fraction(15, 10000)  # seconds: a Matroska file rounds to thousandths, and the source may be one too
_ALLOWED_IN_A_PART = Fraction(1, 40)  # seconds, about a packet: in an AVI ffmpeg finds a moment by counting bytes
_AT_THE_ENDS = 2  # packets that a cut may take or leave at its ends
_CONVERTED = Fraction(1, 8)  # seconds by which another codec's packets may begin or end elsewhere
_LONGEST_LIST = 1 << 27  # bytes of ffmpeg's words on all packets, about 60 each: twelve hours of AAC


@dataclass
class _Packets:
    """The packets of one sound track: seconds at which each begins and ends."""

    begins: list[Fraction] = field(default_factory=list)
    ends: list[Fraction] = field(default_factory=list)


def check_sound(path: Path, joined: Joined, original: Original | None) -> None:
    """Compare the sound tracks of a finished clip with those of its source: their number, packets and instants.

    It reads both files and decodes nothing.
    Raises ClipCheckError, which names the check that failed, ClipError for a source that cannot be read any more.
    """
    kinds = [stream.kind for stream in probe_clip(path).streams]
    for kind, wished in ((_SOUND, len(joined.sounds)), (_SUBTITLE, joined.subtitles)):
        if (found := kinds.count(kind)) != wished:
            raise ClipCheckError(f"{kind} tracks: {path} has {found} instead of {wished}")
    if original is None or not joined.sounds:
        return
    written = _packets(input_arguments(path), ["0:a"], len(joined.sounds))
    tracks = [f"0:{sound.stream.index}" for sound in joined.sounds]
    read = _packets(source_arguments(original.header), tracks, len(tracks))
    for number, sound in enumerate(joined.sounds):
        part = _part(read[number], joined.base, original)
        where = f"{path}, sound track {number + 1} ({sound.stream.codec})"
        if sound.copied:
            whole = original.begin is None and original.end is None
            _compare_copy(where, written[number], part, 0 if whole else _AT_THE_ENDS)
        else:
            _compare_converted(where, written[number], part)


def _packets(opened: list[str], tracks: Sequence[str], count: int) -> list[_Packets]:
    """List the packets of some tracks, on the clock of their file."""
    mapping = [part for track in tracks for part in ("-map", track)]
    arguments = ["-v", "level+error", "-copyts", *opened, *mapping, "-c", "copy", "-f", "framecrc", "pipe:1"]
    with start_ffmpeg(arguments, pipe_out=True) as process:
        listed = process.read(_LONGEST_LIST + 1)
        if len(listed) > _LONGEST_LIST:
            raise ClipError(
                f"{opened[-1].removeprefix('file:')}: its sound is in more packets than can be compared (a list of "
                f"{_LONGEST_LIST >> 20} MiB); leave it out with `video: {{audio: none}}`"
            )
        process.finish()
    found = [_Packets() for _ in range(count)]
    tick = [Fraction(1)] * count
    for line in listed.decode().splitlines():
        if line.startswith("#tb "):
            number, base = line.removeprefix("#tb ").split(":", 1)
            tick[int(number)] = Fraction(base.strip())
        elif not line.startswith("#"):
            # The track, then: decoded at, shown at, lasts, bytes, checksum.
            track, _, begin, duration = (int(value) for value in line.split(",")[:4])
            found[track].begins.append(begin * tick[track])
            found[track].ends.append((begin + duration) * tick[track])
    return found


def _part(packets: _Packets, base: Fraction, original: Original) -> _Packets:
    """Take the packets that belong to the painted part, on the clock of the output."""
    chosen = [
        (begin - base, end - base)
        for begin, end in zip(packets.begins, packets.ends, strict=True)
        if (original.begin is None or begin >= base) and (original.end is None or begin < original.end)
    ]
    return _Packets([begin for begin, _ in chosen], [end for _, end in chosen])


def _compare_copy(where: str, written: _Packets, wished: _Packets, missing: int) -> None:
    if abs(len(written.begins) - len(wished.begins)) > missing:
        raise ClipCheckError(f"sound packets: {where} has {len(written.begins)} instead of {len(wished.begins)}")
    order = sorted(wished.begins)
    for begin in written.begins:
        place = bisect_left(order, begin)
        nearest = min((abs(begin - other) for other in order[max(place - 1, 0) : place + 1]), default=Fraction(1))
        if nearest > (_ALLOWED_IN_A_PART if missing else _ALLOWED):
            raise ClipCheckError(f"sound instants: {where} is {float(nearest) * 1000:.1f} ms away from the pictures")


def _compare_converted(where: str, written: _Packets, wished: _Packets) -> None:
    if not wished.begins:
        return
    ends = (
        (min(written.begins, default=Fraction(-1)), max(min(wished.begins), Fraction(0))),
        (max(written.ends, default=Fraction(-1)), max(wished.ends)),
    )
    for found, expected in ends:
        if abs(found - expected) > _CONVERTED:
            raise ClipCheckError(
                f"sound instants: {where} begins or ends at {float(found):.3f} s instead of {float(expected):.3f} s"
            )
