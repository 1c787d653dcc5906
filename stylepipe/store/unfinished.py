"""What is done of a shot that is not finished, kept so that a run goes on at the next frame as if it had never ended.

A folder in that of the shot's clip holds painted frames, what the next frame depends on, and written pieces. Its
journal has a line for each frame and each piece, with the sums of the files that it speaks of; they are on the disk
before the line is. Two files take turns in holding the state, so that one is whole whenever the other is being written.
"""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path, PurePath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stylepipe.errors import ClipError, LockedError, PictureError
from stylepipe.store import atomic
from stylepipe.store.hashing import sha256_of
from stylepipe.store.lock import hold
from stylepipe.store.own_files import read_own
from stylepipe.store.places import PRIVATE

VERSION = 3
"""Of the folder's form; what another version left is painted anew."""

_MOST_FRAMES = 2**31
_MOST_JOURNAL = 2**29
"""Bytes; a line of a frame has some hundred, and the size of a painting in days has a million lines."""
_MOST_ARRAYS = 2**35
"""Bytes; a picture of 200 megapixels in all the ways that a state has it."""

Arrays = Mapping[str, NDArray[np.generic]]


@dataclass(frozen=True)
class Piece:
    """A written piece of the shot: its frames, its file in the folder for them, and its writer's own record of it."""

    frames: range
    file: str
    record: Mapping[str, Any]


@dataclass(frozen=True)
class FrameEntry:
    """A frame that is painted: its number, which pass over its shot painted it, and how it went, as plain JSON."""

    frame: int
    round: int
    facts: Mapping[str, Any]


class Unfinished:
    """The folder of one shot. Its caller sees to it that no other process uses it.

    identity: all that decides how the shot comes out; what was done of another identity is dropped. pieces_folder:
    where written pieces lie, if not here: those of a clip's shots lie together.
    frames: what is painted, in the order of painting. pieces: what is written of it, in the order of writing.
    """

    def __init__(self, folder: Path, identity: Mapping[str, Any], pieces_folder: Path | None = None) -> None:
        """Take up what is there. Raises OutputError when the disk refuses."""
        self.folder, self.pieces_folder = folder, pieces_folder or folder
        self.frames: list[FrameEntry] = []
        self.pieces: list[Piece] = []
        self._state_sum = ""
        self._sums: dict[Path, str] = {}  # of the files that the journal speaks of and a later step needs
        self._job = json.loads(json.dumps({"version": VERSION, "identity": identity}))  # as it comes back from there
        if self._is_begun():
            self._take_up()
        else:
            self.begin_anew()

    @property
    def state(self) -> Arrays | None:
        """What the next frame depends on, read from the disk; None before the first."""
        return self._load_state() if self.frames else None

    def frame_path(self, number: int) -> Path:
        """Give the file of a painted frame."""
        return self.folder / "frames" / f"{number:08d}.png"

    def commit(self, entry: FrameEntry, picture: bytes, state: Arrays, kept: Arrays | None = None) -> None:
        """Keep a painted frame, an encoded picture, and what the next one depends on.

        kept: what a later round needs of this one; without any, what was kept of this frame goes.
        """
        if not self.frames:
            atomic.write_text(self.folder / "job.json", json.dumps(self._job))
        sums: dict[str, str | None] = {"picture": sha256(picture).hexdigest(), "kept": None}
        if kept is not None:
            packed = _packed(kept)
            atomic.write_bytes(self._kept_path(entry.frame), packed)
            sums["kept"] = sha256(packed).hexdigest()
        atomic.write_bytes(self.frame_path(entry.frame), picture)
        packed = _packed(state)
        atomic.write_bytes(self._state_path(len(self.frames)), packed)
        sums["state"] = sha256(packed).hexdigest()
        line = asdict(entry) | sums
        self._note(line)
        self._read(line)
        if kept is None:
            self._kept_path(entry.frame).unlink(missing_ok=True)

    def kept(self, number: int) -> Arrays:
        """Give what an earlier round kept of a frame.

        Raises ClipError when it has changed meanwhile, PictureError when it cannot be read.
        """
        path = self._kept_path(number)
        if sha256_of(path, _MOST_ARRAYS) != self._sums.get(path):
            raise ClipError(f"{path}: what was kept of a frame has changed: run again, which paints the shot anew")
        return _unpacked(read_own(path, _MOST_ARRAYS))

    def keep_piece(self, piece: Piece) -> None:
        """Keep that a piece is written and checked, instead of its frames."""
        frames = piece.frames
        line = {"piece": piece.file, "first": frames.start, "behind": frames.stop, "record": piece.record}
        line["content"] = sha256_of(self.pieces_folder / piece.file)
        self._note(line)
        self._read(line)
        for number in frames:
            with suppress(OSError):
                self.frame_path(number).unlink()

    def remove(self) -> None:
        """Remove everything, and the private folders above it that are empty then."""
        clear_away(self.folder)

    def _is_begun(self) -> bool:
        try:
            content = json.loads(read_own(self.folder / "job.json"))
        except (OSError, ValueError, RecursionError):
            return False
        return bool(content == self._job)

    def begin_anew(self) -> None:
        """Drop what is done."""
        self.frames, self.pieces, self._sums = [], [], {}
        for path in self.folder.iterdir() if self.folder.is_dir() else ():
            if path.name != PRIVATE:  # where the lock of whoever paints lies
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()

    def _take_up(self) -> None:
        """Read the journal as far as it is whole: a line that a power cut tore was not yet said.

        A power cut tears the last one only; where another is not as it was written, nothing is believed.
        """
        lines = self._lines()
        whole = 0
        for line in lines:
            try:
                self._read(_checked(line))
            except (ValueError, KeyError, TypeError, RecursionError):
                break
            whole += 1
        if whole < len(lines) - 1 or not self._is_there():
            self.begin_anew()
        elif whole < len(lines):
            atomic.write_text(self._journal, "".join(f"{line}\n" for line in lines[:whole]))

    def _read(self, line: Mapping[str, Any]) -> None:
        if "frame" in line:
            entry = FrameEntry(_number(line["frame"]), line["round"], line["facts"])
            self.frames.append(entry)
            self._state_sum = line["state"]
            # The picture that a later round replaces may be in the making.
            picture, kept = self.frame_path(entry.frame), self._kept_path(entry.frame)
            self._sums.pop(kept, None)
            self._sums |= {picture: line["picture"]} if line["kept"] is None else {kept: line["kept"]}
            return
        piece = Piece(range(_number(line["first"]), _number(line["behind"])), line["piece"], line["record"])
        # Whoever has changed the line may have meant a file elsewhere, or more frames than memory holds.
        if PurePath(piece.file).name != piece.file or len(piece.frames) > len(self.frames):
            raise ValueError("no piece that was written here")
        self.pieces.append(piece)
        self._sums[self.pieces_folder / piece.file] = line["content"]
        for number in piece.frames:
            self._sums.pop(self.frame_path(number), None)

    def _is_there(self) -> bool:
        """Tell whether the disk still has what the journal speaks of, as it was written."""
        with suppress(PictureError):
            whole = all(sha256_of(path) == expected for path, expected in self._sums.items())
            return whole and (not self.frames or self._load_state() is not None)
        return False

    def _lines(self) -> list[str]:
        try:
            return read_own(self._journal, _MOST_JOURNAL).decode(errors="replace").splitlines()
        except OSError:
            return []

    def _load_state(self) -> Arrays | None:
        path = self._state_path(len(self.frames) - 1)
        try:  # in memory there is room for what was written, and not for whatever has taken its place
            whole = sha256_of(path, _MOST_ARRAYS) == self._state_sum
            return _unpacked(read_own(path, _MOST_ARRAYS)) if whole else None
        except (PictureError, OSError, ValueError):
            return None

    def _note(self, line: Mapping[str, Any]) -> None:
        atomic.append_line(self._journal, _json({**line, "sum": _sum_of(line)}), durable=True)

    @property
    def _journal(self) -> Path:
        return self.folder / "journal.jsonl"

    def _kept_path(self, number: int) -> Path:
        return self.folder / "kept" / f"{number:08d}.npz"

    def _state_path(self, commit: int) -> Path:
        return self.folder / f"state_{'ab'[commit % 2]}.npz"


