"""What a job or an output directory no longer needs: found first, so that it can be shown, then removed."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from stylepipe.batch.plan import input_paths
from stylepipe.spec.items import Item
from stylepipe.store.atomic import find_leftovers
from stylepipe.store.leftovers import bytes_of, remove, unfinished_work
from stylepipe.store.lock import is_held
from stylepipe.store.places import (
    all_unfinished,
    crashes_folder,
    failure_path,
    failures_folder,
    items_in,
    record_path,
    records_folder,
)
from stylepipe.store.reasons import damage
from stylepipe.store.records import Record, UnreadableRecord, read_record

UNFINISHED = "unfinished work"


@dataclass(frozen=True)
class Leftover:
    """A file or folder that can go: what it is, in words, and its size on the disk."""

    kind: str
    path: Path
    bytes: int


@dataclass(frozen=True)
class Kept:
    """A file or folder that looks as if it could go and must not, and why."""

    path: Path
    why: str


def find(output_dir: Path, items: Sequence[Item] | None, *, orphans: bool = False) -> list[Leftover | Kept]:
    """Find what an output directory no longer needs; its caller holds the directory.

    items: all that the job asks for, None when that is not known. orphans: also outputs of items that the job does not
    ask for, where they are just as they were painted.
    """
    found = [*_temporaries(output_dir), *_unfinished(output_dir), *_crash_reports(output_dir)]
    if items is not None:
        asked = {_on_any_disk(item.name) for item in items}
        found += _failures(output_dir, asked)
        if orphans:
            found += _orphans(output_dir, asked, _used(items))
    return found


def remove_all(output_dir: Path, leftovers: Iterable[Leftover]) -> list[Leftover]:
    """Remove what was found, and the folders that are empty then; give what was removed.

    Raises OutputError when the disk refuses.
    """
    removed = []
    for leftover in leftovers:
        if leftover.kind == UNFINISHED and is_held(leftover.path):  # somebody has begun to paint it since
            continue
        remove(leftover.path, output_dir)
        removed.append(leftover)
    return removed


def _temporaries(output_dir: Path) -> Iterator[Leftover | Kept]:
    unfinished = all_unfinished(output_dir)  # goes as a whole
    for path in find_leftovers(output_dir):
        if not path.is_relative_to(unfinished):
            yield _leftover("temporary file", path)


def _unfinished(output_dir: Path) -> Iterator[Leftover | Kept]:
    for work in unfinished_work(output_dir):
        yield Kept(work, "is being painted right now") if is_held(work) else _leftover(UNFINISHED, work)


def _crash_reports(output_dir: Path) -> Iterator[Leftover | Kept]:
    return (_leftover("crash report", path) for path in sorted(crashes_folder(output_dir).glob("crash-*.txt")))


def _failures(output_dir: Path, asked: set[str]) -> Iterator[Leftover | Kept]:
    for item in items_in(failures_folder(output_dir)):
        if _on_any_disk(item) not in asked:
            yield _leftover("old failure", failure_path(output_dir, item))


def _orphans(output_dir: Path, asked: set[str], used: set[str]) -> Iterator[Leftover | Kept]:
    """Find what belongs to items that nobody asks for; a record goes last, because it tells what is ours."""
    for item in items_in(records_folder(output_dir)):
        if _on_any_disk(item) in asked:
            continue
        record, place = read_record(output_dir, item), record_path(output_dir, item)
        if not isinstance(record, Record):
            if isinstance(record, UnreadableRecord):
                yield Kept(place, "cannot be read, so what it speaks of is not known")
            continue
        output = output_dir / record.output
        trouble = damage(record, output, verify=True)
        if trouble == "output missing":
            yield _leftover("orphaned record", place)
        elif why := _why_kept(output, trouble, output_dir, used):
            yield Kept(output, why)
        else:
            yield _leftover("orphaned output", output)
            for snapshot in _snapshots(output_dir, record, place):
                if os.path.realpath(snapshot) not in used:
                    yield _leftover("orphaned snapshot", snapshot)
            yield _leftover("orphaned record", place)


def _why_kept(output: Path, trouble: str | None, output_dir: Path, used: set[str]) -> str | None:
    if trouble is not None:
        return "has changed since it was painted"
    real = os.path.realpath(output)
    if real in used:
        return "is part of the job"
    if Path(real) != Path(os.path.realpath(output_dir), output.relative_to(output_dir)):
        return "lies behind a link"
    if output.is_dir() and any(path.is_dir() for path in output.iterdir()):
        return "holds more than was painted"
    return None


def _snapshots(output_dir: Path, record: Record, place: Path) -> Iterator[Path]:
    """Find an item's snapshots; one that is younger than the item's record was changed by somebody since."""
    numbers, format = record.settings.get("snapshots"), Path(record.output).suffix
    for number in numbers if isinstance(numbers, list) else ():
        snapshot = output_dir / f"{record.item}.{number:05d}{format}"
        if snapshot.is_file() and not snapshot.is_symlink() and snapshot.stat().st_mtime <= place.stat().st_mtime:
            yield snapshot


def _used(items: Iterable[Item]) -> set[str]:
    """Give the real paths of all that a job reads or writes."""
    paths = {path for item in items for _, path in input_paths(item)}
    paths |= {str(path) for item in items for path in (item.output, *map(item.snapshot, item.snapshots))}
    return {os.path.realpath(path) for path in paths}


def _on_any_disk(name: str) -> str:
    """Give what two names share that are one file on disks that ignore case, or on those that compose accents."""
    return unicodedata.normalize("NFC", name).casefold()


def _leftover(kind: str, path: Path) -> Leftover:
    return Leftover(kind, path, bytes_of(path))
