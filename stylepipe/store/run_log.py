"""What happened in a run, as JSON lines: for people and their tools afterwards, never read to decide what is due."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stylepipe.store import atomic
from stylepipe.store.clock import utc_now
from stylepipe.store.own_files import read_own
from stylepipe.store.places import runs_folder


def event_line(event: str, **fields: object) -> str:
    """Write an event as one line of JSON: `time` and `event` first, then its own fields in the order given."""
    return json.dumps({"time": utc_now("milliseconds"), "event": event, **fields}, default=str)


@dataclass(frozen=True)
class LastRun:
    """How the last run in an output directory went, by its log.

    began, last_heard: UTC, ISO-8601; a run that ended was last heard when it did. ended: whether it said that it did.
    exit_code: None without an end. done, failed: items of this run, as far as it came. command: as it was typed.
    """

    began: str
    last_heard: str
    ended: bool
    done: int
    failed: int
    exit_code: int | None
    command: tuple[str, ...] = ()


def last_run(output_dir: Path) -> LastRun | None:
    """Read the newest log of an output directory; None when there is none, or nothing in it."""
    log = max(runs_folder(output_dir).glob("*.jsonl"), key=lambda path: path.name, default=None)
    lines = list(_lines(log)) if log is not None else []
    if not lines:
        return None
    told = Counter(str(line.get("event")) for line in lines)
    end = lines[-1] if lines[-1].get("event") == "run_finished" else {}
    exit_code, command = end.get("exit_code"), lines[0].get("command")
    return LastRun(
        began=lines[0]["time"],
        last_heard=lines[-1]["time"],
        ended=bool(end),
        done=told["item_done"],
        failed=told["item_failed"],
        exit_code=exit_code if isinstance(exit_code, int) else None,
        command=tuple(map(str, command)) if isinstance(command, list) else (),
    )


def _lines(log: Path) -> Iterator[Mapping[str, Any]]:
    """Give a log's lines that are whole: the last one of a run that was killed may not be."""
    try:
        texts = read_own(log).decode(errors="replace").splitlines()
    except OSError:
        return
    for text in texts:
        try:
            line = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(line, dict) and isinstance(line.get("time"), str):
            yield line


class RunLog:
    """The log of one run, at `.stylepipe/runs/<UTC time>-<process>.jsonl`; a reader sees each event at once."""

    def __init__(self, output_dir: Path) -> None:
        stamp = utc_now().replace("-", "").replace(":", "")
        self.path = runs_folder(output_dir) / f"{stamp}-{os.getpid()}.jsonl"

    def write(self, event: str, **fields: object) -> None:
        """Append one event; raises OutputError when the disk refuses."""
        atomic.append_line(self.path, event_line(event, **fields))
