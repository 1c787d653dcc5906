"""Painting in the process that runs: nothing to start, and nothing between a debugger and the engine.

So each item is read, painted and written before the next one: nothing goes on in other threads as it does in workers.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch

from stylepipe.batch import events
from stylepipe.batch.attempt import attempt
from stylepipe.batch.crew import conclude, pause_after
from stylepipe.batch.devices import choose_device
from stylepipe.batch.events import Listener
from stylepipe.batch.networks import Networks
from stylepipe.batch.plan import Planned
from stylepipe.batch.task import Divided, Task

_TICK = 0.2
"""Seconds between two looks at whether a run is to end."""


class InProcess:
    """Paints one item after the other. threads: None leaves torch's own number; record: whether items keep one."""

    def __init__(self, device: str, threads: int | None = None, *, record: bool = True) -> None:
        self._device, self._threads, self._record = device, threads, record

    def paint(self, due: Sequence[Planned], tell: Listener) -> None:
        """As `crew.Crew` has it; what `tell` raises at a step ends the painting there."""
        networks = Networks(choose_device(self._device))
        with _threads(self._threads):
            for planned in due:
                self._paint(planned, networks, tell)

    def _paint(self, planned: Planned, networks: Networks, tell: Listener) -> None:
        name, attempts = planned.item.name, 0
        tell(events.ItemStarted(name, planned.reason or ""))
        while True:
            task = Task(planned, record=self._record)
            outcome = attempt(task, networks, lambda progress: tell(events.ItemProgress(name, progress)))
            attempts += 1
            pause = pause_after(outcome, attempts, planned, tell)
            if pause is None:
                break
            _wait(pause, tell)
        assert not isinstance(outcome, Divided), "there is nobody to share a clip with"
        conclude(planned, outcome, attempts, tell)


def _wait(seconds: float, tell: Listener) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        tell(events.Waiting())
        time.sleep(min(left, _TICK))


@contextmanager
def _threads(number: int | None) -> Iterator[None]:
    """Let torch use so many threads for the block."""
    before = torch.get_num_threads()
    torch.set_num_threads(number or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)
