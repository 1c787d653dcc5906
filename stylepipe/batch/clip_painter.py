"""One item that is a clip, from its files to its file: looked through, painted frame by frame, written, checked.

A run that ends in the middle, however it ends, goes on at the next frame. What is done lies in a folder beside the
records (store/unfinished.py) until the clip is in its place.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from functools import partial
from itertools import islice
from operator import itemgetter
from typing import Any

import numpy as np

from stylepipe.batch.clip_finish import put_in_place
from stylepipe.batch.clip_frames import painted_frames
from stylepipe.batch.clip_job import ClipJob, Turn, look_through
from stylepipe.batch.clip_leftovers import can_go_on
from stylepipe.batch.clip_pieces import PieceWriter
from stylepipe.batch.clip_progress import ClipProgress
from stylepipe.batch.materials import read_guides
from stylepipe.batch.memory import lack_of_memory_in_words, memory_notes, with_allowance
from stylepipe.batch.networks import Networks
from stylepipe.batch.plan import Planned, identified_now
from stylepipe.batch.provenance import keep_record, recipe_of
from stylepipe.batch.task import Divided, Task
from stylepipe.batch.watching import OnProgress
from stylepipe.errors import ClipError
from stylepipe.media import Segment, encode_frame
from stylepipe.spec.items import Item
from stylepipe.store.places import unfinished_folder
from stylepipe.store.records import withdraw_record
from stylepipe.store.unfinished import FrameEntry
from stylepipe.store.unfinished_clip import UnfinishedClip, hold_clip, hold_shot
from stylepipe.video.shot import Easel, FrameFacts, PaintedFrame

MOST_WARP_ERRORS = 200
"""Values of E_warp that a record keeps: enough to draw their curve."""


def paint_clip(task: Task, networks: Networks, on_progress: OnProgress) -> list[str] | Divided:
    """Paint a clip and put it, then its record, in place; give what a person should know about it.

    A clip that several workers may share is only told apart, as a Divided. One that they share: a shot of it is painted
    and kept, or all are put together. Raises what `painter.paint` raises, and LockedError when another process paints
    the same.
    """
    item, shared, now = task.planned.item, task.shared, time.monotonic()
    planned = identified_now(task.planned)
    if shared is not None and planned.inputs != task.planned.inputs:
        raise _changed(item)
    job = look_through(item) if shared is None else shared.clip
    shot = None if shared is None else shared.shot
    shots = job.shots if shot is None else (shot,)
    assert planned.identity is not None
    folder = unfinished_folder(item.output_dir, item.file_name)
    with hold_clip(folder) if shot is None else hold_shot(folder, shot):
        unfinished = UnfinishedClip(folder, planned.identity, shots)
        for each, work in unfinished.works.items():
            if not can_go_on(job, each, work):
                work.begin_anew()
        begun = _notes_on_begun(job, unfinished)
        if task.apart and len(shots) > 1:
            return Divided(planned, job, tuple(begun))
        started = now if shared is None else now - shared.elapsed
        segments, notes = _paint(planned, job, unfinished, networks, partial(ClipProgress, job, started, on_progress))
        if shot is not None:
            return notes
        notes = [*begun, *notes] if shared is None else [*shared.notes]
        spent = 0.0 if shared is None else shared.spent
        return _put_together(task, planned, job, unfinished, segments, notes, networks, now - spent)


def _paint(
    planned: Planned,
    job: ClipJob,
    unfinished: UnfinishedClip,
    networks: Networks,
    follow: Callable[[Sequence[Turn], Sequence[Turn]], ClipProgress],
) -> tuple[list[Segment], list[str]]:
    """Paint what is left of some shots and write their pieces meanwhile; give these, and what was done to save memory.

    follow: makes what follows the progress of turns, of which some are left.
    """
    item = job.item
    network = with_allowance(networks.network(item.settings), item.settings, spared=networks.spared)
    turns = [turn for shot in unfinished.works for turn in job.turns_of(shot)]
    left = [
        turn for shot, work in unfinished.works.items() for turn in islice(job.turns_of(shot), len(work.frames), None)
    ]
    progress = follow(turns, left)
    if not left and len(turns) < len(job.turns):
        progress.nothing_left()
    guides = read_guides(item, planned.inputs)
    easel = Easel(
        guides.styles,
        item.settings,
        item.settings.video,
        network,
        guides.init,
        guides.ground,
        progress,
        networks.memory,
    )
    recipe = recipe_of(planned) if job.coding is None and item.settings.metadata else None
    with (
        lack_of_memory_in_words(item, job.clip.info.width, job.clip.info.height, network.device),
        _writing(job, unfinished) as writer,
    ):
        with closing(painted_frames(job, left, easel, unfinished)) as frames:
            for turn, painted, kept in frames:
                entry = FrameEntry(turn.number, turn.round, _plain(painted.facts))
                work = unfinished.works[turn.shot]
                work.commit(entry, _encoded(job, painted, recipe), painted.state.arrays(), kept)
                if writer is not None and job.is_final(turn):
                    writer.painted(turn.number)
                progress.frame_done()
        segments = [] if writer is None else writer.finish()
    return segments, memory_notes(network, item.settings, job.height, job.width)


def _put_together(
    task: Task,
    planned: Planned,
    job: ClipJob,
    unfinished: UnfinishedClip,
    segments: Sequence[Segment],
    notes: Sequence[str],
    networks: Networks,
    started: float,
) -> list[str]:
    """Put a painted clip, then its record, in place; give what a person should know about it.

    notes: on how it was painted. started: when its painting would have begun, had one worker done all of it.
    """
    item = job.item
    if identified_now(planned).inputs != planned.inputs:
        raise _changed(item)
    if task.record:
        withdraw_record(item.output_dir, item.name)
    written, joined_notes = put_in_place(job, unfinished, segments)
    frames = unfinished.frames
    notes = [*job.notes, *joined_notes, *notes, *_notes_on_drift(frames)]
    if task.record:
        keep_record(
            planned,
            written,
            _losses(frames),
            seconds=time.monotonic() - started,
            device=networks.device,
            notes=notes,
            iterations=sum(entry.facts["iterations"] for entry in frames),
            clip=_summary(job, frames),
        )
    unfinished.remove()
    return notes


def _changed(item: Item) -> ClipError:
    return ClipError(f"{item.content}: it, or what it is painted with, was changed meanwhile; run again")


@contextmanager
def _writing(job: ClipJob, unfinished: UnfinishedClip) -> Iterator[PieceWriter | None]:
    """Give who writes the pieces, when there are any."""
    if job.coding is None:
        yield None
        return
    with PieceWriter(job, job.coding, unfinished) as writer:
        writer.take_up()
        yield writer


def _encoded(job: ClipJob, painted: PaintedFrame, recipe: dict[str, Any] | None) -> bytes:
    levels = np.rint(255 * painted.picture).astype(np.uint8)
    return encode_frame(levels, width=job.width, height=job.height, provenance=recipe)


def _plain(facts: FrameFacts) -> dict[str, Any]:
    """Give a frame's facts as JSON has them."""
    return asdict(facts) | {"losses": None if facts.losses is None else [*facts.losses]}


