"""What a run leaves behind in its output directory, whole or dead: outputs, records, logs, temporaries."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from PIL import Image


def outputs(out: Path) -> dict[str, bytes]:
    """Give every output by its path inside the directory."""
    files = (path for path in out.rglob("*") if path.is_file() and ".stylepipe" not in path.parts)
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files if not _is_temporary(path)}


def records(out: Path) -> dict[str, dict[str, Any]]:
    """Give every record by its item."""
    folder = out / ".stylepipe" / "records"
    paths = (path for path in folder.rglob("*.json") if not _is_temporary(path))
    return {path.relative_to(folder).as_posix().removesuffix(".json"): json.loads(path.read_bytes()) for path in paths}


def assert_nothing_is_torn(out: Path) -> None:
    """See that every output is a whole picture, and that every record tells of the output that is there."""
    there = outputs(out)
    for name in there:
        with Image.open(out / name) as image:
            image.load()
    for record in records(out).values():
        data = there[record["output"]]
        assert (record["output_size"], record["output_sha256"]) == (len(data), sha256(data).hexdigest())


def unfinished(out: Path) -> list[Path]:
    """Give what is kept of items that are not finished."""
    return [*(out / ".stylepipe" / "unfinished").rglob("*")]


def temporaries(out: Path) -> list[Path]:
    """Give the files whose writers have not finished."""
    return [path for path in out.rglob("*") if _is_temporary(path)]


def events(out: Path) -> list[dict[str, Any]]:
    """Give what all runs have logged, each run's events in their order."""
    logs = sorted((out / ".stylepipe" / "runs").glob("*.jsonl"))
    return [json.loads(line) for log in logs for line in log.read_text().splitlines()]


def executions(out: Path) -> int:
    """Count how often an item was begun, for the first time or once more."""
    return sum(event["event"] in ("item_started", "item_retried") for event in events(out))


def _is_temporary(path: Path) -> bool:
    return path.name.startswith(".stylepipe-")
