"""The end of a clip's making: its pieces joined without encoding them again, and what is not pictures from its source.

Everything beside the pictures comes from the source in one go, packet by packet: sound, subtitles, chapters, titles.
Where it was filmed is nobody's business and is left behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from stylepipe.errors import ClipError, FfmpegError
from stylepipe.media.clip import ClipHeader
from stylepipe.media.clip_writer import Clock, Segment
from stylepipe.media.codecs import Coding
from stylepipe.media.ffmpeg import run_ffmpeg, start_ffmpeg
from stylepipe.media.ffmpeg_arguments import PROTOCOLS, file_argument, input_arguments
from stylepipe.media.ffmpeg_words import write_refusal
from stylepipe.media.tracks import Sound, plan_tracks

_MICROSECONDS = 10**6
_MOVIE_TICKS = 90_000  # a second, at least
_LEFT_BEHIND = re.compile(
    r"location|gps|©xyz|geo|latitude|longitude|major_brand|minor_version|compatible_brands", re.IGNORECASE
)
"""Names of the tags by which cameras say where they were, and of those that describe the source's container."""
_LONGEST_TAGS = 1 << 24  # bytes
_PIECES = "concat,mov"
"""The list of pieces, and what holds each of them."""
_MUXERS = {"mp4": "mp4", "mov": "mov", "mkv": "matroska", "webm": "webm"}


@dataclass(frozen=True)
class Original:
    """The clip that was painted, and which part of it; both ends on the frames' own clock (`ClipInfo.instants`).

    sound: False leaves its sound out. begin, end: seconds where the painted part begins and ends, None where the clip
    itself does.
    """

    header: ClipHeader
    sound: bool = True
    begin: Fraction | None = None
    end: Fraction | None = None


@dataclass(frozen=True)
class Joined:
    """What a finished clip consists of, for `check_clip` and for who asked.

    offset: seconds from the file's beginning to its first frame. base: the source's second that became its beginning.
    sounds: its sound tracks. subtitles: how many tracks. notes: sentences for who asked: what was converted or could
    not be kept.
    """

    offset: Fraction = Fraction(0)
    base: Fraction = Fraction(0)
    sounds: tuple[Sound, ...] = ()
    subtitles: int = 0
    notes: tuple[str, ...] = ()


def join_segments(
    segments: Sequence[Segment], output: Path, coding: Coding, *, clock: Clock, original: Original | None = None
) -> Joined:
    """Write a clip from its pieces, which follow each other and lie in one folder, and from its source's other tracks.

    output: a temporary file, which is overwritten; its owner renames it. coding: that of all pieces. The frames keep
    their exact instants in MP4 and MOV; MKV and WebM count in thousandths of a second, to which they are rounded one by
    one. They keep their distance from the sound, and each may end before the other does. A GIF is made by `join_gif`.
    Raises ValueError for pieces that do not follow each other, OutputError when the disk is full, ClipError for a
    lost piece, and with ffmpeg's own words when it fails, EnvironmentLacksError for sound that must be converted and
    cannot be here.
    """
    _check_order(segments)
    if original is None or original.header.kind != "video":  # an animation has nothing but pictures
        joined, arguments = Joined(), [*frames_input(), "-map", "0:v:0", "-c:v", "copy", "-map_metadata", "-1"]
    else:
        joined, arguments = _with_source(segments, coding, clock, original)
    arguments = ["-v", "level+warning", *arguments, *_container_options(coding, clock), file_argument(output)]
    try:
        run_ffmpeg(arguments, data=concat_list(segments, clock).encode(), cwd=segments[0].path.parent, writes=output)
    except FfmpegError as error:
        raise write_refusal(output, error) from error
    return joined


def _with_source(
    segments: Sequence[Segment], coding: Coding, clock: Clock, original: Original
) -> tuple[Joined, list[str]]:
    """Settle what comes from the source and when, and the arguments that say so."""
    header = original.header
    tracks = plan_tracks(header.streams, coding.container, sound=original.sound, source=1)
    first = clock.seconds(segments[0].instants[0])
    base = first
    if original.begin is None and (tracks.sounds or tracks.subtitles):
        # A Matroska file's clock may be said to begin after its first frame, if sound begins with what is skipped.
        base = min(header.start, first)
    joined = Joined(first - base, base, tracks.sounds, len(tracks.subtitles), tracks.notes)
    return joined, [
        *("-itsoffset", _seconds(joined.offset), *frames_input()),
        *(*_part_of(original, base), *source_arguments(header)),
        *("-map", "0:v:0", "-c:v", "copy", *tracks.arguments),
        *("-map_metadata", "1", "-map_chapters", "1", *_left_behind(header), *_nothing_outside(original, base)),
    ]


