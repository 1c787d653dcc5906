"""A clip, looked through, with all that is settled before its first frame is painted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from stylepipe.engine.pyramid import output_size
from stylepipe.media import Clip, Clock, Coding, Expected, Segment, check_gif_clock, choose_coding, open_clip
from stylepipe.spec.formats import Container
from stylepipe.spec.items import Item
from stylepipe.video.shots import shots


@dataclass(frozen=True)
class Turn:
    """A frame's turn to be painted: in which shot, in which pass over it, and its number in the clip."""

    shot: range
    round: int
    number: int


@dataclass(frozen=True, kw_only=True)
class ClipJob:
    """An item that is a clip. width, height: of the painted clip. coding: None where frames stay pictures in a folder.

    shots: ranges of frames between cuts. notes: sentences for who asked: what was guessed, and what cannot be kept.
    """

    item: Item
    clip: Clip
    width: int
    height: int
    coding: Coding | None
    shots: tuple[range, ...]
    notes: tuple[str, ...]

    @cached_property
    def turns(self) -> list[Turn]:
        """Every frame in the order of painting, once or twice."""
        return [turn for shot in self.shots for turn in self.turns_of(shot)]

    def turns_of(self, shot: range) -> Iterator[Turn]:
        """Every frame of a shot in the order of painting."""
        yield from (Turn(shot, 1, number) for number in shot)
        if self.item.settings.video.passes == 2:  # the last frame of a shot has nothing behind it to learn from
            yield from (Turn(shot, 2, number) for number in reversed(shot[:-1]))

    def is_final(self, turn: Turn) -> bool:
        """Tell whether a frame is done after a turn."""
        return turn.round == self.item.settings.video.passes or turn.number == turn.shot[-1]

    @cached_property
    def repeats(self) -> frozenset[int]:
        """Frames equal to the one before."""
        return frozenset(self.clip.prescan.duplicates)

    @cached_property
    def flashes(self) -> frozenset[int]:
        """Frames that interrupt a shot."""
        return frozenset(self.clip.prescan.flashes)

    @property
    def clock(self) -> Clock:
        """How the clip counts time, which is how its source does."""
        return Clock(time_base=self.clip.info.time_base, rate=self.clip.info.rate)

    def ends(self, number: int) -> tuple[int, int]:
        """Give the ticks at which a frame begins and ends."""
        info = self.clip.info
        return info.instants[number], info.instants[number + 1] if number + 1 < len(self.clip) else info.end

    def expected(self, coding: Coding, segment: Segment) -> Expected:
        """Say what a written piece should show."""
        return Expected(
            segments=[segment],
            coding=coding,
            clock=self.clock,
            width=self.width,
            height=self.height,
            sample_aspect=self.clip.info.sample_aspect,
        )


def look_through(item: Item) -> ClipJob:
    """Look an item's clip through and settle how it is written, before hours go into painting it.

    Raises ClipError when the clip cannot be read or its times not be kept, UsageError or UnpaintableError for a codec
    that does not fit, EnvironmentLacksError without ffmpeg or where it cannot encode so.
    """
    settings, video = item.settings, item.settings.video
    clip = open_clip(
        item.content,
        start=video.start,
        end=video.end,
        rate=video.exact_frame_rate,
        deinterlace=video.deinterlace,
        reader=video.reader,
        allow_damaged=video.allow_damaged,
        max_megapixels=settings.max_megapixels,
        max_frames=settings.max_frames,
    )
    height, width = output_size(clip.info.height, clip.info.width, settings)
    coding = _coding(item, clip, width, height)
    return ClipJob(
        item=item,
        clip=clip,
        width=width,
        height=height,
        coding=coding,
        shots=tuple(shots(len(clip), _cuts(item, clip))),
        notes=(*clip.info.notes, *_reader_note(clip), *_late_cuts(item, clip), *(coding.notes if coding else ())),
    )


def _coding(item: Item, clip: Clip, width: int, height: int) -> Coding | None:
    format, video = item.format, item.settings.video
    if format == "frames":
        return None
    container = cast(Container, format)  # a clip's, as its item has been checked to have
    coding = choose_coding(container, width, height, codec=video.codec, crf=video.crf, pix_fmt=video.pix_fmt)
    if format == "gif":
        clock = Clock(time_base=clip.info.time_base, rate=clip.info.rate)
        check_gif_clock(clip.info.instants, clip.info.end, clock)
    return coding


def _cuts(item: Item, clip: Clip) -> tuple[int, ...]:
    match item.settings.video.scene_cuts:
        case "auto":
            return clip.prescan.cuts
        case "none":
            return ()
        case asked:
            return asked


def _late_cuts(item: Item, clip: Clip) -> tuple[str, ...]:
    late = [str(cut) for cut in _cuts(item, clip) if cut >= len(clip)]
    return (f"scene_cuts {', '.join(late)}: only {len(clip)} frames are painted",) if late else ()


def _reader_note(clip: Clip) -> tuple[str, ...]:
    return (f"read by ffmpeg: {clip.reason}",) if clip.reader == "ffmpeg" else ()
