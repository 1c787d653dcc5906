"""The only place that opens an output for writing: whoever reads it finds all of it, or what was there before."""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from stylepipe.errors import OutputError, OutputNameError

if sys.platform != "win32":
    import fcntl

_LEFTOVER = re.compile(r"\.stylepipe-[0-9a-f]{16}(\..*)?")
_LONGEST_SUFFIX = 16  # what follows the last dot may be any text; a temporary name must stay within 255 bytes

_FREE_SPACE = "free some space and run again, what is finished stays"
_OTHER_PLACE = "choose another place or change its permissions"
_REFUSALS = {
    errno.ENOSPC: ("the disk is full", _FREE_SPACE),
    errno.EDQUOT: ("your share of the disk is used up", _FREE_SPACE),
    errno.EFBIG: (
        "it would be larger than this system allows a file to be",
        "raise the limit (ulimit -f) or choose another disk",
    ),
    errno.EIO: ("the disk reports an error", "check the disk and its cable or network"),
    errno.ESTALE: ("the network drive has lost the folder", "mount it again and run again"),
    errno.EROFS: ("the disk can only be read", "choose another place"),
    errno.EACCES: ("permission is denied", _OTHER_PLACE),
    errno.EPERM: ("permission is denied", _OTHER_PLACE),
    errno.ENAMETOOLONG: ("its name is too long for this disk", "shorten it (output.name in a job file)"),
    errno.ENOTDIR: ("a part of its path is a file, not a folder", "choose another place"),
    errno.EEXIST: ("a part of its path is a file, not a folder", "choose another place"),
    errno.EISDIR: ("a folder of that name is in the way", "move the folder away or choose another name"),
}
"""What the system says, what that means, and what to do about it."""
_ABOUT_THE_NAME = {errno.ENAMETOOLONG, errno.ENOTDIR, errno.EEXIST, errno.EISDIR}
"""Refusals that say nothing about the next file."""
_MOST_VANISHED = 20
"""Times that a folder is made again that another process has removed since, while it was empty."""


def write_bytes(path: Path, data: bytes, *, just_before: Callable[[], None] | None = None) -> None:
    """Put a file's whole content in place at once. just_before: see `replacing`."""
    with replacing(path, just_before=just_before) as file:
        file.write(data)


def write_text(path: Path, text: str) -> None:
    """Put a text in place at once, as UTF-8 with the line ends it has."""
    write_bytes(path, text.encode("utf-8"))


def append_line(path: Path, text: str, *, durable: bool = False) -> None:
    """Add one line to a log, visible to readers when this returns; if durable, even after a power cut."""
    with _refusals_in_words(path):
        make_folder(path.parent)
        is_new = not path.exists()
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(f"{text}\n")
            if durable:
                file.flush()
                os.fsync(file.fileno())
        if durable and is_new:
            _sync_directory(path.parent)


