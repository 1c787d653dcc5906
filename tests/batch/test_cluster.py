"""What a run does about tasks on a cluster: how many it hands out, and what follows when one ends, or does not."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

import stylepipe.batch
from stylepipe import load_spec
from stylepipe.batch import cluster, events
from stylepipe.batch.clip_job import look_through
from stylepipe.batch.cluster import OnCluster
from stylepipe.batch.cluster_worker import Terms
from stylepipe.batch.crew import EnoughError
from stylepipe.batch.events import Event, Listener, Progress
from stylepipe.batch.plan import Planned, plan
from stylepipe.batch.task import Divided, Done, Failed, Reach, Task
from stylepipe.batch.worker import Stopped
from stylepipe.errors import (
    ClipError,
    EnvironmentLacksError,
    ExitCode,
    ItemTimeoutError,
    StoppedError,
    TransientError,
)

from .conftest import Job, Walk, of_kind

DONE = Done(1.0, (), "cpu of there")
DIED = Failed(TransientError("the process that painted it died"), Reach.PROCESS)
HANGS, STUBBORN = "ends when it is asked to", "never ends"
PROGRESS = Progress(1, 1, 40, 32, 1, 2, 0.5, 0.5)


@dataclass(eq=False)
class Answer:
    """Stands for what comes of a task. looks: how often one that was asked to end is found at work still."""

    number: int
    task: Task
    fate: Any
    asked: bool = False
    looks: int = 2

    def has_ended(self) -> bool:
        if self.fate == HANGS and self.asked:
            self.looks -= 1
            self.fate = Stopped() if self.looks < 0 else HANGS
        return self.fate not in (HANGS, STUBBORN)


class StandIn:
    """Stands in for a Ray cluster, and paints nothing: what comes of each task is said beforehand.

    fates: of the tasks in the order in which they are put, DONE after the last of them. As many tasks are at work as
    there are cores, or GPUs where those paint; the others wait.
    """

    def __init__(self, *fates: object, cpus: int = 2, gpus: int = 0) -> None:
        self._fates, self._cpus, self._gpus = deque(fates), cpus, gpus
        self.put_here: list[Task] = []
        self.terms: Terms | None = None
        self.most = 0
        self.asked: list[str] = []
        self.killed: list[str] = []
        self._gone: list[Answer] = []

    def machines(self) -> list[Any]:
        return [SimpleNamespace(cpus=self._cpus, gpus=self._gpus)]

    def room(self, terms: Terms) -> int:
        self.terms = terms
        return self._gpus if terms.device == "cuda" else self._cpus

    def put(self, task: Task, terms: Terms) -> tuple[int, Answer]:
        self.put_here.append(task)
        answer = Answer(len(self.put_here), task, self._fates.popleft() if self._fates else DONE)
        return answer.number, answer

    def wait(self, answers: Sequence[Answer], seconds: float) -> tuple[list[Answer], list[tuple[int, Progress | None]]]:
        self.most = max(self.most, len(answers))
        at_work = answers[: self._cpus]
        ended = [answer for answer in at_work if answer.has_ended()]
        late = [(answer.number, PROGRESS) for answer in self._gone]  # mail may come after the answer
        self._gone += ended
        return ended, [*late, *((answer.number, None) for answer in at_work)]

    def cancel(self, answer: Answer, *, force: bool = False) -> None:
        (self.killed if force else self.asked).append(answer.task.planned.item.name)
        answer.asked = True


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again at once."""
    monkeypatch.setattr("stylepipe.batch.crew.pause_before", lambda _: 0.0)


@pytest.fixture
def due(job: Job) -> list[Planned]:
    """Four pictures that take too long after a thousandth of a second."""
    return plan(load_spec(job(), {"timeout": 0.001}))


