"""Painted frames into pieces of the clip, in a thread of its own, while the next frames are painted."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from stylepipe.batch.clip_job import ClipJob
from stylepipe.media import Coding, Segment, SegmentWriter, check_frames, read_picture
from stylepipe.store import atomic
from stylepipe.store.unfinished import Piece
from stylepipe.store.unfinished_clip import UnfinishedClip
from stylepipe.video.shots import pieces


class PieceWriter:
    """Writes each piece once its last frame is painted, one after the other; a context manager.

    What goes wrong in the thread is raised by the next call. A piece that is being written when the block ends with an
    error is dropped: its frames are still there.
    """

    def __init__(self, job: ClipJob, coding: Coding, unfinished: UnfinishedClip) -> None:
        self._job, self._coding, self._unfinished = job, coding, unfinished
        self._work_of = {piece: work for shot, work in unfinished.works.items() for piece in pieces([shot])}
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="clip-pieces")
        self._left = threading.Event()
        self._running: tuple[range, Future[Segment]] | None = None
        self._unpainted = {piece: len(piece) for piece in self._work_of}
        self._piece_of = {number: piece for piece in self._work_of for number in piece}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left.set()
        self._thread.shutdown(wait=True, cancel_futures=True)

    def take_up(self) -> None:
        """Count what an earlier run has painted, and write the pieces that it could not."""
        written = {piece.frames for _, piece in self._unfinished.pieces}
        for shot, work in self._unfinished.works.items():
            for turn in islice(self._job.turns_of(shot), len(work.frames)):
                self._unpainted[self._piece_of[turn.number]] -= self._job.is_final(turn)
        for piece, missing in self._unpainted.items():
            if not missing and piece not in written:
                self._write(piece)

    def painted(self, number: int) -> None:
        """Hear of a frame that is painted for good and kept."""
        piece = self._piece_of[number]
        self._unpainted[piece] -= 1
        if not self._unpainted[piece]:
            self._write(piece)
        elif self._running is not None and self._running[1].done():
            self._keep()

    def finish(self) -> list[Segment]:
        """Wait for the last piece; give all of them in order."""
        self._keep()
        found = [Segment.from_record(path, piece.record) for path, piece in self._unfinished.pieces]
        return sorted(found, key=lambda segment: segment.instants[0])

    def _write(self, piece: range) -> None:
        self._keep()
        self._running = piece, self._thread.submit(self._encode, piece)

    def _keep(self) -> None:
        if self._running is None:
            return
        frames, future = self._running
        segment = future.result()
        self._running = None
        self._work_of[frames].keep_piece(Piece(frames, segment.path.name, segment.as_record()))

    def _encode(self, piece: range) -> Segment:
        job, work = self._job, self._work_of[piece]
        path = self._unfinished.folder / f"piece_{piece.start:08d}{self._coding.segment_suffix}"
        with atomic.replacing(path) as file:
            temporary = Path(file.name)
            with SegmentWriter(
                temporary,
                self._coding,
                width=job.width,
                height=job.height,
                clock=job.clock,
                sample_aspect=job.clip.info.sample_aspect,
            ) as writer:
                for number in piece:
                    if self._left.is_set():
                        raise _LeftError
                    writer.write(_levels(work.frame_path(number)), *job.ends(number))
                segment = writer.finish()
            check_frames(temporary, job.expected(self._coding, segment))
        return replace(segment, path=path)


class _LeftError(Exception):
    """The run ends while a piece is being written; nobody asks for the result any more."""


def _levels(path: Path) -> NDArray[np.uint8]:
    levels: NDArray[np.uint8] = np.rint(read_picture(path).pixels * 255).astype(np.uint8)
    return levels
