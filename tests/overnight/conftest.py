"""What the nights share: a small batch, the program that is ended anywhere, and the program as it is called."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import PIPE, Popen
from typing import NamedTuple

import pytest

from stylepipe.cli.run import run as run_command

from ..cli.conftest import Start, end, start, stylepipe, surroundings
from ..conftest import save_picture

__all__ = ["end", "start", "stylepipe", "surroundings"]

HAS_WORKERS = any(parameter.name == "workers" for parameter in run_command.params)
IN_PROCESS = ("--workers", "0") if HAS_WORKERS else ()
"""What makes a run paint in the process itself, as the failpoints of `dying` want it."""

FAILPOINTS = Path(__file__).with_name("failpoints")
JOB = """
defaults: {{size: 64, iterations: 2, pyramid: false{more}}}
jobs:
  - {{contents: photos, styles: art}}
"""

Dying = Callable[..., "Ended"]
Batch = Callable[..., Path]


class Ended(NamedTuple):
    """How a run ended, as subprocess says it, how many seconds it took, and what it said."""

    code: int
    seconds: float
    err: str


@pytest.fixture(scope="session")
def server() -> Iterator[Popen[str]]:
    """Have one process with torch ready for all runs."""
    command = [sys.executable, str(Path(__file__).with_name("dying.py"))]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with Popen(command, stdin=PIPE, stdout=PIPE, text=True, env=environment) as process:
        assert process.stdin is not None
        yield process
        process.stdin.close()


@pytest.fixture
def dying(server: Popen[str]) -> Dying:
    """Run `stylepipe run ... --quiet` in a process of its own that ends at a failpoint, or after so many seconds."""
    assert server.stdin is not None
    assert server.stdout is not None

    def run(*arguments: object, failpoint: str = "", by: int = signal.SIGKILL, after: float | None = None) -> Ended:
        words = ["run", *map(str, arguments), "--quiet", *IN_PROCESS]
        print(json.dumps([os.getcwd(), words, failpoint, int(by), after]), file=server.stdin, flush=True)
        return Ended(*json.loads(server.stdout.readline()))

    return run


@pytest.fixture
def batch(tmp_path: Path) -> Batch:
    """Write so many photographs and artworks, no two alike, and a job of all pairs; `more` are more defaults."""

    def write(photographs: int = 3, artworks: int = 2, more: str = "") -> Path:
        for number in range(photographs):
            save_picture(tmp_path / "photos" / f"photo{number}.png", 64, 48, seed=number)
        for number in range(artworks):
            save_picture(tmp_path / "art" / f"art{number}.png", 48, 64, seed=100 + number)
        file = tmp_path / "job.yaml"
        file.write_text(JOB.format(more=more and f", {more}"))
        return file

    return write


@pytest.fixture
def struck(start: Start) -> Start:
    """Start the program itself, and all processes that it starts, with a failpoint."""

    def run(*arguments: object, failpoint: str, **environment: str) -> Popen[str]:
        path = os.pathsep.join(filter(None, [str(FAILPOINTS), os.environ.get("PYTHONPATH")]))
        return start(*arguments, STYLEPIPE_FAILPOINT=failpoint, PYTHONPATH=path, **environment)

    return run


def wait_until_stopped(process: Popen[str]) -> None:
    """Wait until a process has stopped itself, as it does at a failpoint that says stop."""
    ended = os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
    assert ended is not None
    assert ended.si_code == os.CLD_STOPPED, process.communicate()[1]