def _losses(frames: Iterable[FrameEntry]) -> list[tuple[float, ...]]:
    """Give the last losses of each frame that was painted: its number, and total, content, style, total variation."""
    last = {entry.frame: entry.facts["losses"] for entry in frames if entry.facts["losses"]}
    return [(number, *last[number][:4]) for number in sorted(last)]


def _warp_errors(frames: Iterable[FrameEntry]) -> list[tuple[int, float]]:
    """Give E_warp by frame; of a long clip the largest of each stretch of frames, since one flicker is what matters."""
    last = {entry.frame: entry.facts.get("warp_error") for entry in frames}  # an older stylepipe did not measure it
    known = [(number, error) for number, error in sorted(last.items()) if error is not None]
    stretch = -(-len(known) // MOST_WARP_ERRORS)
    worst = [max(known[k : k + stretch], key=itemgetter(1)) for k in range(0, len(known), stretch or 1)]
    return [(number, float(f"{error:.3g}")) for number, error in worst]


def _notes_on_begun(job: ClipJob, unfinished: UnfinishedClip) -> list[str]:
    """Say where a clip goes on that an earlier run has begun."""
    if not any(work.frames for work in unfinished.works.values()):
        return []
    for shot, work in unfinished.works.items():
        for turn in islice(job.turns_of(shot), len(work.frames), None):
            return [f"went on at frame {turn.number + 1}"]
    return ["was only to be joined"]


def _notes_on_drift(frames: Sequence[FrameEntry]) -> list[str]:
    drifted = sum(entry.facts["drifted"] for entry in frames)
    return [f"kept {drifted} frames to the look of their shot's first"] if drifted else []


def _summary(job: ClipJob, frames: Iterable[FrameEntry]) -> dict[str, Any]:
    """Give what a record says of a clip beside what it says of any item."""
    return {
        "frames": len(job.clip),
        "shots": [shot.start for shot in job.shots],
        "repeats": len(job.clip.prescan.duplicates),
        "reader": job.clip.reader,
        "encoder": None if job.coding is None else job.coding.encoder,
        "warp_errors": _warp_errors(frames),
    }
