"""What is no longer needed in an output directory: finding it, measuring it, removing it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from stylepipe.errors import OutputError
from stylepipe.store.places import PARTS, PRIVATE, all_unfinished


def unfinished_work(output_dir: Path) -> list[Path]:
    """List what is kept of each output that is not finished, a folder or a file, by path."""
    root = all_unfinished(output_dir)
    # Behind a link lies what somebody else may have put there.
    return [] if root.is_symlink() or root.parent.is_symlink() else sorted(_unfinished(root))


def unfinished_output(output_dir: Path, work: Path) -> str:
    """Give the output's path inside the directory; of a name that was too long for a folder, its hash."""
    return work.relative_to(all_unfinished(output_dir)).as_posix().removesuffix(PARTS)


def bytes_of(path: Path) -> int:
    """Measure a file, or all files in a folder; what vanishes meanwhile counts nothing."""
    paths = [path, *path.rglob("*")] if path.is_dir() and not path.is_symlink() else [path]
    return sum(_size(inner) for inner in paths)


def remove(path: Path, root: Path) -> None:
    """Remove a file, or a folder with all in it, and then the folders above it that are empty, below `root`.

    What is gone already is no error. Raises OutputError when the disk refuses.
    """
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except FileNotFoundError:
        pass
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise OutputError(
            f"{path}: cannot be removed: {reason}; change its permissions, or remove it by hand"
        ) from error
    _remove_empty(path.parent, root)


def _remove_empty(folder: Path, root: Path) -> None:
    try:
        while folder != root and folder.is_relative_to(root):
            folder.rmdir()
            folder = folder.parent
    except OSError:  # it is not empty, or gone
        return


def _unfinished(folder: Path) -> Iterator[Path]:
    """Find the folders of single outputs among those that only have the shape of the output directory."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.is_dir() and not path.is_symlink() and not _is_work(path):
            yield from _unfinished(path)
        else:
            yield path


def _is_work(folder: Path) -> bool:
    return folder.name.endswith(PARTS) and any(not path.is_dir() or path.name == PRIVATE for path in folder.iterdir())


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size if not path.is_dir() or path.is_symlink() else 0
    except OSError:
        return 0
