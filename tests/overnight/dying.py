"""A process that runs `stylepipe` once for each line it reads, and ends it where the line says.

A line is JSON: [FOLDER, ARGUMENTS, FAILPOINT, SIGNAL, SECONDS]: a run in that folder comes upon that failpoint (see
failpoints/sitecustomize.py; none if empty), or receives that signal after so many seconds (none if null). The answer is
a line of JSON, too: how the run ended, as subprocess says it, the seconds it took, and what it said. torch is loaded
once for all runs, so that a run takes a tenth of a second.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from threading import Timer

from failpoints import sitecustomize


def run(folder: str, arguments: list[str], failpoint: str, stderr: int) -> None:
    """Run the program in this process."""
    from stylepipe.cli.main import main

    os.chdir(folder)
    os.dup2(stderr, 2)
    if failpoint:
        sitecustomize.arm(failpoint)
    try:
        main(arguments)
    except SystemExit as end:
        sys.stderr.flush()
        os._exit(int(end.code or 0))  # taking torch down takes longer than the run


def answers() -> Iterator[str]:
    """Carry out each line."""
    for line in sys.stdin:
        folder, arguments, failpoint, signal, seconds = json.loads(line)
        with tempfile.TemporaryFile() as stderr:
            began = time.monotonic()
            process = os.fork()
            if not process:
                run(folder, arguments, failpoint, stderr.fileno())
            code = ended(process, signal, seconds)
            took = time.monotonic() - began
            stderr.seek(0)
            yield json.dumps([code, took, stderr.read().decode(errors="replace")])


def ended(process: int, signal: int, seconds: float | None) -> int:
    """Wait for a process, and send it a signal once its time is up."""

    def end() -> None:
        with suppress(ProcessLookupError):
            os.kill(process, signal)

    if seconds is None:
        return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    timer = Timer(seconds, end)
    timer.start()
    os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)  # until it is reaped, its number is nobody else's
    timer.cancel()
    timer.join()
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


if __name__ == "__main__":
    import stylepipe.batch.painter
    import stylepipe.cli.main  # noqa: F401

    for answer in answers():
        print(answer, flush=True)
