"""A report of a failure that nobody foresaw, for the person who will mend it."""

from __future__ import annotations

import platform
import sys
import traceback
from pathlib import Path

from stylepipe import __version__
from stylepipe.store import atomic
from stylepipe.store.clock import utc_now


def write_crash_report(folder: Path, error: BaseException) -> Path:
    """Write what happened, with versions and traceback, into a folder; give the report's path.

    Raises OutputError when the disk refuses.
    """
    stamp = utc_now("milliseconds").translate({ord(sign): None for sign in "-:."})
    path = folder / f"crash-{stamp}.txt"
    lines = [
        f"stylepipe {__version__}, Python {platform.python_version()}, {platform.platform()}",
        f"command: {' '.join(sys.argv)}",
        "",
        *(line.rstrip("\n") for line in traceback.format_exception(error)),
        "",
    ]
    # File names that are no valid UTF-8 must not keep the report from being written.
    atomic.write_bytes(path, "\n".join(lines).encode("utf-8", "backslashreplace"))
    return path
