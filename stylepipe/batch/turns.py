"""The turns of a run's items, whoever paints them: in which order they come, who has another one, how each ends."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

from stylepipe.batch import events
from stylepipe.batch.crew import conclude, pause_after
from stylepipe.batch.events import Listener
from stylepipe.batch.plan import Planned
from stylepipe.batch.task import Outcome, Task


@dataclass(eq=False)
class Turn:
    """An item's turn. attempts: turns that it has had before. not_before: by the monotonic clock."""

    task: Task
    attempts: int = 0
    not_before: float = 0.0

    @property
    def item(self) -> str:
        """Name the item."""
        return self.task.planned.item.name


class Turns:
    """The queue of what is to be painted; its length is how many turns wait."""

    def __init__(self, due: Sequence[Planned]) -> None:
        self._queue = deque(Turn(Task(planned)) for planned in due)
        self._begun: set[str] = set()

    def __len__(self) -> int:
        """Count the turns that wait."""
        return len(self._queue)

    def take(self) -> Turn | None:
        """Take the next turn whose time has come out of the queue."""
        now = time.monotonic()
        turn = next((turn for turn in self._queue if turn.not_before <= now), None)
        if turn is not None:
            self._queue.remove(turn)
        return turn

    def begin(self, turn: Turn, tell: Listener) -> None:
        """Tell that an item is being painted, unless that has been told."""
        if turn.item not in self._begun:
            self._begun.add(turn.item)
            tell(events.ItemStarted(turn.item, turn.task.planned.reason or ""))

    def end(self, turn: Turn, outcome: Outcome, tell: Listener, *, thrifty: bool = False) -> None:
        """Put an end to a turn: give the item another one, or tell how it ended. thrifty: the next takes less memory.

        Raises what concerns the whole run, as `crew.conclude` does.
        """
        turn.attempts += 1
        pause = pause_after(outcome, turn.attempts, turn.task.planned, tell)
        if pause is None:
            conclude(turn.task.planned, outcome, turn.attempts, tell)
        else:
            turn.not_before = time.monotonic() + pause
            turn.task = replace(turn.task, thrifty=turn.task.thrifty or thrifty)
            self._queue.appendleft(turn)

    def drop(self) -> None:
        """Let no further item have a turn."""
        self._queue.clear()
