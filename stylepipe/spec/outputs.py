"""No two pictures share a file, none replaces an input, and none leaves the output folder."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from stylepipe.spec.describe import value_text
from stylepipe.spec.items import Item
from stylepipe.spec.jobfile import Spec
from stylepipe.spec.nodes import Loc
from stylepipe.spec.problems import Problem
from stylepipe.spec.referenced import WORDS, file_name_in


def output_problems(spec: Spec, items: Sequence[Item]) -> Iterator[Problem]:
    """Find what is wrong with the places where pictures would be written."""
    output_dir = spec.output_dir
    if os.path.exists(output_dir) and not os.path.isdir(output_dir):
        yield spec.problem(("output", "dir"), f"{spec.document.output.dir} is a file, and a folder is wanted")
        return
    yield from _shared(spec, items)
    folders = {folder: os.path.realpath(output_dir / folder) for folder in {_folder(item) for item in items}}
    yield from _escaping(spec, folders)
    yield from _replacing(spec, items, folders)


def _folder(item: Item) -> str:
    return item.name.rpartition("/")[0]


def _shared(spec: Spec, items: Sequence[Item]) -> Iterator[Problem]:
    """Name two items with one path, and count the others of their kind."""
    first_of: dict[str, Item] = {}
    clashes: dict[tuple[str, ...], list[tuple[Item, Item, str]]] = {}
    for item in items:
        first = first_of.setdefault(_on_any_disk(_file_name(item)), item)
        if first is not item:
            clashes.setdefault((first.job, item.job, _remedy(first, item)), []).append((first, item, ""))
    for item in items:  # two snapshots of one name belong to two items of one name, which were found above
        for iteration in item.settings.snapshots:
            other = first_of.get(_on_any_disk(item.snapshot_name(iteration)))
            if other is not None:
                remedy = "paint snapshots at other iterations, or choose another output.name"
                clashes.setdefault((item.job, other.job, remedy), []).append((item, other, f"snapshot {iteration} of "))
    for (_, job, remedy), pairs in clashes.items():
        first, item, snapshot = pairs[0]
        more = f" (and {len(pairs) - 1} more like it)" if len(pairs) > 1 else ""
        path = PurePosixPath(spec.document.output.dir, _file_name(item))
        both = [_shown(spec, one, with_job=first.job != item.job) for one in (first, item)]
        message = f"{snapshot}{' and '.join(both)} would both be written to {path}{more}"
        yield spec.problem(_name_loc(spec, items, job), message, remedy)


def _file_name(item: Item, iteration: int | None = None) -> str:
    """Give the path of a picture, or of its snapshot, inside the output folder."""
    return f"{item.name}.{item.format}" if iteration is None else item.snapshot_name(iteration)


def _on_any_disk(name: str) -> str:
    """Give what two names share that are one file on disks that ignore case, or on those that compose accents."""
    return unicodedata.normalize("NFC", name).casefold()


def _remedy(first: Item, second: Item) -> str:
    if first.job != second.job:
        return "put {job} into output.name"
    if first.content != second.content:
        if first.content.stem != second.content.stem:
            return "put {content} into output.name, or rename one"
        return "their names differ only in folder or suffix: rename one, or give each its own job and {job} a place"
    if first.style != second.style:
        return "put {style} into output.name, or rename one"
    if first.styles != second.styles:
        return "two artworks have one name: name them under `styles`"
    return "two values of the sweep are the same"


def _shown(spec: Spec, item: Item, *, with_job: bool = False) -> str:
    sweep = "".join(f", {key} {value_text(value)}" for key, value in item.sweep.items())
    return f"{_relative(spec, item.content)} in {item.style}{sweep}" + (f" ({item.job})" if with_job else "")


def _relative(spec: Spec, path: Path) -> str:
    return str(path.relative_to(spec.base_dir)) if path.is_relative_to(spec.base_dir) else str(path)


def _name_loc(spec: Spec, items: Sequence[Item], job: str) -> Loc:
    """Point at output.name when it was chosen, else at the job."""
    if "name" in spec.document.output.model_fields_set:
        return ("output", "name")
    return ("jobs", list(dict.fromkeys(item.job for item in items)).index(job))


def _escaping(spec: Spec, folders: dict[str, str]) -> Iterator[Problem]:
    """Find subfolders of the output folder that are links to elsewhere."""
    root = Path(os.path.realpath(spec.output_dir))
    for folder, real in folders.items():
        if not Path(real).is_relative_to(root):
            message = f"{folder} in the output folder is a link that leads out of it, to {real}"
            yield spec.problem(("output", "name"), message, "remove the link, or make it the output folder")
        elif os.path.exists(real) and not os.path.isdir(real):
            yield spec.problem(("output", "name"), f"{folder} in the output folder is a file, and a folder is wanted")


def _replacing(spec: Spec, items: Sequence[Item], folders: dict[str, str]) -> Iterator[Problem]:
    """Find pictures that would be written over a photograph, an artwork or a mask."""
    inputs = {os.path.realpath(path).casefold(): path for path in _inputs(items)}
    for item in items:
        for iteration in (None, *item.settings.snapshots):
            name = _file_name(item, iteration).rpartition("/")[2]
            path = inputs.get(os.path.join(folders[_folder(item)], name).casefold())
            if path is not None:
                what = _shown(spec, item) if iteration is None else f"snapshot {iteration} of {_shown(spec, item)}"
                message = f"{what} would be written over {_relative(spec, path)}"
                yield spec.problem(_name_loc(spec, items, item.job), message, "give output.dir a folder of its own")


def _inputs(items: Sequence[Item]) -> set[Path]:
    paths = {item.content for item in items}
    for styles in {item.styles for item in items}:
        paths |= {image.path for image in styles} | {image.mask for image in styles if image.mask is not None}
    for settings in {id(item.settings): item.settings for item in items}.values():
        paths |= {Path(name) for key in WORDS if (name := file_name_in(settings, key)) is not None}
    return paths
