"""How long what is due will take, and how much disk: from what was painted before, here or on this machine."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from stylepipe.batch.plan import Planned, coding_of, recipe_of
from stylepipe.engine.pyramid import deepest_stride, output_size, scales
from stylepipe.errors import EnvironmentLacksError, ItemError, UnpaintableError
from stylepipe.media import probe_clip
from stylepipe.media.clip_formats import clip_format
from stylepipe.media.picture_clips import numbered_frames
from stylepipe.media.stored_size import stored_size
from stylepipe.spec.items import Item
from stylepipe.spec.settings import Settings
from stylepipe.store.records import Record, read_record
from stylepipe.store.speeds import Speeds

MOST_PROBED = 12
"""Clips that are looked into, at a tenth of a second each; more are taken to be like them."""


class Extent(NamedTuple):
    """How much there is of a content: pixels of a frame, and how many frames; a picture is one."""

    height: int
    width: int
    frames: int


class Cost(NamedTuple):
    """What painting an item takes: seconds by itself, and bytes on the disk; None where nothing is known."""

    seconds: float | None
    bytes: float | None


UNKNOWN = Cost(None, None)


@dataclass(frozen=True)
class Estimate:
    """What is due takes about so many seconds with so many workers, and so many bytes of those that are free.

    seconds, bytes: None when nothing is known, or nothing is due. at_least: of some items nothing is known, so that it
    takes longer.
    """

    seconds: float | None
    bytes: int | None
    free: int
    workers: int
    at_least: bool


def estimate(planned: Sequence[Planned], *, workers: int | None = None, speeds: Speeds | None = None) -> Estimate:
    """Add up what the due items of a plan take. workers: how many paint at once, None for as many as last time."""
    speeds = speeds or Speeds.load()
    at_once = workers or speeds.workers
    due = [cost for entry, cost in zip(planned, costs(planned, speeds), strict=True) if entry.reason is not None]
    seconds = [cost.seconds for cost in due if cost.seconds is not None]
    sizes = [cost.bytes for cost in due if cost.bytes is not None]
    return Estimate(
        # One item is painted by one worker: no number of them is quicker than the longest item.
        seconds=max(sum(seconds) / at_once, max(seconds)) if seconds else None,
        bytes=round(sum(sizes)) if sizes else None,
        free=free_bytes(planned[0].item.output_dir),
        workers=at_once,
        at_least=len(seconds) < len(due),
    )


def costs(planned: Sequence[Planned], speeds: Speeds) -> list[Cost]:
    """Give what each item of a plan takes; what is up to date takes nothing.

    Past items of the same recipe in this output directory are the best witnesses, then this machine's `speeds`, for
    which the contents' headers are read. A content that cannot be read counts as the mean of its kind.
    """
    reckoning = _Reckoning(planned, speeds)
    found = [Cost(0, 0) if entry.reason is None else reckoning.cost(entry) for entry in planned]
    return [reckoning.typical(entry.item) if cost is None else cost for entry, cost in zip(planned, found, strict=True)]


def work_of(item: Item, height: int, width: int, frames: int = 1) -> int:
    """Give the pixels times iterations that an item takes, whose content is so large."""
    settings, video = item.settings, item.settings.video
    sides = output_size(height, width, settings)
    first = sum(scale.work for scale in scales(*sides, settings, smallest=deepest_stride(settings)))
    if not item.clip or video.warm_start == "none":
        return first * frames
    return first + sides[0] * sides[1] * video.frame_iterations * (frames * video.passes - 1)


def speed_key(item: Item, device: str) -> str:
    """Name all but the work that decides how long an item takes; device: as a record has it."""
    settings = item.settings
    return f"{'clip' if item.clip else 'picture'}, {settings.backbone}, {settings.optimizer}, {device}"


def bytes_key(item: Item) -> str:
    """Name all but the pixels that decides how large an output is."""
    detail = "" if item.clip else f", {item.bits} bits" if item.format in ("png", "tiff") else f", {item.quality}"
    return f"{item.format}{detail}"


def note_done(speeds: Speeds, item: Item, *, workers: int = 1) -> None:
    """Let later estimates learn from an item that was just painted and recorded; call it after each, in any process.

    Takes the seconds, bytes and device from the item's record, and reads the content's header again; what cannot be
    read is not noted. workers: how many painted at once. The caller saves the speeds at the end of the run.
    """
    record, extent = read_record(item.output_dir, item.name), extent_of(item)
    if not isinstance(record, Record) or extent is None:
        return
    speeds.device, speeds.workers = record.device, max(1, workers)
    speeds.note(speed_key(item, record.device), work_of(item, *extent), record.seconds)
    speeds.note_bytes(bytes_key(item), _pixels(item, extent), record.output_size)


def extent_of(item: Item) -> Extent | None:
    """Read how large an item's content is from its header; None when that is unreadable or does not say."""
    try:
        if not item.clip:
            width, height = stored_size(item.content, max_megapixels=item.settings.max_megapixels)
            return Extent(height, width, 1)
        return _clip_extent(item)
    except (ItemError, EnvironmentLacksError, OSError):
        return None