@pytest.fixture
def paint(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Paint what is due on what stands in for a cluster; give all that was told, to `listen`, too."""

    def on(
        here: StandIn,
        due: Sequence[Planned],
        listen: Listener = events.ignore,
        told: list[Event] | None = None,
        **options: Any,
    ) -> list[Event]:
        @contextmanager
        def joined(address: str | None) -> Iterator[StandIn]:
            assert address == "head:6379"
            yield here

        def answer_of(answer: Answer, item: str) -> tuple[Any, bool]:
            assert item == answer.task.planned.item.name
            return answer.fate, answer.fate is DIED

        ray = SimpleNamespace(joined=joined, answer_of=answer_of)
        monkeypatch.setattr(stylepipe.batch, "ray", ray, raising=False)
        told = [] if told is None else told

        def tell(event: Event) -> None:
            told.append(event)
            listen(event)

        OnCluster("head:6379", **{"device": "auto", "threads": 1} | options).paint(due, tell)
        return told

    return on


def names(told: list[Event], kind: type[Any]) -> list[str]:
    return [event.item for event in of_kind(told, kind)]


def stop_at(kind: type[Event], error: Exception) -> Listener:
    def listen(event: Event) -> None:
        if isinstance(event, kind):
            raise error

    return listen


@pytest.mark.parametrize(
    ("cpus", "count", "most"),
    [(1, None, 2), (2, None, 4), (8, None, 4), (8, 1, 1), (1, 3, 3)],
)
def test_it_hands_out_what_there_is_room_for_and_as_much_again_unless_told_how_many(
    paint: Any, due: list[Planned], cpus: int, count: int | None, most: int
) -> None:
    here = StandIn(cpus=cpus)
    told = paint(here, due, count=count)
    assert here.most == most
    assert names(told, events.ItemStarted) == names(told, events.ItemDone) == [one.item.name for one in due]
    assert of_kind(told, events.ItemProgress) == []  # it came late
    assert (here.asked, here.killed) == ([], [])


@pytest.mark.parametrize(
    ("device", "gpus", "chosen"), [("auto", 0, "cpu"), ("auto", 1, "cuda"), ("cuda", 1, "cuda"), ("cpu", 1, "cpu")]
)
def test_gpus_paint_where_the_cluster_has_any(
    paint: Any, due: list[Planned], device: str, gpus: int, chosen: str
) -> None:
    here = StandIn(gpus=gpus)
    paint(here, due, device=device, threads=3)
    assert here.terms is not None
    assert (here.terms.device, here.terms.threads) == (chosen, 3)


@pytest.mark.parametrize(
    ("device", "said"),
    [
        ("cuda", "the Ray cluster has no GPU; use --device cpu, or start Ray on machines that have (see `ray status`)"),
        ("cpu", "the Ray cluster has no processor core; start Ray on machines that have (see `ray status`)"),
    ],
)
def test_a_cluster_with_no_room_at_all_is_refused_with_the_way_out(
    paint: Any, due: list[Planned], device: str, said: str
) -> None:
    here = StandIn(cpus=0)
    with pytest.raises(EnvironmentLacksError) as caught:
        paint(here, due, device=device)
    assert str(caught.value) == said
    assert here.put_here == []


def test_a_task_that_outlasts_its_items_timeout_is_killed_and_one_that_waits_for_room_is_not(
    paint: Any, due: list[Planned], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_TIMEOUT_GRACE", 0.0)
    here = StandIn(HANGS, cpus=1)
    told = paint(here, due[:2])
    (failed,) = of_kind(told, events.ItemFailed)
    assert isinstance(failed.error, ItemTimeoutError)
    assert str(failed.error).startswith("cat--night: did not end at its timeout of 0.001 s, and was killed; ")
    assert here.killed == ["cat--night"]
    assert names(told, events.ItemDone) == ["cat--wave"]


def test_an_item_whose_task_somebody_cancelled_has_another_turn(paint: Any, due: list[Planned]) -> None:
    told = paint(StandIn(Stopped()), due[:1])
    (retried,) = of_kind(told, events.ItemRetried)
    assert str(retried.error) == "cat--night: somebody cancelled its task on the cluster"
    assert names(told, events.ItemStarted) == names(told, events.ItemDone) == ["cat--night"]


def test_an_item_that_may_have_lacked_memory_is_painted_with_less_and_not_for_ever(
    paint: Any, due: list[Planned]
) -> None:
    here = StandIn(DIED, DIED, DIED)
    told = paint(here, due[:1])
    assert [task.thrifty for task in here.put_here] == [False, True, True]
    (failed,) = of_kind(told, events.ItemFailed)
    assert str(failed.error) == "the process that painted it died (tried 3 times)"


def test_what_concerns_all_machines_ends_the_run_and_what_others_paint(paint: Any, due: list[Planned]) -> None:
    here = StandIn(EnvironmentLacksError("there has another version"), HANGS)
    with pytest.raises(EnvironmentLacksError, match="there has another version"):
        paint(here, due[:2])
    assert here.killed == ["cat--wave"]


@pytest.mark.parametrize("error", [StoppedError(ExitCode.TERMINATED), EnoughError()])
def test_a_run_that_ends_asks_its_tasks_to_and_tells_what_still_came_of_them(
    paint: Any, due: list[Planned], error: Exception
) -> None:
    here, told = StandIn(HANGS, DONE, HANGS, cpus=3), list[Event]()
    with pytest.raises(type(error)):
        paint(here, due, stop_at(events.ItemStarted, error), told, count=3)
    assert here.asked == ["cat--night", "cat--wave", "dog--night"]
    assert here.killed == []
    assert names(told, events.ItemDone) == ["cat--wave"]
    assert of_kind(told, events.ItemFailed) + of_kind(told, events.ItemRetried) == []
    assert len(here.put_here) == 3


def test_who_does_not_end_when_asked_to_is_killed(
    paint: Any, due: list[Planned], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_GRACE", 0.01)
    here = StandIn(STUBBORN)
    with pytest.raises(StoppedError):
        paint(here, due[:1], stop_at(events.ItemStarted, StoppedError(ExitCode.TERMINATED)))
    assert (here.asked, here.killed) == (["cat--night"], ["cat--night"])


def test_nobody_goes_on_with_a_clip_of_which_a_shot_has_failed(paint: Any, walk: Walk) -> None:
    planned = walk({"video.scene_cuts": [4, 10]})
    divided = Divided(planned, look_through(planned.item), ())
    here = StandIn(divided, Failed(ClipError("damaged"), Reach.ITEM), HANGS, HANGS, cpus=3)
    told = paint(here, [planned])
    assert here.put_here[0].apart
    assert [None if task.shared is None else task.shared.shot for task in here.put_here] == [
        None, range(4, 10), range(4), range(10, 12)
    ]  # fmt: skip
    assert (here.asked, here.killed) == (["walk--night"] * 2, [])  # each of the others once
    assert [str(event.error) for event in of_kind(told, events.ItemFailed)] == ["damaged"]
    assert of_kind(told, events.ItemRetried) == []
