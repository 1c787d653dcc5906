"""A worker paints what comes through its pipe, leaves signals to the run, and ends where it is asked to."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path

import psutil
import pytest

from stylepipe import load_spec
from stylepipe.batch.events import Progress
from stylepipe.batch.plan import plan
from stylepipe.batch.task import Done, Failed, Task
from stylepipe.batch.worker import Message, Ready, Stop, Stopped, work
from stylepipe.store.places import all_unfinished

from .conftest import Job, outputs_in

ONE = "jobs:\n  - contents: photos/cat.png\n    styles: art/night.png\n"


@pytest.fixture
def worker() -> Iterator[tuple[SpawnProcess, Connection]]:
    """Start a worker; give it, and the run's end of the pipe."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=work, args=(theirs, "cpu", 1), daemon=True)
    process.start()
    theirs.close()
    yield process, ours
    process.kill()
    process.join()


def hear(connection: Connection) -> Message:
    assert connection.poll(60)
    message: Message = connection.recv()
    return message


def last_word(connection: Connection) -> Message:
    """Give the next message by which a turn ends."""
    while not isinstance(message := hear(connection), Done | Failed | Stopped):
        pass
    return message


def test_it_paints_one_item_after_the_other_until_it_is_asked_to_keep_what_there_is(
    worker: tuple[SpawnProcess, Connection], job: Job, tmp_path: Path
) -> None:
    process, connection = worker
    file = job(ONE)
    assert hear(connection) == Ready(("cpu",))
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # as a terminal and a service manager send to all
        psutil.Process(process.pid).send_signal(name)
    connection.send(Task(*plan(load_spec(file))))
    done = last_word(connection)
    assert isinstance(done, Done)
    assert done.device == "cpu (1 thread)"

    connection.send(Task(*plan(load_spec(file, {"iterations": 100000, "output.dir": "long"}))))
    assert isinstance(hear(connection), Progress)
    connection.send(Stop())
    assert last_word(connection) == Stopped()
    process.join(20)
    assert process.exitcode == 0
    assert [*all_unfinished(tmp_path / "long").rglob("*.safetensors")]
    assert [*outputs_in(tmp_path / "out")] == ["cat--night.png"]
