"""The last step of a clip: its pieces become the file, or its frames the folder, that was asked for."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from stylepipe.batch.clip_job import ClipJob
from stylepipe.batch.provenance import Written
from stylepipe.errors import ClipCheckError, OutputNameError
from stylepipe.media import Coding, Original, Segment, finish_clip, frame_name
from stylepipe.store import atomic
from stylepipe.store.hashing import sha256_of
from stylepipe.store.unfinished_clip import UnfinishedClip


def put_in_place(job: ClipJob, unfinished: UnfinishedClip, segments: Sequence[Segment]) -> tuple[Written, list[str]]:
    """Join and check a clip and put it in place; give what was written, and sentences for who asked.

    Raises ClipCheckError when the file does not show what was painted; it is kept beside the unfinished work then.
    """
    if job.coding is None:
        return _frames_in_place(job, unfinished), []
    return _file_in_place(job, job.coding, unfinished, segments)


def _file_in_place(
    job: ClipJob, coding: Coding, unfinished: UnfinishedClip, segments: Sequence[Segment]
) -> tuple[Written, list[str]]:
    # Beside what it is made of, and not beside its place: a run that is killed here leaves nothing among the outputs.
    joined_file = unfinished.folder / f"joined{job.item.output.suffix}"
    with atomic.replacing(joined_file) as file:
        temporary = Path(file.name)
        try:
            joined = finish_clip(
                segments,
                temporary,
                coding,
                width=job.width,
                height=job.height,
                clock=job.clock,
                sample_aspect=job.clip.info.sample_aspect,
                original=_original(job),
            )
        except ClipCheckError as error:
            kept = unfinished.folder / f"rejected{joined_file.suffix}"
            os.replace(temporary, kept)
            raise ClipCheckError(f"{error}; the file is kept as {kept}") from error
        written = Written(sha256_of(temporary), temporary.stat().st_size)
    atomic.move(joined_file, job.item.output)
    return written, list(joined.notes)


def _original(job: ClipJob) -> Original:
    """Say which part of the source is painted, on the frames' own clock."""
    info, video = job.clip.info, job.item.settings.video

    def at(tick: int) -> Fraction:
        return tick * info.time_base

    return Original(
        header=info,
        sound=video.audio == "copy",
        begin=None if video.start is None else at(info.instants[0]),
        end=None if video.end is None else at(info.end),
    )


def _frames_in_place(job: ClipJob, unfinished: UnfinishedClip) -> Written:
    """Put a folder of numbered pictures in place: links to the painted frames, which stay until all is done."""
    output, count = job.item.output, len(job.clip)
    _refuse_what_is_not_ours(output)
    folder = unfinished.folder / "output"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    digest, size = hashlib.sha256(), 0
    for number in range(count):
        painted, named = unfinished.frame_path(number), folder / frame_name(number, count)
        try:
            os.link(painted, named)
        except OSError:  # a disk without links
            atomic.write_bytes(named, painted.read_bytes())
        digest.update(bytes.fromhex(sha256_of(painted)))
        size += painted.stat().st_size
    atomic.replace_folder(folder, output)
    return Written(digest.hexdigest(), size)


def _refuse_what_is_not_ours(folder: Path) -> None:
    """Raise OutputNameError for a folder that holds anything but numbered frames: it would be lost."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if not (path.name.startswith("frame_") and path.suffix == ".png"):
            raise OutputNameError(
                f"{folder}: a folder of that name is in the way, and {path.name} in it is no painted frame; move the "
                "folder away or choose another name"
            )