def free_bytes(folder: Path) -> int:
    """Give the free bytes of the disk on which a folder is, or will be made."""
    there = next(above for above in (folder, *folder.parents) if above.exists())
    return shutil.disk_usage(there).free


class _Mean:
    """A mean that grows; None before the first value."""

    def __init__(self) -> None:
        self._sum, self._count = 0.0, 0

    def add(self, value: float | None) -> None:
        if value is not None:
            self._sum, self._count = self._sum + value, self._count + 1

    def times(self, amount: float) -> float | None:
        return self._sum / self._count * amount if self._count else None


class _Reckoning:
    """What past items of a plan have taken, and what its contents are."""

    def __init__(self, planned: Iterable[Planned], speeds: Speeds) -> None:
        self._speeds = speeds
        self._seconds, self._bytes, self._typical = (defaultdict[str, _Mean](_Mean) for _ in range(3))
        self._frames: dict[Path, int] = {}
        self._extents: dict[Path, Extent | None] = {}
        self._left_to_probe = MOST_PROBED
        for entry in planned:
            if past := entry.past:
                self._seconds[past.recipe].add(past.seconds / past.frames)
                self._bytes[past.coding].add(past.size / past.frames)
                self._frames[entry.item.content] = past.frames

    def cost(self, entry: Planned) -> Cost | None:
        """Give what an item takes; None when its content cannot be read, and others must tell."""
        try:
            cost = self._by_past(entry)
            if None in cost:
                cost = Cost(
                    *(a if a is not None else b for a, b in zip(cost, self._by_speeds(entry.item), strict=True))
                )
        except UnpaintableError:
            return Cost(0, 0)  # it is refused before it takes anything
        if cost == UNKNOWN and self._extents[entry.item.content] is None:
            return None
        for mean, value in zip(self._means_like(entry.item), cost, strict=True):
            mean.add(value)
        return cost

    def typical(self, item: Item) -> Cost:
        """Give what other items of its kind take in the mean."""
        seconds, size = self._means_like(item)
        return Cost(seconds.times(1), size.times(1))

    def _by_past(self, entry: Planned) -> Cost:
        item = entry.item
        frames = self._frames.get(item.content) if item.clip else 1
        if frames is None or entry.identity is None:
            return UNKNOWN
        settings = _as_recorded(item.settings)
        return Cost(
            self._seconds[recipe_of(settings, clip=item.clip)].times(frames),
            self._bytes[coding_of(settings, entry.identity["output"])].times(frames * _files(item)),
        )

    def _by_speeds(self, item: Item) -> Cost:
        extent = self._extent(item)
        if extent is None:
            return UNKNOWN
        device = self._speeds.device or ""
        return Cost(
            self._speeds.seconds(speed_key(item, device), work_of(item, *extent)),
            self._speeds.bytes(bytes_key(item), _pixels(item, extent) * _files(item)),
        )

    def _extent(self, item: Item) -> Extent | None:
        content = item.content
        if content not in self._extents:
            if item.clip:
                self._left_to_probe -= 1
            self._extents[content] = extent_of(item) if not item.clip or self._left_to_probe >= 0 else None
        return self._extents[content]

    def _means_like(self, item: Item) -> tuple[_Mean, _Mean]:
        kind = speed_key(item, "")
        return self._typical[f"seconds {kind}"], self._typical[f"bytes {bytes_key(item)}"]


def _as_recorded(settings: Settings) -> dict[str, object]:
    """Give the settings that `recipe_of` and `coding_of` look at as a record has them: what is a tuple is a list."""
    return {
        "backbone": settings.backbone,
        "optimizer": settings.optimizer,
        "size": settings.size,
        "iterations": list(settings.iterations),
    }


def _files(item: Item) -> int:
    """Count the files of an item's size: its output, and its snapshots."""
    return 1 + len(item.snapshots)


def _pixels(item: Item, extent: Extent) -> int:
    height, width = output_size(extent.height, extent.width, item.settings)
    return height * width * extent.frames


def _clip_extent(item: Item) -> Extent | None:
    """Read what a clip's header claims; an animation's does not say how many frames there are."""
    video, most = item.settings.video, item.settings.max_megapixels
    kind = clip_format(item.content).kind
    if kind == "animation":
        return None
    if kind == "frames":
        frames = numbered_frames(item.content)
        width, height = stored_size(frames[0], max_megapixels=most)
        return Extent(height, width, len(frames))
    header = probe_clip(item.content, max_megapixels=most, rate=video.exact_frame_rate)
    if header.duration is None or header.nominal_rate is None:
        return None
    end = float(header.duration) if video.end is None else min(video.end, float(header.duration))
    count = round((end - (video.start or 0)) * header.nominal_rate)
    return Extent(header.height, header.width, max(1, count))