def move(file: Path, path: Path) -> None:
    """Put a finished file in place at once; copied and then removed where the two lie on different disks.

    Raises OutputError when the disk refuses, OutputNameError when it only refuses the name.
    """
    with _refusals_in_words(path):
        make_folder(path.parent)
        try:
            file.replace(path)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
        else:
            _sync_directory(path.parent)
            return
    with file.open("rb") as source, replacing(path) as target:
        shutil.copyfileobj(source, target)
    file.unlink()


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, if need be, also while another process removes those that it left empty.

    Raises OSError when the disk refuses.
    """
    for _ in range(_MOST_VANISHED):
        with suppress(FileNotFoundError, FileExistsError):  # one above it has vanished, or it has before it was seen
            folder.mkdir(parents=True, exist_ok=True)
            return
    folder.mkdir(parents=True, exist_ok=True)


def remove(path: Path) -> None:
    """Remove a file, if it is there, so that it stays removed even after a power cut."""
    with _refusals_in_words(path), suppress(FileNotFoundError):
        path.unlink()
        _sync_directory(path.parent)


def replace_folder(folder: Path, target: Path) -> None:
    """Put a finished folder of files in another's place; for a moment between, neither may be there.

    Both lie on one disk. Raises OutputError when the disk refuses, with the old folder where it was.
    """
    with _refusals_in_words(target):
        make_folder(target.parent)
        aside = target.parent / _temporary_name("")
        try:
            target.rename(aside)
        except FileNotFoundError:
            folder.rename(target)
        else:
            try:
                folder.rename(target)
            except OSError:
                aside.rename(target)
                raise
            shutil.rmtree(aside, ignore_errors=True)
        _sync_directory(target.parent)


@contextmanager
def replacing(path: Path, *, just_before: Callable[[], None] | None = None) -> Iterator[BinaryIO]:
    """Yield an empty file that takes `path`'s place when the block ends well, and vanishes when it does not.

    just_before: is called when all is on the disk and only the place is still to be taken.

    It lies in the same directory (a rename is atomic only within one file system) under a name of its own with the
    same suffix; a program that opens its output itself, such as ffmpeg, may write to the file's `name`. What was at
    `path` stays readable until the rename; if that is a symbolic link, the link is replaced, not what it points to.

    Raises OutputError when the disk refuses, OutputNameError when it only refuses the name. Errors about other files,
    which the block reads, pass unchanged.
    """
    with _refusals_in_words(path):
        make_folder(path.parent)
        temporary = path.parent / _temporary_name(path.suffix)
        try:
            with temporary.open("xb") as file:
                _claim(file.fileno())
                yield file
                file.flush()
                os.fsync(file.fileno())
            if just_before is not None:
                just_before()
            temporary.replace(path)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise
        _sync_directory(path.parent)


def sweep_leftovers(directory: Path) -> list[Path]:
    """Remove the temporary files, at any depth, whose writers were killed; give what was removed."""
    removed = []
    for path in find_leftovers(directory):
        with suppress(OSError):
            path.unlink()
            removed.append(path)
    return removed


def find_leftovers(directory: Path) -> Iterator[Path]:
    """Find the temporary files, at any depth, whose writers were killed.

    A writer that lives is known by the kernel's lock on its file, so that a sweep never harms another process.
    """
    for folder, _, names in os.walk(directory):
        for name in names:
            path = Path(folder, name)
            if _LEFTOVER.fullmatch(name) and _is_abandoned(path):
                yield path


def _temporary_name(suffix: str) -> str:
    kept = suffix if len(os.fsencode(suffix)) <= _LONGEST_SUFFIX else ""
    return f".stylepipe-{secrets.token_hex(8)}{kept}"


def _claim(descriptor: int) -> None:
    """Lock a temporary file for as long as this process lives, as a sign to `sweep_leftovers`."""
    if sys.platform != "win32":
        with suppress(OSError):  # some network drives have no locks; there only the run's own lock protects it
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is_abandoned(path: Path) -> bool:
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return False
        if sys.platform == "win32":
            return True  # there an open file cannot be removed
        descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # "held by another", as different file systems say it
        return False
    except OSError:
        return True  # no locks here, so that nobody can have claimed it
    finally:
        os.close(descriptor)
    return True


def _sync_directory(directory: Path) -> None:
    """Make a rename survive a power cut, where directories can be flushed at all."""
    if sys.platform == "win32":
        return
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


@contextmanager
def _refusals_in_words(path: Path) -> Iterator[None]:
    """Turn what the disk says about `path` into an OutputError, or an OutputNameError when only the name is bad."""
    try:
        yield
    except OSError as error:
        if not _is_about(error, path):
            raise
        unknown = (error.strerror or str(error), "check the disk and run again")
        reason, way_out = _REFUSALS.get(error.errno or 0, unknown)
        kind = OutputNameError if error.errno in _ABOUT_THE_NAME else OutputError
        raise kind(f"{path}: cannot be written: {reason}; {way_out}") from error


def _is_about(error: OSError, path: Path) -> bool:
    """Tell the output's refusal from an error about another file; writing to an open file names none."""
    name = error.filename2 or error.filename  # of a rename, what it was to become
    if not isinstance(name, str | bytes):
        return error.errno in _REFUSALS
    named = Path(os.fsdecode(name))
    temporary = named.parent == path.parent and _LEFTOVER.fullmatch(named.name) is not None
    return temporary or named in (path, *path.parents)
