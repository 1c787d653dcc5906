"""Why an item is due, in words: `new`, `content changed`, `iterations 300 -> 500`, `algorithm 3 -> 4`."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from stylepipe.errors import PictureError
from stylepipe.spec.formats import FRAMES
from stylepipe.store.fingerprint import Identity, fingerprint
from stylepipe.store.hashing import sha256_of_output
from stylepipe.store.records import Record, UnreadableRecord

_LONGEST = 400
"""Characters of a value, or of the parts of a list, that are shown."""
_MOST = 4
"""How many changes are said one by one; a line in a terminal has no room for more."""


def why_due(
    record: Record | UnreadableRecord | None, identity: Identity, output: Path, *, verify: bool = False
) -> str | None:
    """Compare what was painted with what is asked for now; None when the item is up to date; verify: as `damage`."""
    if record is None:
        return "new"
    if isinstance(record, UnreadableRecord):
        return "record unreadable"
    if record.fingerprint != fingerprint(identity):
        changes = list(dict.fromkeys(_changes(record.identity, identity))) or ["record does not match its fingerprint"]
        more = [f"and {len(changes) - _MOST} more"] if len(changes) > _MOST else []
        return ", ".join(changes[:_MOST] + more)
    return damage(record, output, verify=verify)


def damage(record: Record, output: Path, *, verify: bool = False) -> str | None:
    """Say what is wrong with an output by its record; None when it is what was painted.

    verify: compare its hash, too, which means to read all of it.
    """
    frames = _part(record.identity, "output").get("format") == FRAMES
    size = output_size(output, frames=frames)
    if size is None:
        return "output missing"
    if size != record.output_size:
        return "output changed size"
    if not verify:
        return None
    try:
        sha256 = sha256_of_output(output, frames=frames)
    except PictureError:
        return "output cannot be read"
    return None if sha256 == record.output_sha256 else "output is not what was painted"


def output_size(output: Path, *, frames: bool = False) -> int | None:
    """Measure an output in bytes, as its record remembers it; None when it is not there, or something else is.

    frames: it is a folder of frames, whose size is that of all files in it.
    """
    try:
        if frames:
            with os.scandir(output) as entries:
                return sum(entry.stat().st_size for entry in entries if entry.is_file())
        status = output.stat()
    except OSError:
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def _changes(before: Mapping[str, object], now: Identity) -> Iterator[str]:
    """Name each difference, the most telling first; a record's identity may come from an older stylepipe."""
    was, asked = _part(before, "settings"), now["settings"]
    if before.get("algorithm") != now["algorithm"]:
        yield _step("algorithm", before.get("algorithm"), now["algorithm"])
    if before.get("content") != now["content"]:
        yield "content changed"
    yield from _style_changes(before.get("styles"), now)
    was_files, files = _part(before, "files"), now["files"]
    for key in dict.fromkeys([*files, *was_files]):
        # `init content -> file` is said with the settings.
        if was_files.get(key) != files.get(key) and was.get(key) == asked.get(key):
            yield _changed(key)
    # Another backbone has other weights; that goes without saying.
    if before.get("weights") != now["weights"] and was.get("backbone") == asked.get("backbone"):
        yield "weights changed"
    yield from _value_changes(was, asked)
    yield from _value_changes(_part(before, "output"), now["output"])


def _style_changes(before: object, now: Identity) -> Iterator[str]:
    styles = now["styles"]
    if not isinstance(before, list) or not all(isinstance(style, Mapping) for style in before):
        yield "style changed"
        return
    if [style.get("sha256") for style in before] != [style["sha256"] for style in styles]:
        yield "style changed"
        return
    for was, asked in zip(before, styles, strict=True):
        if was.get("share") != asked["share"]:
            yield _step("style weight", was.get("share"), asked["share"])
        if was.get("scale") != asked["scale"]:
            yield _step("style_scale", was.get("scale"), asked["scale"])
        if was.get("mask") != asked["mask"]:
            yield "mask changed"


def _value_changes(before: Mapping[str, object], now: Mapping[str, object]) -> Iterator[str]:
    for key in dict.fromkeys([*now, *before]):
        if before.get(key) != now.get(key):
            yield _changed(key) if key.startswith("masks.") else _step(key, before.get(key), now.get(key))


def _part(identity: Mapping[str, object], name: str) -> Mapping[str, object]:
    part = identity.get(name)
    return part if isinstance(part, Mapping) else {}


def _changed(key: str) -> str:
    return "mask changed" if key.startswith("masks.") else f"{key} changed"


def _step(key: str, before: object, now: object) -> str:
    return f"{key} {_shown(before)} -> {_shown(now)}"


def _shown(value: object) -> str:
    """Show a value as one would write it in a job file."""
    if value is None or isinstance(value, bool):
        return {None: "none", True: "true", False: "false"}[value]
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, list | tuple):
        shown = [_shown_part(part) for part in value[:_LONGEST]]
        value = shown[0] if len(shown) == 1 else f"[{', '.join(shown)}]"
    elif isinstance(value, Mapping):
        value = f"{{{', '.join(f'{key}: {_shown_part(part)}' for key, part in value.items())}}}"
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _shown_part(value: object) -> str:
    """Show a part of a value; no setting's parts have parts, only a record that somebody has changed may."""
    return "..." if isinstance(value, list | tuple | Mapping) else _shown(value)
