"""What kept an item from being painted: one small JSON file for each that failed, until it succeeds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from stylepipe.store import atomic
from stylepipe.store.own_files import read_own
from stylepipe.store.places import failure_path, failures_folder, items_in


@dataclass(frozen=True)
class Failure:
    """How an item failed last.

    kind: the error's class, such as PictureError. fingerprint: of what was asked for, None when an input could not be
    read. attempts: how often it was tried. when: UTC, ISO-8601.
    """

    item: str
    kind: str
    message: str
    fingerprint: str | None
    attempts: int
    when: str

    @property
    def reason(self) -> str:
        """Give the first line of the message, without the item's name, which stands beside it."""
        return self.message.removeprefix(f"{self.item}: ").partition("\n")[0]


def write_failure(output_dir: Path, failure: Failure) -> None:
    """Keep how an item failed, in place of how it did before; raises OutputError when the disk refuses."""
    # ASCII, so that file names which are not valid UTF-8 come back as they were.
    atomic.write_text(failure_path(output_dir, failure.item), json.dumps(asdict(failure)) + "\n")


def read_failure(output_dir: Path, item: str) -> Failure | None:
    """Give how an item failed last; None when it did not, or when that cannot be read."""
    try:
        content = json.loads(read_own(failure_path(output_dir, item)))
    except (OSError, ValueError, RecursionError):
        return None
    return Failure(**{name: content[name] for name in _KINDS}) if _is_failure(content, item) else None


def clear_failure(output_dir: Path, item: str) -> None:
    """Forget that an item failed, if it did: it is painted now."""
    with suppress(OSError):  # of an item that is up to date, nobody asks
        failure_path(output_dir, item).unlink()


def all_failures(output_dir: Path) -> list[Failure]:
    """List how each item failed that did, by name."""
    found = (read_failure(output_dir, item) for item in items_in(failures_folder(output_dir)))
    return [failure for failure in found if failure is not None]


_KINDS: Mapping[str, type | tuple[type, ...]] = {
    "item": str,
    "kind": str,
    "message": str,
    "fingerprint": (str, type(None)),
    "attempts": int,
    "when": str,
}
assert set(_KINDS) == {field.name for field in fields(Failure)}


def _is_failure(content: object, item: str) -> bool:
    return (
        isinstance(content, dict)
        and all(isinstance(content.get(name), kind) for name, kind in _KINDS.items())
        and content["item"] == item
    )
