"""What is due, and why: the job's items against the records on disk. Answers without torch."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from stylepipe.errors import StoppedError, StylepipeError, UsageError
from stylepipe.spec.expand import expand
from stylepipe.spec.items import Item
from stylepipe.spec.jobfile import Spec
from stylepipe.spec.settings import is_image_init
from stylepipe.store import weights
from stylepipe.store.fingerprint import Identity, StyleInput, identify
from stylepipe.store.hashing import HashCache
from stylepipe.store.places import hashes_file
from stylepipe.store.reasons import why_due
from stylepipe.store.records import Input, Record, read_record


@dataclass(frozen=True)
class Planned:
    """An item with the reason why it is due, None when it is up to date.

    identity: what decides how it comes out, None when an input cannot be read, which painting it will say again.
    """

    item: Item
    reason: str | None
    identity: Identity | None = None
    inputs: tuple[Input, ...] = ()


def plan(spec: Spec, *, only: Sequence[str] = (), force: bool = False) -> list[Planned]:
    """List every item of a job, in its order, and why it is due; nothing is written.

    only: patterns (`cat*`, `*--starry`) for the names of the items that count. force: everything is due.
    Raises SpecError when the job file is wrong, UsageError when no item fits `only`.
    """
    items = choose_items(spec, only)
    hashes = HashCache(hashes_file(items[0].output_dir))
    return [plan_item(item, hashes, force=force) for item in items]


def choose_items(spec: Spec, only: Sequence[str]) -> list[Item]:
    """Give the items of a job whose names fit one of some patterns, or all when there are none; errors as `plan`."""
    items = expand(spec)
    chosen = [item for item in items if not only or any(fnmatchcase(item.name, pattern) for pattern in only)]
    if not chosen:
        names = ", ".join(item.name for item in items[:3])
        raise UsageError(f"--only {' '.join(only)}: fits none of the {len(items)} items, such as {names}")
    return chosen


def plan_item(item: Item, hashes: HashCache, *, force: bool = False) -> Planned:
    """Compare one item with its record."""
    try:
        inputs = tuple(_inputs(item, hashes))
        identity = identify_item(item, inputs)
    except StoppedError:
        raise  # a signal means the run, not the item that was looked at when it came
    except StylepipeError as error:
        return Planned(item, str(error))
    record = read_record(item.output_dir, item.name)
    reason = why_due(record, identity, item.output)
    if reason is None and isinstance(record, Record) and _misses_snapshot(item, record.iterations):
        reason = "snapshot missing"
    return Planned(item, reason or ("forced" if force else None), identity, inputs)


def _misses_snapshot(item: Item, iterations: int) -> bool:
    return any(n <= iterations and not item.snapshot(n).exists() for n in item.snapshots)


def identify_item(item: Item, inputs: Sequence[Input]) -> Identity:
    """Bring an item and the hashes of its inputs into the form that a fingerprint is made of."""
    settings = item.settings
    sha256_of = {(entry.role, entry.path): entry.sha256 for entry in inputs}
    styles = [
        StyleInput(
            sha256_of["style", str(style.path)],
            style.weight,
            style.scale,
            sha256_of.get(("style mask", str(style.mask))),
        )
        for style in item.styles
    ]
    files = {entry.role: entry.sha256 for entry in inputs if entry.role in ("init", "masks.content", "masks.style")}
    return identify(
        sha256_of["content", str(item.content)],
        styles,
        settings,
        weights_sha256=weights.identity_of(settings.backbone, settings.weights),
        clip=item.clip,
        files=files,
        output=_output(item),
    )


def _output(item: Item) -> dict[str, str | int]:
    """Give what the encoder is told; for a clip the rest is in its settings."""
    if item.clip:
        return {"format": item.format}
    if item.format in ("jpg", "webp"):
        return {"format": item.format, "quality": item.quality}
    return {"format": item.format, "bits": item.bits}


def _inputs(item: Item, hashes: HashCache) -> Iterator[Input]:
    """Give every file that goes into an item, by the part it plays; of a clip's frames the folder."""
    settings = item.settings
    paths = [("content", str(item.content))]
    paths += [("style", str(style.path)) for style in item.styles]
    paths += [("style mask", str(style.mask)) for style in item.styles if style.mask is not None]
    if is_image_init(settings.init):
        paths.append(("init", settings.init))
    for key, mask in (("masks.content", settings.masks.content), ("masks.style", settings.masks.style)):
        if mask not in (None, "alpha"):
            paths.append((key, str(mask)))
    for role, path in dict.fromkeys(paths):
        frames = role == "content" and item.clip and os.path.isdir(path)
        yield Input(role, path, hashes.sha256_of_frames(Path(path)) if frames else hashes.sha256(Path(path)))
