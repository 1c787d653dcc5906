"""One JSON record for each finished item: what it was made from, how it went, what came out."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import chain
from pathlib import Path
from typing import Any

from pydantic_core import from_json

from stylepipe.store import atomic
from stylepipe.store.own_files import read_own
from stylepipe.store.places import is_path, items_in, record_path, records_folder, stays_inside

SCHEMA_VERSION = 1
"""Raised when an older stylepipe could not make sense of a newer record."""

LOSS_ROWS = 100
"""Rows of losses kept, evenly spread: enough to draw their curve. Reading them is most of what a record costs, and a
plan reads thousands: 12 000 records take about a second."""

_MOST_BYTES = 4 * 2**20
_MOST = 2**63
"""What no count, and no number of seconds, reaches."""
_SHA256 = re.compile(r"[0-9a-f]{64}")
"""Small pictures are called by it, so that no other text may stand in its place."""

LossRow = Sequence[float]
"""Iteration, total, content, style, total variation; of a clip, the frame and its last losses."""


@dataclass(frozen=True)
class Input:
    """A file that went into a picture: its part (content, style, mask ...), where it lay, and what it held."""

    role: str
    path: str
    sha256: str


@dataclass(frozen=True)
class Record:
    """What is known of a finished item.

    output: relative to the output directory, with slashes. identity: see `fingerprint.Identity`. settings: all of
    them, as resolved. weights_sha256: of the whole file. seconds: the item took. iterations: over all scales.
    finished: UTC, ISO-8601. notes: what a person should know, such as "no snapshot 300:
    painted in 200 iterations". clip: of a clip, how many frames and shots, who read and who encoded it, and
    how steady it is.
    """

    item: str
    output: str
    fingerprint: str
    identity: Mapping[str, Any]
    inputs: Sequence[Input]
    settings: Mapping[str, Any]
    weights_sha256: str
    versions: Mapping[str, str]
    device: str
    seconds: float
    iterations: int
    output_sha256: str
    output_size: int
    finished: str
    losses: Sequence[LossRow] = ()
    notes: Sequence[str] = ()
    clip: Mapping[str, Any] | None = None
    schema_version: int = SCHEMA_VERSION


@dataclass(frozen=True)
class UnreadableRecord:
    """A record that is there but makes no sense: torn by other hands, or from a newer stylepipe."""

    path: Path
    why: str


def read_record(output_dir: Path, item: str) -> Record | UnreadableRecord | None:
    """Give an item's record; None when there is none. A record that cannot be read is never an error, only due."""
    path = record_path(output_dir, item)
    try:
        content = _parsed(read_own(path, _MOST_BYTES))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        return UnreadableRecord(path, str(error))
    if why := _problem(content):
        return UnreadableRecord(path, why)
    known = {name: content.get(name) for name in _KINDS}  # pictures of older releases have no `clip`
    return Record(**known | {"inputs": [Input(**entry) for entry in content["inputs"]]})


def _parsed(text: bytes) -> Any:
    """Parse JSON three times as fast as `json` does: a plan reads a record for every item that was ever painted."""
    try:
        return from_json(text, allow_inf_nan=False)
    except ValueError as error:
        if "recursion" in str(error):  # `json` would read on, and whoever shows the values would give up
            raise
        # It does not know the halves of surrogates that stand for bytes of names that are not UTF-8.
        return json.loads(text, parse_constant=_no_number)


def all_records(output_dir: Path) -> Iterator[Record | UnreadableRecord]:
    """Give the record of each item that has one, by name."""
    for item in items_in(records_folder(output_dir)):
        record = read_record(output_dir, item)
        if record is not None:
            yield record


def withdraw_record(output_dir: Path, item: str) -> None:
    """Take an item's record back, before its output is replaced: a record must never stand beside another's output.

    Raises OutputError when the disk refuses.
    """
    atomic.remove(record_path(output_dir, item))


def write_record(output_dir: Path, record: Record) -> None:
    """Put an item's record in place, after its output: a record is a promise that the output is whole.

    Of the losses, at most LOSS_ROWS rows are kept, with six digits. Raises OutputError when the disk refuses.
    """
    content = asdict(record) | {"losses": _thinned(record.losses)}
    # ASCII, so that file names which are not valid UTF-8 come back as they were.
    atomic.write_text(record_path(output_dir, record.item), json.dumps(content, separators=(",", ":")) + "\n")


_KINDS: dict[str, type | tuple[type, ...]] = {
    "schema_version": int,
    "item": str,
    "output": str,
    "fingerprint": str,
    "identity": dict,
    "inputs": list,
    "settings": dict,
    "weights_sha256": str,
    "versions": dict,
    "device": str,
    "seconds": (int, float),
    "iterations": int,
    "output_sha256": str,
    "output_size": int,
    "finished": str,
    "losses": list,
    "notes": list,
    "clip": (dict, type(None)),
}
assert set(_KINDS) == {field.name for field in fields(Record)}

_INPUT_KEYS = {field.name for field in fields(Input)}


def _problem(content: object) -> str | None:
    """Say what keeps a parsed record from being one; what follows may then rely on its types."""
    if not isinstance(content, dict):
        return "it is no JSON object"
    version = content.get("schema_version")
    if isinstance(version, int) and version > SCHEMA_VERSION:
        return f"a newer stylepipe wrote it (schema {version}, this one knows {SCHEMA_VERSION})"
    for name, kind in _KINDS.items():
        value = content.get(name)
        if not isinstance(value, kind) or isinstance(value, bool):
            return f"{name} is missing or of the wrong type"
    if not (stays_inside(content["item"]) and stays_inside(content["output"])):
        return "its output lies outside the output directory"
    if not all(0 <= content[name] < _MOST for name in ("seconds", "iterations", "output_size")):
        return "a number is out of range"
    if not _SHA256.fullmatch(content["output_sha256"]):
        return "output_sha256 is no SHA-256"
    if not all(map(_is_input, content["inputs"])):
        return "inputs are of the wrong form"
    if not ({*map(type, content["losses"])} <= {list} and {*map(len, content["losses"])} <= {5}):
        return "losses are of the wrong form"
    numbers = [*chain.from_iterable(content["losses"])]
    if not (
        {*map(type, numbers)} <= {int, float} and -_MOST < min(numbers, default=0) <= max(numbers, default=0) < _MOST
    ):
        return "losses are no numbers"
    if not all(isinstance(note, str) for note in content["notes"]):
        return "notes are no texts"
    return None


def _is_input(entry: object) -> bool:
    if not (isinstance(entry, dict) and entry.keys() == _INPUT_KEYS and {*map(type, entry.values())} == {str}):
        return False
    return is_path(entry["path"]) and _SHA256.fullmatch(entry["sha256"]) is not None


def _no_number(text: str) -> float:
    """Refuse what Python writes for a number that is none, and JSON does not know."""
    raise ValueError(f"{text} is no number")


def _thinned(losses: Sequence[LossRow]) -> list[list[float]]:
    """Keep the first, the last and evenly spread rows between; rows that are no numbers draw no curve."""
    rows = [row for row in losses if all(map(math.isfinite, row))]
    if len(rows) > LOSS_ROWS:
        last = len(rows) - 1
        rows = [rows[round(k * last / (LOSS_ROWS - 1))] for k in range(LOSS_ROWS)]
    return [[int(row[0]), *(float(f"{value:.6g}") for value in row[1:])] for row in rows]
