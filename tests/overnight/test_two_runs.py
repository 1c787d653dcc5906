"""Two lines of cron that overlap: the second says who is at work since when, and is gone within a second."""

from __future__ import annotations

import re
import resource
import signal
import socket

from ..cli.conftest import Start, Stylepipe
from .aftermath import executions, outputs
from .conftest import IN_PROCESS, Batch, wait_until_stopped


def test_the_second_run_says_who_holds_the_folder_since_when_and_costs_a_second_at_most(
    batch: Batch, struck: Start, end: Stylepipe
) -> None:
    file = batch(1, 2)
    first = struck("run", file, *IN_PROCESS, failpoint="before_fsync:1:stop")
    wait_until_stopped(first)

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    second = end("run", file, "--quiet")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert (second.code, second.out) == (75, "")
    who = rf"process {first.pid} on {re.escape(socket.gethostname())} \(.*run {re.escape(str(file))}.*\)"
    since = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
    assert re.fullmatch(
        rf"stylepipe: {file.parent}/out: another run holds this output directory since {since}: {who}; .*\n", second.err
    )
    # Its own work, which waiting for a core does not lengthen; with torch it would be more.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1.5

    first.send_signal(signal.SIGCONT)
    first.communicate(timeout=60)
    assert first.returncode == 0
    assert len(outputs(file.parent / "out")) == executions(file.parent / "out") == 2
