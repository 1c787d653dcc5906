"""What happened in a run, as JSON lines: for people and their tools afterwards, never read to decide what is due."""

from __future__ import annotations

import json
import os
from pathlib import Path

from stylepipe.store import atomic
from stylepipe.store.clock import utc_now
from stylepipe.store.places import runs_folder


def event_line(event: str, **fields: object) -> str:
    """Write an event as one line of JSON: `time` and `event` first, then its own fields in the order given."""
    return json.dumps({"time": utc_now("milliseconds"), "event": event, **fields}, default=str)


class RunLog:
    """The log of one run, at `.stylepipe/runs/<UTC time>-<process>.jsonl`; a reader sees each event at once."""

    def __init__(self, output_dir: Path) -> None:
        stamp = utc_now().replace("-", "").replace(":", "")
        self.path = runs_folder(output_dir) / f"{stamp}-{os.getpid()}.jsonl"

    def write(self, event: str, **fields: object) -> None:
        """Append one event; raises OutputError when the disk refuses."""
        atomic.append_line(self.path, event_line(event, **fields))