def concat_list(segments: Sequence[Segment], clock: Clock) -> str:
    """Give the list by which ffmpeg reads pieces as one stream, with names as its working directory has them.

    Times there are in microseconds. Each length is the rounded end less the rounded beginning, so that no error adds
    up, and the nearest tick is always the exact one.
    """
    return "\n".join(["ffconcat version 1.0", *_concat_lines(segments, clock), ""])


def _concat_lines(segments: Sequence[Segment], clock: Clock) -> Iterator[str]:
    first, reached = segments[0].instants[0], 0
    for segment in segments:
        end = round(clock.seconds(segment.end - first) * _MICROSECONDS)
        quoted = segment.path.name.replace("'", r"'\''")
        yield f"file 'file:{quoted}'"
        yield "option format_whitelist mov"  # what a piece is: not a list in its place, of others
        yield f"duration {(end - reached) // _MICROSECONDS}.{(end - reached) % _MICROSECONDS:06}"
        reached = end


def _check_order(segments: Sequence[Segment]) -> None:
    if not segments:
        raise ValueError("a clip without frames")
    if any(before.end != after.instants[0] for before, after in pairwise(segments)):
        raise ValueError("pieces of a clip that do not follow each other")
    if len({segment.path.parent for segment in segments}) > 1 or any("\n" in s.path.name for s in segments):
        raise ValueError("pieces of a clip that are not named plainly in one folder")
    for segment in segments:  # ffmpeg would join the others
        if not segment.path.is_file():
            raise ClipError(f"{segment.path}: this piece of a clip is gone: paint it again")


def frames_input() -> list[str]:
    """Open the pieces of a `concat_list` that comes through `pipe:0`."""
    # A playlist that somebody has put in the place of a piece is not followed; another list of this kind is kept out
    # by the list itself.
    only = ["-protocol_whitelist", PROTOCOLS, "-format_whitelist", _PIECES]
    return [*only, "-f", "concat", "-safe", "0", "-i", "pipe:0"]


def source_arguments(header: ClipHeader) -> list[str]:
    """Give ffmpeg's arguments that open the source, as what it was found to be and nothing else."""
    return input_arguments(header.path, "-f", header.demuxer, "-format_whitelist", header.demuxer)


def _part_of(original: Original, base: Fraction) -> list[str]:
    """Shift the source's clock so that the output begins at `base`, and read nothing outside the painted part."""
    end = [] if original.end is None else ["-t", _seconds(original.end - base)]
    if original.begin is None:  # ffmpeg itself takes the clock's beginning away
        return ["-itsoffset", _seconds(original.header.start - base), *end]
    return ["-seek_timestamp", "1", "-ss", _seconds(base), *end]


def _nothing_outside(original: Original, base: Fraction) -> list[str]:
    """Drop what the source says of times outside the painted part: chapters, and packets before its beginning.

    For those a Matroska file would shift everything else. Without a beginning they stay: sound may begin a little
    before zero, which its decoder takes away again.
    """
    end = [] if original.end is None else ["-t", _seconds(original.end - base)]
    return end if original.begin is None else ["-copypriorss", "0", "-bsf:s", "noise=drop=lt(pts\\,0)", *end]


def _left_behind(header: ClipHeader) -> list[str]:
    """Delete tags that shall not go from the source into the output."""
    with start_ffmpeg(
        ["-v", "level+warning", *source_arguments(header), "-f", "ffmetadata", "pipe:1"], pipe_out=True
    ) as process:
        tags = process.read(_LONGEST_TAGS + 1)
        if len(tags) > _LONGEST_TAGS:
            raise ClipError(
                f"{header.path}: its tags are longer than {_LONGEST_TAGS >> 20} MiB: convert it without them"
            )
        process.finish()
    text = tags.decode(errors="replace")
    names = re.findall(r"^((?:\\.|[^\\=;#\[\n])+)=", text.split("\n[")[0], re.MULTILINE)
    return [part for name in names if _LEFT_BEHIND.search(name) for part in ("-metadata", f"{name}=")]


def _container_options(coding: Coding, clock: Clock) -> list[str]:
    options = ["-fflags", "+bitexact", "-f", _MUXERS[coding.container]]
    if coding.container in ("mp4", "mov"):
        # The index goes to the front, so that a browser can begin before it has all.
        options += ["-video_track_timescale", str(clock.timescale), "-movflags", "+faststart"]
        # How late pictures begin is counted in the movie's ticks, a thousandth of a second in older ffmpegs.
        options += ["-movie_timescale", str(clock.timescale * -(-_MOVIE_TICKS // clock.timescale))]
    return options


def _seconds(value: Fraction) -> str:
    return f"{float(value):.6f}"
