"""No two items share a name or a file, none replaces an input, and none leaves the output folder.

All items of a job file lie equally deep, as many folders as output.name has a `/`; so none can lie in another's folder
of frames, and only equal paths clash.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from stylepipe.spec.contents import content_name
from stylepipe.spec.describe import value_text
from stylepipe.spec.formats import FRAMES
from stylepipe.spec.items import Item, output_name
from stylepipe.spec.jobfile import Spec
from stylepipe.spec.nodes import Loc
from stylepipe.spec.problems import Problem
from stylepipe.spec.referenced import WORDS, file_name_in


def output_problems(spec: Spec, items: Sequence[Item]) -> Iterator[Problem]:
    """Find what is wrong with the places where pictures and clips would be written."""
    output_dir = spec.output_dir
    if os.path.exists(output_dir) and not os.path.isdir(output_dir):
        yield spec.problem(("output", "dir"), f"{spec.document.output.dir} is a file, and a folder is wanted")
        return
    yield from _shared(spec, items)
    frames = {item.name for item in items if item.format == FRAMES}
    folders = {folder: os.path.realpath(output_dir / folder) for folder in {_folder(item) for item in items} | frames}
    yield from _escaping(spec, folders)
    yield from _replacing(spec, items, folders)


def _folder(item: Item) -> str:
    return item.name.rpartition("/")[0]


def _shared(spec: Spec, items: Sequence[Item]) -> Iterator[Problem]:
    """Name two items with one name or path, and count the others of their kind."""
    called: dict[str, Item] = {}
    first_of: dict[str, Item] = {}
    clashes: dict[tuple[str, ...], list[tuple[Item, Item, str]]] = {}
    for item in items:
        # A picture and a clip of one name would share their record, though not their file.
        first = called.setdefault(_on_any_disk(item.name), item)
        if first is item:  # a folder of frames has no suffix, and may be called as another's file with it
            first = first_of.setdefault(_on_any_disk(_file_name(item)), item)
        if first is not item:
            clashes.setdefault((first.job, item.job, _remedy(first, item)), []).append((first, item, ""))
    for item in items:  # two snapshots of one name belong to two items of one name, which were found above
        for iteration in item.snapshots:
            other = first_of.get(_on_any_disk(item.snapshot_name(iteration)))
            if other is not None:
                remedy = "paint snapshots at other iterations, or choose another output.name"
                clashes.setdefault((item.job, other.job, remedy), []).append((item, other, f"snapshot {iteration} of "))
    for (_, job, remedy), pairs in clashes.items():
        first, item, snapshot = pairs[0]
        more = f" (and {len(pairs) - 1} more like it)" if len(pairs) > 1 else ""
        both = " and ".join(_shown(spec, one, with_job=first.job != item.job) for one in (first, item))
        yield spec.problem(_name_loc(spec, items, job), f"{snapshot}{both} {_clash(spec, first, item)}{more}", remedy)


def _clash(spec: Spec, first: Item, item: Item) -> str:
    """Say what two items, or a snapshot of the first and the second, have in common."""
    if first.clip != item.clip and _on_any_disk(first.name) == _on_any_disk(item.name):
        return f"would both be called {item.name}"
    return f"would both be written to {PurePosixPath(spec.document.output.dir, _file_name(item))}"


def _file_name(item: Item, iteration: int | None = None) -> str:
    """Give the path of an output, or of a snapshot, inside the output folder."""
    return output_name(item.name, item.format) if iteration is None else item.snapshot_name(iteration)


def _on_any_disk(name: str) -> str:
    """Give what two names share that are one file on disks that ignore case, or on those that compose accents."""
    return unicodedata.normalize("NFC", name).casefold()


def _remedy(first: Item, second: Item) -> str:
    if first.job != second.job:
        return "put {job} into output.name"
    if first.content != second.content:
        if content_name(first.content) != content_name(second.content):
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
    """Find outputs that would be written over a photograph, a clip, an artwork or a mask, or among a clip's frames."""
    inputs = {os.path.realpath(path).casefold(): path for path in _inputs(items)}
    holding = _folders_holding(inputs)
    for item in items:
        folder = folders[_folder(item)]
        for iteration in (None, *item.snapshots):
            name = _file_name(item, iteration).rpartition("/")[2]
            place = os.path.join(folder, name).casefold()
            if place in inputs:
                harm = f"over {_relative(spec, inputs[place])}"
            elif item.format == FRAMES and (inside := holding.get(folders[item.name].casefold())) is not None:
                harm = f"over the folder that holds {_relative(spec, inside)}"
            elif folder.casefold() in inputs:
                harm = f"among the frames in {_relative(spec, inputs[folder.casefold()])}"
            else:
                continue
            what = _shown(spec, item) if iteration is None else f"snapshot {iteration} of {_shown(spec, item)}"
            message = f"{what} would be written {harm}"
            yield spec.problem(_name_loc(spec, items, item.job), message, "give output.dir a folder of its own")


def _folders_holding(inputs: Mapping[str, Path]) -> dict[str, Path]:
    """Give every folder that an input is in or is, however deep, with one such input."""
    holding: dict[str, Path] = {}
    for place, path in inputs.items():
        holding[place] = path
        while (place := os.path.dirname(place)) not in holding:
            holding[place] = path
    return holding


def _inputs(items: Sequence[Item]) -> set[Path]:
    paths = {item.content for item in items}
    for styles in {item.styles for item in items}:
        paths |= {image.path for image in styles} | {image.mask for image in styles if image.mask is not None}
    for settings in {id(item.settings): item.settings for item in items}.values():
        paths |= {Path(name) for key in WORDS if (name := file_name_in(settings, key)) is not None}
    return paths
