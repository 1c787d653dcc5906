"""Painting on a Ray cluster: a task for each item, and what befalls a machine costs its items one more turn.

The process that runs only hands out items and listens; it never loads torch.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stylepipe import __version__
from stylepipe.batch import events
from stylepipe.batch.cluster_worker import Terms
from stylepipe.batch.crew import EnoughError
from stylepipe.batch.events import Listener
from stylepipe.batch.plan import Planned
from stylepipe.batch.task import Failed, Reach, killed_at_timeout
from stylepipe.batch.turns import Turn, Turns
from stylepipe.batch.worker import Stopped
from stylepipe.errors import EnvironmentLacksError, StoppedError, TransientError
from stylepipe.store.lock import read_holder

if TYPE_CHECKING:
    from stylepipe.batch import ray

_TICK = 0.2
"""Seconds between two looks at what nobody tells: time that is up, a wish to end."""
_GRACE = 20.0
"""Seconds that tasks have to keep what there is of their items, as worker processes have."""
_TIMEOUT_GRACE = 10.0
"""Seconds by which an item may outlast its timeout, which its task minds itself at each step."""


@dataclass(eq=False)
class _Posted:
    """A turn that was given to the cluster. answer: what stands for its end. since: when it began; None before.

    cancelled: whether it has been asked to end.
    """

    turn: Turn
    answer: Any
    since: float | None = None
    cancelled: bool = False


@dataclass
class OnCluster:
    """Paints on the cluster at an address, as `ray.joined` has it. device: auto, cuda or cpu. threads: of each task.

    count: how many items at once, None for as many as there is room for.
    """

    address: str | None
    device: str
    threads: int
    count: int | None = None
    _posted: dict[int, _Posted] = field(default_factory=dict)
    _turns: Turns = field(default_factory=lambda: Turns(()))
    _ending: bool = False

    def paint(self, due: Sequence[Planned], tell: Listener) -> None:
        """As `crew.Crew` has it. Raises EnvironmentLacksError also when there is no such cluster, or no room in it."""
        from stylepipe.batch import ray  # which takes a second, and may not be installed

        self._turns = Turns(due)
        with ray.joined(self.address) as cluster:
            terms = self._terms(cluster, due)
            try:
                while self._turns or self._posted:
                    self._hand_out(cluster, terms, tell)
                    self._listen(cluster, tell)
                    self._mind_timeouts(cluster, tell)
                    self._cancel_lost(cluster)
                    tell(events.Waiting())
            except (StoppedError, EnoughError):
                self._wind_down(cluster, tell)
                raise
            finally:
                for posted in self._posted.values():
                    cluster.cancel(posted.answer, force=True)
                self._posted.clear()

    def _terms(self, cluster: ray.Cluster, due: Sequence[Planned]) -> Terms:
        """Settle what every task is told; raises EnvironmentLacksError where nothing could be painted."""
        device = (
            "cuda"
            if self.device == "cuda" or (self.device == "auto" and any(machine.gpus for machine in cluster.machines()))
            else "cpu"
        )
        terms = Terms(device, self.threads, __version__, read_holder(due[0].item.output_dir))
        if not cluster.room(terms):
            lacking, remedy = ("GPU", "use --device cpu, or ") if device == "cuda" else ("processor core", "")
            raise EnvironmentLacksError(
                f"the Ray cluster has no {lacking}; {remedy}start Ray on machines that have (see `ray status`)"
            )
        return terms

    def _hand_out(self, cluster: ray.Cluster, terms: Terms, tell: Listener) -> None:
        """Give the cluster what it has room for, and as much again: what follows at once, and what it could grow by."""
        room = cluster.room(terms)
        most, apart = self.count or max(2, 2 * room), (self.count or room) > 1
        while len(self._posted) < most and (turn := self._turns.take(apart=apart)) is not None:
            number, answer = cluster.put(turn.task, terms)
            self._posted[number] = _Posted(turn, answer)

    def _listen(self, cluster: ray.Cluster, tell: Listener) -> None:
        """Hear what tasks tell, and how those ended that did."""
        by_answer = {posted.answer: number for number, posted in self._posted.items()}
        answers, mail = cluster.wait([*by_answer], _TICK)
        for number, progress in mail:
            posted = self._posted.get(number)
            if posted is None:
                continue
            posted.since = posted.since or time.monotonic()
            self._turns.begin(posted.turn, tell)
            if progress is not None:
                self._turns.progress(posted.turn, progress, tell)
        for answer in answers:
            self._conclude(self._posted.pop(by_answer[answer]), tell)

    def _conclude(self, posted: _Posted, tell: Listener) -> None:
        from stylepipe.batch import ray

        answer, thrifty = ray.answer_of(posted.answer, posted.turn.item)
        if isinstance(answer, EnvironmentLacksError):
            raise answer
        if isinstance(answer, Stopped):
            if self._ending:
                return
            answer = Failed(
                TransientError(f"{posted.turn.item}: somebody cancelled its task on the cluster"), Reach.MOMENT
            )
        self._turns.begin(posted.turn, tell)
        self._turns.end(posted.turn, answer, tell, thrifty=thrifty)

    def _mind_timeouts(self, cluster: ray.Cluster, tell: Listener) -> None:
        """End tasks whose item should have ended itself: they hang."""
        for number, posted in [*self._posted.items()]:
            item, shared = posted.turn.task.planned.item, posted.turn.task.shared
            limit, before = item.settings.timeout, 0.0 if shared is None else shared.elapsed
            if limit is None or posted.since is None:
                continue
            if before + time.monotonic() - posted.since <= limit + _TIMEOUT_GRACE:
                continue
            cluster.cancel(posted.answer, force=True)
            del self._posted[number]
            self._turns.end(posted.turn, killed_at_timeout(item.name, limit), tell)

    def _cancel_lost(self, cluster: ray.Cluster) -> None:
        """Let nobody go on with a shot of a clip that has failed."""
        for posted in self._posted.values():
            if self._turns.is_lost(posted.turn) and not posted.cancelled:
                posted.cancelled = True
                cluster.cancel(posted.answer)

    def _wind_down(self, cluster: ray.Cluster, tell: Listener) -> None:
        """Let each task keep what there is of its item, as long as that may take."""
        until = time.monotonic() + _GRACE
        self._ending = True
        self._turns.drop()
        for posted in self._posted.values():
            cluster.cancel(posted.answer)

        def last_words(event: events.Event) -> None:
            if not isinstance(event, events.ItemProgress):
                with suppress(StoppedError, EnoughError):
                    tell(event)

        while self._posted and time.monotonic() < until:
            self._listen(cluster, last_words)