def forget(folder: Path) -> None:
    """Remove what a run left behind that was killed after it had finished a clip; not while another paints the clip."""
    if folder.is_dir():
        with suppress(LockedError), hold(folder):
            clear_away(folder)


def clear_away(folder: Path) -> None:
    """Remove what is unfinished of one item, and the private folders above it that are empty then."""
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        for above in folder.parents:
            above.rmdir()
            if above.name == PRIVATE:
                return


def _packed(arrays: Arrays) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)  # type: ignore[arg-type]
    return buffer.getvalue()


def _unpacked(data: bytes) -> dict[str, NDArray[np.generic]]:
    """Read back what `_packed` has written, which is not compressed: what would grow when unpacked is not ours.

    Raises ValueError for what was not packed here.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(member.file_size for member in archive.infolist()) > len(data):
                raise ValueError("no arrays that were packed here")
        return dict(np.load(io.BytesIO(data), allow_pickle=False))
    except (KeyError, EOFError, MemoryError, zipfile.BadZipFile) as error:
        raise ValueError("no arrays that were packed here") from error


def _checked(line: str) -> dict[str, Any]:
    """Read a line of the journal; raises ValueError for one that is not as it was written."""
    content = json.loads(line)
    if not isinstance(content, dict) or content.pop("sum", None) != _sum_of(content):
        raise ValueError("a line that was torn or changed")
    return content


def _sum_of(line: Mapping[str, Any]) -> str:
    return sha256(_json(line).encode()).hexdigest()[:16]


def _json(line: Mapping[str, Any]) -> str:
    return json.dumps(line, separators=(",", ":"))


def _number(value: object) -> int:
    if type(value) is not int or not 0 <= value < _MOST_FRAMES:
        raise ValueError("no number of a frame")
    return value
