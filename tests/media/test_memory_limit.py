"""A program gets half of the machine's memory, or what little has been allowed from outside."""

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


def test_a_stricter_limit_stays() -> None:
    strict = f"import resource; resource.setrlimit(resource.RLIMIT_DATA, ({2**30},) * 2); {WAITING}"
    with started(strict) as process:
        assert process.stdout is not None
        assert int(process.stdout.readline()) == 2**30
        assert limit_memory(process.pid) == 2**30
        process.communicate()


def test_a_process_that_has_ended_has_none() -> None:
    with started("pass") as process:
        process.wait()
    assert limit_memory(process.pid) is None
