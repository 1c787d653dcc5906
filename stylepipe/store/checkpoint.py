"""The state of a picture that is not finished, from which a run goes on as if it had never ended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from stylepipe.errors import OutputError
from stylepipe.store import atomic
from stylepipe.store.own_files import require_regular
from stylepipe.store.unfinished import clear_away

_FILE = "painting.safetensors"


class Checkpoint(NamedTuple):
    """Arrays, and plain facts beside them."""

    arrays: Mapping[str, NDArray[np.generic]]
    facts: Mapping[str, Any]


def write_checkpoint(folder: Path, key: str, checkpoint: Checkpoint) -> None:
    """Keep a state in a folder of its own, in an older one's place.

    key: all that the state belongs to. Raises OutputError when the disk refuses.
    """
    metadata = {"key": key, "facts": json.dumps(checkpoint.facts, allow_nan=False)}
    path = folder / _FILE
    try:
        with atomic.replacing(path) as file:
            save_file(dict(checkpoint.arrays), file.name, metadata)
    except SafetensorError as error:
        raise OutputError(f"{path}: cannot be written: {error}; free some space and run again") from error


def read_checkpoint(folder: Path, key: str, most_bytes: int) -> Checkpoint | None:
    """Give the state that was kept with this key; None when there is none, or only what cannot be read.

    most_bytes: that the state can have; a larger file is none, since all of it would be read into memory.
    """
    try:
        require_regular(folder / _FILE, most_bytes)
        with safe_open(folder / _FILE, "numpy") as file:
            metadata = file.metadata() or {}
            if metadata.get("key") != key:
                return None
            names, facts = file.keys(), json.loads(metadata["facts"])
            return (
                Checkpoint({name: file.get_tensor(name) for name in names}, facts) if isinstance(facts, dict) else None
            )
    except (OSError, SafetensorError, ValueError, KeyError, RecursionError, MemoryError):
        return None


def remove_checkpoint(folder: Path) -> None:
    """Remove the state, once the picture is in its place."""
    if (folder / _FILE).exists():
        clear_away(folder)
