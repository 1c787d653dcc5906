"""One item that is a clip, from its files to its file: looked through, painted frame by frame, written, checked.

A run that ends in the middle, however it ends, goes on at the next frame. What is done lies in a folder beside the
records (store/unfinished.py) until the clip is in its place.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from operator import itemgetter
from typing import Any

import numpy as np

from stylepipe.batch.clip_finish import put_in_place
from stylepipe.batch.clip_frames import painted_frames
from stylepipe.batch.clip_job import ClipJob, look_through
from stylepipe.batch.clip_pieces import PieceWriter
from stylepipe.batch.clip_progress import ClipProgress
from stylepipe.batch.materials import read_guides
from stylepipe.batch.memory import lack_of_memory_in_words, memory_notes, with_allowance
from stylepipe.batch.networks import Networks
from stylepipe.batch.plan import Planned, identified_now
from stylepipe.batch.provenance import Written, keep_record, recipe_of
from stylepipe.batch.watching import OnProgress
from stylepipe.errors import ClipError
from stylepipe.media import encode_frame
from stylepipe.store.lock import hold
from stylepipe.store.places import unfinished_folder
from stylepipe.store.records import withdraw_record
from stylepipe.store.unfinished import FrameEntry, Unfinished
from stylepipe.video.shot import Easel, FrameFacts, PaintedFrame

MOST_WARP_ERRORS = 200
"""Values of E_warp that a record keeps: enough to draw their curve."""


def paint_clip(planned: Planned, networks: Networks, on_progress: OnProgress, *, record: bool = True) -> list[str]:
    """Paint a clip and put it, then its record, in place; give what a person should know about it.

    record: False leaves nothing but the output. Raises what `painter.paint` raises, and LockedError when another
    process paints the same clip.
    """
    item, started = planned.item, time.monotonic()
    planned = identified_now(planned)
    job = look_through(item)
    network = with_allowance(networks.network(item.settings), item.settings, spared=networks.spared)
    guides = read_guides(item, planned.inputs)
    assert planned.identity is not None
    folder = unfinished_folder(item.output_dir, item.file_name)
    with hold(folder):
        unfinished = Unfinished(folder, planned.identity)
        begun = len(unfinished.frames)
        progress = ClipProgress(job, started, on_progress, done=begun)
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
        with lack_of_memory_in_words(item, job.clip.info.width, job.clip.info.height, network.device):
            written, joined_notes = _paint(planned, job, easel, unfinished, progress, record=record)
        notes = [*job.notes, *joined_notes, *_notes_on(unfinished.frames, begun)]
        notes += memory_notes(network, item.settings, job.height, job.width)
        if record:
            keep_record(
                planned,
                written,
                _losses(unfinished.frames),
                seconds=time.monotonic() - started,
                device=network.device,
                notes=notes,
                iterations=sum(entry.facts["iterations"] for entry in unfinished.frames),
                clip=_summary(job, unfinished.frames),
            )
        unfinished.remove()
    return notes


def _paint(
    planned: Planned, job: ClipJob, easel: Easel, unfinished: Unfinished, progress: ClipProgress, *, record: bool
) -> tuple[Written, list[str]]:
    """Paint what is left, write the pieces meanwhile, and put the clip in place."""
    recipe = recipe_of(planned) if job.coding is None and job.item.settings.metadata else None
    with _writing(job, unfinished) as writer:
        with closing(painted_frames(job, easel, unfinished)) as frames:
            for turn, painted, kept in frames:
                entry = FrameEntry(turn.number, turn.round, _plain(painted.facts))
                unfinished.commit(entry, _encoded(job, painted, recipe), painted.state.arrays(), kept)
                if writer is not None and job.is_final(turn):
                    writer.painted(turn.number)
                progress.frame_done()
        segments = [] if writer is None else writer.finish()
    if identified_now(planned).inputs != planned.inputs:
        raise ClipError(f"{job.item.content}: it, or what it is painted with, was changed meanwhile; run again")
    if record:
        withdraw_record(job.item.output_dir, job.item.name)
    return put_in_place(job, unfinished, segments)


@contextmanager
def _writing(job: ClipJob, unfinished: Unfinished) -> Iterator[PieceWriter | None]:
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


def _notes_on(frames: Sequence[FrameEntry], begun: int) -> list[str]:
    """Say what a person would not expect of how a clip was painted."""
    notes = []
    if begun:
        notes.append(f"went on at frame {frames[begun].frame + 1}" if begun < len(frames) else "was only to be joined")
    drifted = sum(entry.facts["drifted"] for entry in frames)
    if drifted:
        notes.append(f"kept {drifted} frames to the look of their shot's first")
    return notes


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
