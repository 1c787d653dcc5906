"""What a worker's process does: it paints what it is handed, one item after the other, with its networks loaded once.

It speaks with the run's process alone, through a pipe, and ends with it: the lock on the output directory is gone then,
and another run may paint there.
"""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import dataclass
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait

from stylepipe.batch.events import Progress
from stylepipe.batch.task import Failed, Outcome, Reach, Task
from stylepipe.errors import EnvironmentLacksError, ExitCode, StoppedError


@dataclass(frozen=True)
class Ready:
    """A worker can paint. devices: all that painting may be spread over."""

    devices: tuple[str, ...]


@dataclass(frozen=True)
class Stop:
    """Asks a worker to keep what there is of its item, and to end."""


@dataclass(frozen=True)
class Stopped:
    """A worker has kept what there is of its item, and ends."""


Message = Ready | Progress | Outcome | Stopped | EnvironmentLacksError
"""What a worker says."""


def work(connection: Connection, device: str, threads: int) -> None:
    """Paint every Task that comes through the pipe, until something else comes. threads: of torch, on a CPU."""
    _end_with_the_run()
    _leave_signals_to_the_run()
    os.environ["OMP_NUM_THREADS"] = str(threads)  # torch, which is not loaded yet, starts no more
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from stylepipe.batch.attempt import attempt
    from stylepipe.batch.devices import choose_device, spread
    from stylepipe.batch.networks import Networks

    run = _Run(connection)
    try:
        networks = Networks(choose_device(device))
    except EnvironmentLacksError as error:
        run.tell(error)
        return
    run.tell(Ready(spread(device, networks.device)))
    while isinstance(task := run.next(), Task):
        try:
            outcome = attempt(task, networks, run.progress)
        except StoppedError:
            run.tell(Stopped())
            return
        run.tell(outcome)
        if isinstance(outcome, Failed) and outcome.reach is Reach.PROCESS:
            return


class _Run:
    """The run, as its worker sees it: where it is gone, there is nothing left to do."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def next(self) -> object:
        try:
            return self._connection.recv()
        except (EOFError, OSError):
            os._exit(1)

    def tell(self, message: Message) -> None:
        try:
            self._connection.send(message)
        except OSError:
            os._exit(1)

    def progress(self, progress: Progress) -> None:
        """Tell of a step; raises StoppedError where the painting may end and is asked to."""
        self.tell(progress)
        if progress.may_stop and self._connection.poll():
            raise StoppedError(ExitCode.TERMINATED)


def _leave_signals_to_the_run() -> None:
    """Ignore what a terminal or a service manager sends to every process: the run decides what it means."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)


def _end_with_the_run() -> None:
    """End this process as soon as the run's does, however that ends."""
    run = parent_process()
    assert run is not None

    def watch() -> None:
        wait([run.sentinel])
        os._exit(1)

    threading.Thread(target=watch, name="watch-run", daemon=True).start()
