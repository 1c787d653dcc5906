"""Painting in worker processes of this machine, one for each device: what befalls one costs its own item only.

The process that runs only hands out items and listens; it never loads torch.
"""

from __future__ import annotations

import signal
import sys
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import MappingProxyType, ModuleType
from typing import cast

from stylepipe.batch import events
from stylepipe.batch.crew import EnoughError
from stylepipe.batch.events import Listener, Progress
from stylepipe.batch.machine import Crowd
from stylepipe.batch.pace import most_upcoming
from stylepipe.batch.plan import Planned
from stylepipe.batch.task import Divided, Done, Failed, Outcome, Reach, killed_at_timeout
from stylepipe.batch.turns import Turn, Turns
from stylepipe.batch.worker import Message, Painted, Ready, Stop, Stopped, work
from stylepipe.errors import EnvironmentLacksError, StoppedError, TransientError

_TICK = 0.2
"""Seconds between two looks at what nobody tells: time that is up, a wish to end."""
_GRACE = 20.0
"""Seconds that workers have to keep what there is of their items; docker kills after 10, systemd after 90."""
_TIMEOUT_GRACE = 10.0
"""Seconds by which an item may outlast its timeout, which its worker minds itself at each step."""
_DEATHS_AT_START = 3
"""Workers in a row that may die before they can paint."""


@dataclass(eq=False)
class _Worker:
    """A process, our end of the pipe to it, and what it paints at the moment. asked: to stop.

    finishing: what it has painted before, whose files it makes meanwhile, the oldest first.
    """

    process: SpawnProcess
    connection: Connection
    device: str
    ready: bool = False
    finishing: deque[Turn] = field(default_factory=deque)
    turn: Turn | None = None
    asked: bool = False

    @property
    def turns(self) -> list[Turn]:
        """Its turns that have not ended, the older first."""
        return [turn for turn in (*self.finishing, self.turn) if turn is not None]


