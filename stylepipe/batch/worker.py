"""What a worker's process does: it paints what it is handed, one item after the other, with its networks loaded once.

While one picture is painted, the next ones' files are read and the last ones' are written, each in a thread of its own.
It speaks with the run's process alone, through a pipe, and ends with it: the lock on the output directory is gone then,
and another run may paint there.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING

from stylepipe.batch.events import Progress
from stylepipe.batch.pace import most_upcoming
from stylepipe.batch.task import Failed, Outcome, Reach, Task
from stylepipe.errors import EnvironmentLacksError, ExitCode, StoppedError, TransientError

if TYPE_CHECKING:
    from stylepipe.batch.networks import Networks
    from stylepipe.batch.painting_ahead import PaintingAhead
    from stylepipe.batch.reading_ahead import ReadingAhead


@dataclass(frozen=True)
class Ready:
    """A worker can paint. devices: all that painting may be spread over."""

    devices: tuple[str, ...]


@dataclass(frozen=True)
class Painted:
    """A worker can paint the next item; the outcome of this one comes when its file is made, in the order of turns."""


@dataclass(frozen=True)
class Stop:
    """Asks a worker to keep what there is of its item, and to end."""


@dataclass(frozen=True)
class Stopped:
    """A worker has kept what there is of its item, and ends."""


Message = Ready | Progress | Painted | Outcome | Stopped | EnvironmentLacksError
"""What a worker says."""


def work(connection: Connection, device: str, threads: int) -> None:
    """Paint every Task that comes through the pipe, until something else comes. threads: of torch, on a CPU."""
    _end_with_the_run()
    _leave_signals_to_the_run()
    os.environ["OMP_NUM_THREADS"] = str(threads)  # torch, which is not loaded yet, starts no more
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from stylepipe.batch.devices import choose_device, spread
    from stylepipe.batch.networks import Networks
    from stylepipe.batch.painting_ahead import PaintingAhead
    from stylepipe.batch.reading_ahead import ReadingAhead

    run, finishing = _Run(connection), _Finishing()
    try:
        networks = Networks(choose_device(device))
    except EnvironmentLacksError as error:
        run.tell(error)
        return
    run.tell(Ready(spread(device, networks.device)))
    reading = ReadingAhead()
    worker = _Worker(networks, run, reading, PaintingAhead(networks, reading, run.mind), finishing)
    while isinstance(task := run.next(), Task):
        try:
            if not worker.have_a_turn(task):
                return
        except StoppedError:
            finishing.wait()
            run.tell(Stopped())
            return
    finishing.wait()


@dataclass(eq=False)
class _Worker:
    """Who has one turn after the other."""

    networks: Networks
    run: _Run
    reading: ReadingAhead
    painting: PaintingAhead
    finishing: _Finishing

    def have_a_turn(self, task: Task) -> bool:
        """Paint an item and tell how it ended, or have its file made meanwhile; False where this process is spoilt."""
        if task.alone:
            self.finishing.wait()
        outcome = self._painted(task)
        if isinstance(outcome, Outcome):
            self.finishing.wait()  # outcomes come in the order of turns
            self.run.tell(outcome)
            return not (isinstance(outcome, Failed) and outcome.reach is Reach.PROCESS)
        self.finishing.wait(but=most_upcoming(self.networks.device.type) // 2)
        self.run.tell(Painted())
        self.finishing.begin(outcome, self.run.tell)
        return True

    def _painted(self, task: Task) -> Outcome | Callable[[], Outcome]:
        """Paint an item, and read the next ones' files from its first step on: by then its own are read."""
        from stylepipe.batch.attempt import paint

        item = task.planned.item
        if not (self.painting.has(item) or self.reading.is_free_for(item)):
            error = TransientError(f"{item.name}: the process that was to paint it hangs in the files of another item")
            return Failed(error, Reach.PROCESS)

        def on_progress(progress: Progress) -> None:
            self.run.progress(progress)
            self.reading.begin(task.upcoming, item.settings)

        return paint(task, self.networks, on_progress, partial(self.painting.paint, upcoming=task.upcoming))


class _Finishing:
    """Makes one picture's file after the other, in a thread of its own."""

    def __init__(self) -> None:
        self._threads = deque[threading.Thread]()

    def begin(self, finish: Callable[[], Outcome], tell: Callable[[Message], None]) -> None:
        """Have a file made behind those that were begun before, and tell how that ended."""
        before = self._threads[-1] if self._threads else None

        def make() -> None:
            if before is not None:
                before.join()
            tell(finish())

        self._threads.append(threading.Thread(target=make, name="finish", daemon=True))
        self._threads[-1].start()

    def wait(self, *, but: int = 0) -> None:
        """Wait until it has told how all ended, but for so many."""
        while len(self._threads) > but:
            self._threads.popleft().join()


class _Run:
    """The run, as its worker sees it: where it is gone, there is nothing left to do."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._telling = threading.Lock()

    def next(self) -> object:
        try:
            return self._connection.recv()
        except (EOFError, OSError):
            os._exit(1)

    def tell(self, message: Message) -> None:
        try:
            with self._telling:
                self._connection.send(message)
        except OSError:
            os._exit(1)

    def progress(self, progress: Progress) -> None:
        """Tell of a step; raises StoppedError where the painting may end and is asked to."""
        self.tell(progress)
        self.mind(progress)

    def mind(self, progress: Progress) -> None:
        """Raise StoppedError where a painting may end and is asked to."""
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
