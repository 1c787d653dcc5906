"""What is done of a clip that is not finished: a folder, and in it one for each shot that somebody has begun.

Shots know nothing of each other, so that several processes may paint a clip, each a shot of its own. Who paints or
joins a whole clip holds its folder, who paints a shot the shot's, and neither begins while the other goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from stylepipe.store.lock import hold, is_held
from stylepipe.store.unfinished import FrameEntry, Piece, Unfinished, clear_away

_SHOT = "shot_"


class UnfinishedClip:
    """The folder of a clip. identity: all that decides how it comes out. shots: those that the caller is to paint.

    works: what is done of each of them; its caller holds their folders.
    """

    def __init__(self, folder: Path, identity: Mapping[str, Any], shots: Sequence[range]) -> None:
        """Take up what is there. Raises OutputError when the disk refuses."""
        self.folder = folder
        self.works = {
            shot: Unfinished(shot_folder(folder, shot), {**identity, "shot": [shot.start, shot.stop]}, folder)
            for shot in shots
        }

    @property
    def frames(self) -> list[FrameEntry]:
        """What is painted, shot by shot, in the order of painting."""
        return [entry for work in self.works.values() for entry in work.frames]

    @property
    def pieces(self) -> list[tuple[Path, Piece]]:
        """What is written, each piece with its file."""
        return [(self.folder / piece.file, piece) for work in self.works.values() for piece in work.pieces]

    def frame_path(self, number: int) -> Path:
        """Give the file of a painted frame."""
        return next(work for shot, work in self.works.items() if number in shot).frame_path(number)

    def remove(self) -> None:
        """Remove everything, and the private folders above it that are empty then."""
        clear_away(self.folder)


def shot_folder(folder: Path, shot: range) -> Path:
    """Give the folder of a shot in that of its clip."""
    return folder / f"{_SHOT}{shot.start:08d}"


@contextmanager
def hold_clip(folder: Path) -> Iterator[None]:
    """Keep others from painting a clip or a shot of it for the block; raises LockedError when somebody does."""
    with hold(folder):
        for inner in folder.glob(f"{_SHOT}*"):
            if is_held(inner):
                with hold(inner):  # says who
                    pass
        yield


@contextmanager
def hold_shot(folder: Path, shot: range) -> Iterator[None]:
    """Keep others from painting a shot for the block; raises LockedError when somebody does, or the whole clip."""
    if is_held(folder):
        with hold(folder):
            pass
    with hold(shot_folder(folder, shot)):
        yield