@dataclass
class Processes:
    """Paints in processes of its own. device: as `--device` has it. count: how many, None for what suits.

    crowd: how a CPU is divided.
    """

    device: str
    count: int | None
    crowd: Crowd
    _workers: list[_Worker] = field(default_factory=list)
    _devices: tuple[str, ...] = ()
    _turns: Turns = field(default_factory=lambda: Turns(()))
    _deaths: int = 0

    def paint(self, due: Sequence[Planned], tell: Listener) -> None:
        """As `crew.Crew` has it. Raises EnvironmentLacksError also when no process comes to paint at all."""
        self._turns = Turns(due)
        try:
            while self._turns or self._busy():
                self._hire()
                self._hand_out(tell)
                self._listen(tell)
                self._mind_timeouts(tell)
                self._stop_lost()
                tell(events.Waiting())
        except (StoppedError, EnoughError):
            self._wind_down(tell)
            raise
        finally:
            while self._workers:
                self._end(self._workers[-1])

    def _busy(self) -> list[_Worker]:
        return [worker for worker in self._workers if worker.turns]

    def _known(self) -> tuple[str, ...]:
        return self._devices or (("cpu",) if self.device == "cpu" else ())

    def _wanted(self) -> int:
        """Count the workers that there may be, as far as it is known which devices there are."""
        known = self._known()
        suits = self.crowd.processes if known == ("cpu",) else len(known)
        return (self.count or suits) if known else 1

    def _hire(self) -> None:
        """Start as many workers as there is work for; the first one tells what devices there are."""
        known = self._known()
        painting = sum(worker.turn is not None for worker in self._workers)
        while len(self._workers) < min(self._wanted(), len(self._turns) + painting):
            taken = [worker.device for worker in self._workers]
            self._start(min(known, key=taken.count) if known else self.device)

    def _start(self, device: str) -> None:
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=work, args=(theirs, device, self.crowd.threads), name="stylepipe", daemon=True)
        with _without_main_module(), _without_ctrl_c():
            process.start()
        theirs.close()
        self._workers.append(_Worker(process, ours, device))

    def _hand_out(self, tell: Listener) -> None:
        others = self._wanted() - 1
        for worker in self._workers:
            if not worker.ready or worker.turn:
                continue
            ahead = most_upcoming(worker.device)
            if (turn := self._turns.take(apart=others > 0, reader=worker, others=others, ahead=ahead)) is None:
                continue
            if not worker.finishing:  # who listens hears of one item's end before the next one's beginning
                self._turns.begin(turn, tell)
            worker.turn = turn
            with suppress(OSError):  # it is dead, as will be heard
                worker.connection.send(turn.task)

    def _listen(self, tell: Listener) -> None:
        """Hear one message of each worker that has something to say, or wait a moment for one."""
        by_connection = {worker.connection: worker for worker in self._workers}
        for connection in wait([*by_connection], _TICK):
            worker = by_connection[cast(Connection, connection)]
            try:
                message: Message = worker.connection.recv()
            except (EOFError, OSError):
                self._bury(worker, tell)
            else:
                self._hear(worker, message, tell)

    def _hear(self, worker: _Worker, message: Message, tell: Listener) -> None:
        match message:
            case Ready():
                self._devices, worker.ready, self._deaths = self._devices or message.devices, True, 0
                if worker.device not in self._devices:  # it was told to choose
                    worker.device = self._devices[0]
            case Progress() if worker.turn and not worker.finishing:
                self._turns.progress(worker.turn, message, tell)
            case Painted():
                worker.finishing += [worker.turn] if worker.turn else []
                worker.turn = None
            case Done() | Divided() | Failed():
                self._conclude(worker, message, tell)
            case Stopped():
                self._end(worker)
            case EnvironmentLacksError():
                raise message

    def _conclude(self, worker: _Worker, outcome: Outcome, tell: Listener) -> None:
        """Put an end to a worker's older turn: give the item another one, or tell how it ended."""
        turn, *_ = worker.turns
        if isinstance(outcome, Failed) and outcome.reach is Reach.PROCESS:
            self._lose(worker, tell, {turn: outcome})
            return
        if worker.finishing:
            worker.finishing.popleft()
        else:
            worker.turn = None
        self._turns.end(turn, outcome, tell)
        for following in worker.turns[:1]:
            self._turns.begin(following, tell)

    def _lose(
        self,
        worker: _Worker,
        tell: Listener,
        known: Mapping[Turn, Failed] = MappingProxyType({}),
        *,
        how: str = "was spoilt by another item",
        thrifty: bool = False,
    ) -> None:
        """End a worker, and with it its turns. known: how some of them ended; how: what befell it before the others."""
        turns, worker.turn = worker.turns, None
        worker.finishing.clear()
        self._end(worker)
        for turn in turns:
            error = TransientError(f"{turn.item}: the process that painted it {how}")
            self._turns.begin(turn, tell)
            self._turns.end(turn, known.get(turn, Failed(error, Reach.PROCESS)), tell, thrifty=thrifty)

    def _bury(self, worker: _Worker, tell: Listener) -> None:
        """Take note that a worker has died by itself."""
        worker.process.join(_TICK)
        code = worker.process.exitcode
        how = f"was killed by signal {-code}" if code and code < 0 else f"ended with code {code}"
        if not worker.ready:
            self._deaths += 1
            if self._deaths >= _DEATHS_AT_START:
                self._end(worker)
                raise EnvironmentLacksError(f"no process comes to paint: the last one {how}; try --workers 0")
        # Linux ends whoever takes most memory with this signal when there is none left.
        out_of_memory = code == -signal.SIGKILL
        why = "; was there too little memory?" if out_of_memory else ""
        self._lose(worker, tell, how=f"{how}{why}", thrifty=out_of_memory)

    def _mind_timeouts(self, tell: Listener) -> None:
        """End workers whose item should have ended itself: they hang."""
        for worker in self._busy():
            late = {turn: failed for turn in worker.turns if (failed := _late(turn)) is not None}
            if late:
                names = " and ".join(turn.item for turn in late)
                self._lose(worker, tell, late, how=f"was killed with it, since {names} hung")

    def _stop_lost(self) -> None:
        """Let nobody go on with a shot of a clip that has failed."""
        for worker in self._workers:
            if worker.turn and self._turns.is_lost(worker.turn) and not worker.asked:
                worker.asked = True
                with suppress(OSError):
                    worker.connection.send(Stop())

    def _wind_down(self, tell: Listener) -> None:
        """Let each worker keep what there is of its item, as long as that may take."""
        until = time.monotonic() + _GRACE
        self._turns.drop()
        for worker in self._busy():
            with suppress(OSError):
                worker.connection.send(Stop())
        while self._busy() and time.monotonic() < until:
            self._listen(lambda event: None if isinstance(event, events.ItemProgress) else _last_words(event, tell))

    def _end(self, worker: _Worker) -> None:
        """Make sure that a worker is gone."""
        if worker in self._workers:
            self._workers.remove(worker)
            self._turns.release(worker)
            worker.connection.close()
            worker.process.kill()
            worker.process.join()
            worker.process.close()


def _late(turn: Turn) -> Failed | None:
    """Tell how a turn ends that has outlasted its item's timeout for longer than its worker needs to notice."""
    limit, shared = turn.task.planned.item.settings.timeout, turn.task.shared
    before = 0.0 if shared is None else shared.elapsed
    if limit is None or before + time.monotonic() - turn.taken <= limit + _TIMEOUT_GRACE:
        return None
    return killed_at_timeout(turn.item, limit)


def _last_words(event: events.Event, tell: Listener) -> None:
    """Tell what still ended when the run was ending already."""
    with suppress(StoppedError, EnoughError):
        tell(event)


@contextmanager
def _without_main_module() -> Iterator[None]:
    """Hide the main module from a process that is started: it would run a script again that has no guard."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextmanager
def _without_ctrl_c() -> Iterator[None]:
    """Keep Ctrl-C from a process that is started, until it ignores it: amid its imports it would show a traceback."""
    if sys.platform == "win32":
        yield
        return
    resource_tracker.ensure_running()  # starting it, which `start` would do otherwise, lets Ctrl-C through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
