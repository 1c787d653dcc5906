"""What is due, and why: the job's items against the records on disk. Answers without torch."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from stylepipe.errors import StoppedError, StylepipeError, UsageError
from stylepipe.spec.expand import expand
from stylepipe.spec.items import Item
from stylepipe.spec.jobfile import Spec
from stylepipe.spec.settings import is_image_init
from stylepipe.store import weights
from stylepipe.store.failures import Failure, all_failures
from stylepipe.store.fingerprint import Identity, StyleInput, fingerprint, identify
from stylepipe.store.hashing import HashCache
from stylepipe.store.places import hashes_file
from stylepipe.store.reasons import why_due
from stylepipe.store.records import Input, Record, read_record


class Past(NamedTuple):
    """What an item took when it was painted last, whether or not it is due again: what estimates go by.

    recipe, coding: see `recipe_of` and `coding_of`. seconds: it took. size: bytes of its output. frames: of a clip, and
    1 of a picture.
    """

    recipe: str
    seconds: float
    coding: str
    size: int
    frames: int


@dataclass(frozen=True, slots=True)
class Planned:
    """An item with the reason why it is due, None when it is up to date.

    identity: what decides how it comes out, None when an input cannot be read, which painting it will say again.
    failure: how it failed when the same was asked for last. past: None when it was never painted.
    """

    item: Item
    reason: str | None
    identity: Identity | None = None
    inputs: tuple[Input, ...] = ()
    failure: Failure | None = None
    past: Past | None = None


def plan(spec: Spec, *, only: Sequence[str] = (), force: bool = False, verify: bool = False) -> list[Planned]:
    """List every item of a job, in its order, and why it is due; nothing is written.

    only: patterns (`cat*`, `*--starry`) for the names of the items that count. force: everything is due. verify: hash
    outputs again, too, rather than trust their sizes.
    Raises SpecError when the job file is wrong, UsageError when no item fits `only`.
    """
    items = choose_items(spec, only)
    return plan_items(items, HashCache(hashes_file(items[0].output_dir)), force=force, verify=verify)


def plan_items(items: Sequence[Item], hashes: HashCache, *, force: bool = False, verify: bool = False) -> list[Planned]:
    """Compare items of one output directory with their records, and with how they failed; see `plan`."""
    failures = {failure.item: failure for failure in all_failures(items[0].output_dir)} if items else {}
    look = Look(hashes)
    return [plan_item(item, look, force=force, verify=verify, failures=failures) for item in items]


def choose_items(spec: Spec, only: Sequence[str]) -> list[Item]:
    """Give the items of a job whose names fit one of some patterns, or all when there are none; errors as `plan`."""
    items = expand(spec)
    chosen = [item for item in items if not only or any(fnmatchcase(item.name, pattern) for pattern in only)]
    if not chosen:
        names = ", ".join(item.name for item in items[:3])
        raise UsageError(f"--only {' '.join(only)}: fits none of the {len(items)} items, such as {names}")
    return chosen


def plan_item(
    item: Item,
    look: Look,
    *,
    force: bool = False,
    verify: bool = False,
    failures: Mapping[str, Failure] | None = None,
) -> Planned:
    """Compare one item with its record. failures: how items failed last, by name; otherwise as `plan`."""
    failure = (failures or {}).get(item.name)
    try:
        inputs = look.inputs(item)
        identity = identify_item(item, inputs)
    except StoppedError:
        raise  # a signal means the run, not the item that was looked at when it came
    except StylepipeError as error:
        return Planned(item, str(error), failure=failure)
    record = read_record(item.output_dir, item.name)
    reason = why_due(record, identity, item.output, verify=verify)
    if reason is None and isinstance(record, Record) and _misses_snapshot(item, record.iterations):
        reason = "snapshot missing"
    past = _past(record) if isinstance(record, Record) else None
    planned = Planned(item, reason or ("forced" if force else None), identity, inputs, past=past)
    if failure is None or reason is None or failure.fingerprint != fingerprint(identity):
        return planned
    return replace(planned, reason=f"failed: {failure.reason}", failure=failure)


def identified_now(planned: Planned) -> Planned:
    """Give an item with what its inputs hold at this moment, whatever they held when it was planned.

    Raises PictureError when one cannot be read.
    """
    inputs = Look(HashCache()).inputs(planned.item)
    return replace(planned, inputs=inputs, identity=identify_item(planned.item, inputs))


def _misses_snapshot(item: Item, iterations: int) -> bool:
    return any(n <= iterations and not item.snapshot(n).exists() for n in item.snapshots)


def _past(record: Record) -> Past:
    output, frames = record.identity.get("output"), (record.clip or {}).get("frames")
    return Past(
        recipe=recipe_of(record.settings, clip=record.clip is not None),
        seconds=record.seconds,
        coding=coding_of(record.settings, output if isinstance(output, Mapping) else {}),
        size=record.output_size,
        frames=frames if isinstance(frames, int) and 0 < frames < 2**31 else 1,
    )


def recipe_of(settings: Mapping[str, object], *, clip: bool) -> str:
    """Name, of settings as a record has them, those that decide how long one frame or picture takes."""
    telling = (settings.get(name) for name in ("backbone", "optimizer", "size", "iterations"))
    return " ".join(map(str, ("clip" if clip else "picture", *telling)))


def coding_of(settings: Mapping[str, object], output: Mapping[str, object]) -> str:
    """Name what decides how large the file of one frame or picture is: its size, and what the encoder is told."""
    return " ".join(map(str, (settings.get("size"), *output.values())))


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


class Look:
    """One look at the files that go into items: each is looked at once, however many share it."""

    def __init__(self, hashes: HashCache) -> None:
        self._hashes = hashes
        self._seen: dict[tuple[str, str, bool, int], Input] = {}

    def inputs(self, item: Item) -> tuple[Input, ...]:
        """Give every file that goes into an item with its hash, of a clip's frames the folder's.

        Raises PictureError when one cannot be read, or is larger than the item's `max_file_size`.
        """
        most = item.settings.max_file_size
        return tuple(self._input(role, path, role == "content" and item.clip, most) for role, path in input_paths(item))

    def _input(self, role: str, path: str, clip: bool, most_bytes: int) -> Input:
        seen = self._seen.get((role, path, clip, most_bytes))
        if seen is None:
            hashed = self._hashes.sha256_of_frames if clip and os.path.isdir(path) else self._hashes.sha256
            seen = self._seen[role, path, clip, most_bytes] = Input(role, path, hashed(Path(path), most_bytes))
        return seen


def input_paths(item: Item) -> Iterable[tuple[str, str]]:
    """Give the path of every file that goes into an item, with the part it plays."""
    settings = item.settings
    paths = [("content", str(item.content))]
    paths += [("style", str(style.path)) for style in item.styles]
    paths += [("style mask", str(style.mask)) for style in item.styles if style.mask is not None]
    if is_image_init(settings.init):
        paths.append(("init", settings.init))
    for key, mask in (("masks.content", settings.masks.content), ("masks.style", settings.masks.style)):
        if mask not in (None, "alpha"):
            paths.append((key, str(mask)))
    return dict.fromkeys(paths)
