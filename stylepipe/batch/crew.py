"""Who paints what is due: this process itself, processes of this machine, or a cluster; to a run they are alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from stylepipe.batch import events
from stylepipe.batch.events import Listener
from stylepipe.batch.plan import Planned
from stylepipe.batch.task import MOST_RETRIES, Done, Failed, Outcome, Reach, pause_before
from stylepipe.errors import OutputError, TransientError


class Crew(Protocol):
    """Paints items, each on its own."""

    def paint(self, due: Sequence[Planned], tell: Listener) -> None:
        """Give each item its turn, in this order as far as there is one, and tell how each fares.

        `tell` may raise, which ends it: what is being painted is kept as far as it is. Raises what concerns all items:
        OutputError, EnvironmentLacksError.
        """


class EnoughError(Exception):
    """As many items have failed as may fail: `tell` raises it to end the painting."""


def pause_after(outcome: Outcome, attempts: int, planned: Planned, tell: Listener) -> float | None:
    """Give the seconds until an item has another turn, and tell that it has; None when this outcome stands."""
    if not isinstance(outcome, Failed) or outcome.reach in (Reach.ITEM, Reach.RUN) or attempts > MOST_RETRIES:
        return None
    pause = pause_before(attempts)
    tell(events.ItemRetried(planned.item.name, outcome.error, pause))
    return pause


def conclude(planned: Planned, outcome: Done | Failed, attempts: int, tell: Listener) -> None:
    """Tell how an item ended after so many turns; raises what concerns the whole run."""
    item = planned.item
    if isinstance(outcome, Done):
        tell(events.ItemDone(item.name, item.output, outcome.seconds, outcome.notes, outcome.device))
        return
    error = outcome.error
    if isinstance(error, OutputError) and outcome.reach is not Reach.ITEM:
        raise error
    if outcome.reach in (Reach.MOMENT, Reach.PROCESS) and attempts > 1:
        error = TransientError(f"{error} (tried {attempts} times)")
    tell(events.ItemFailed(item.name, error))
