"""A program gets half of the machine's memory, or what somebody has set."""

from __future__ import annotations

import subprocess
import sys

import pytest

from stylepipe.media.memory_limit import LEAST, limit_memory, most_memory

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits another process's memory")

WAITING = "import sys, resource; print(resource.getrlimit(resource.RLIMIT_DATA)[0], flush=True); sys.stdin.read()"
READS = "import sys, resource; sys.stdin.read(); print(resource.getrlimit(resource.RLIMIT_DATA)[0])"


def started(code: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_a_running_process_is_limited() -> None:
    with started(READS) as process:
        most = limit_memory(process.pid)
        said, _ = process.communicate()
    assert int(said) == most == most_memory() >= LEAST


def test_a_limit_that_somebody_has_set_stays() -> None:
    most = 2 * most_memory()
    own = f"import resource; resource.setrlimit(resource.RLIMIT_DATA, ({most},) * 2); {WAITING}"
    with started(own) as process:
        assert process.stdout is not None
        assert int(process.stdout.readline()) == most
        assert limit_memory(process.pid) == most
        process.communicate()


def test_a_process_that_has_ended_has_none() -> None:
    with started("pass") as process:
        process.wait()
    assert limit_memory(process.pid) is None
