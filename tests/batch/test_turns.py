"""Items have their turns in order, once more where that may help, and a clip's shots are everybody's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from stylepipe import load_spec
from stylepipe.batch import crew, events
from stylepipe.batch.clip_job import ClipJob, look_through
from stylepipe.batch.events import Event, Progress
from stylepipe.batch.plan import Planned, plan
from stylepipe.batch.task import Divided, Done, Failed, Reach
from stylepipe.batch.turns import Turn, Turns
from stylepipe.errors import ClipError, TransientError

from ..conftest import save_picture
from .conftest import Job, of_kind

DONE = Done(1.0, ["a note"], "cpu")
PROGRESS = Progress(1, 1, 48, 32, 2, 2, 0.5, share=0.25, frame=3, frames=12, frame_seconds=2.0)


@pytest.fixture
def film(job: Job, tmp_path: Path, encode: Callable[..., Path], moving: np.ndarray) -> Planned:
    """A clip of three shots, of four, six and two frames."""
    (tmp_path / "clips").mkdir()
    (tmp_path / "clips" / "film.mp4").write_bytes(encode("film.mp4", moving).read_bytes())
    file = job("jobs:\n  - {contents: clips/*, styles: art/night.png, set: {video: {scene_cuts: [4, 10]}}}\n")
    (planned,) = plan(load_spec(file))
    return planned


@pytest.fixture
def looked(film: Planned) -> ClipJob:
    return look_through(film.item)


def next_of(turns: Turns) -> Turn:
    turn = turns.take(apart=True)
    assert turn is not None
    return turn


def shared(turns: Turns, film: Planned, looked: ClipJob) -> list[Turn]:
    """Have the clip looked through, and take the turns of its shots."""
    first = next_of(turns)
    assert first.task.apart
    turns.end(first, Divided(film, looked, ("went on at frame 2",), 0.5), events.ignore)
    return [next_of(turns) for _ in range(3)]


def test_an_item_that_may_do_better_has_the_next_turn_when_its_pause_is_over(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "pause_before", lambda _: 0.0)
    turns, told = Turns(plan(load_spec(job()))), list[Event]()
    first = next_of(turns)
    turns.begin(first, told.append)
    turns.end(first, Failed(TransientError("gone"), Reach.PROCESS), told.append, thrifty=True)
    again = next_of(turns)
    turns.begin(again, told.append)
    assert (again.item, again.task.thrifty, again.attempts) == (first.item, True, 1)
    assert [type(event) for event in told] == [events.ItemStarted, events.ItemRetried]


def test_a_pause_lets_others_go_first(job: Job) -> None:
    turns = Turns(plan(load_spec(job())))
    first = next_of(turns)
    turns.end(first, Failed(TransientError("gone"), Reach.MOMENT), events.ignore)
    assert next_of(turns).item != first.item
    assert len(turns) == 3


def test_the_longest_shot_comes_first_and_the_whole_when_all_are_painted(film: Planned, looked: ClipJob) -> None:
    turns, told = Turns([film]), list[Event]()
    shots = shared(turns, film, looked)
    assert [turn.shot for turn in shots] == [range(4, 10), range(4), range(10, 12)]
    assert not any(turn.task.apart for turn in shots)
    assert turns.take() is None
    for turn in shots:
        turns.end(turn, DONE, told.append)
    last = next_of(turns)
    assert last.task.shared is not None
    assert (last.shot, last.task.shared.spent) == (None, 3.5)
    assert last.task.shared.notes == ("went on at frame 2", "a note")
    turns.end(last, DONE, told.append)
    (done,) = told
    assert isinstance(done, events.ItemDone)


def test_the_progress_of_shots_adds_up(film: Planned, looked: ClipJob) -> None:
    turns, told = Turns([film]), list[Event]()
    first, second, _ = shared(turns, film, looked)
    turns.progress(first, PROGRESS, told.append)
    turns.progress(second, PROGRESS, told.append)
    turns.progress(first, PROGRESS._replace(share=0.5, frame=6), told.append)
    progress = [event.progress for event in of_kind(told, events.ItemProgress)]
    assert [p.share for p in progress] == [0.25, 0.5, 0.75]
    assert [p.frame for p in progress] == [3, 6, 9]
    assert progress[-1].frame_seconds == 1.0


def test_the_picture_that_follows_is_kept_for_who_may_read_it(job: Job) -> None:
    turns = Turns(due := plan(load_spec(job())))
    first, second = turns.take(reader="a"), turns.take(reader="b", others=1)
    assert first is not None
    assert second is not None
    assert (first.item, first.task.upcoming) == (due[0].item.name, (due[1],))
    assert (second.item, second.task.upcoming) == (due[2].item.name, ())  # the last one is for the other, too
    assert len(turns) == 2
    assert [turn.item for turn in (turns.take(reader="a"), turns.take(reader="a")) if turn] == [
        due[1].item.name,
        due[3].item.name,
    ]


def test_who_has_nothing_else_to_do_takes_what_was_kept_for_another(job: Job) -> None:
    turns = Turns(due := plan(load_spec(job()))[:2])
    turns.take(reader="a")
    stolen = turns.take(reader="b", others=1)
    assert stolen is not None
    assert stolen.item == due[1].item.name
    assert turns.take(reader="a") is None


@pytest.mark.parametrize("defaults", ["size: 32", "size: 32, memory: 4GiB"])
def test_nothing_is_read_beside_an_item_that_had_a_turn_or_says_what_memory_there_is(
    job: Job, monkeypatch: pytest.MonkeyPatch, defaults: str
) -> None:
    monkeypatch.setattr(crew, "pause_before", lambda _: 0.0)
    turns = Turns(plan(load_spec(job(defaults=defaults))))
    first = next_of(turns)
    turns.end(first, Failed(TransientError("gone"), Reach.PROCESS), events.ignore)
    again, second = turns.take(reader="a"), turns.take(reader="b")
    assert again is first
    assert (again.task.alone, again.task.upcoming) == (True, ())
    assert second is not None
    assert (second.task.upcoming == ()) == ("memory" in defaults)


def test_a_clip_is_neither_read_ahead_nor_read_beside(film: Planned, job: Job) -> None:
    cat, dog, *_ = plan(load_spec(job()))
    turns = Turns([cat, film, dog])
    tasks = [turn.task for turn in (turns.take(reader="a"), turns.take(reader="a")) if turn]
    assert [task.planned for task in tasks] == [cat, film]
    assert [task.upcoming for task in tasks] == [(), ()]


def test_what_was_read_when_its_reader_died_is_anybodys_and_read_by_nobody_else_ahead(job: Job) -> None:
    turns = Turns(due := plan(load_spec(job())))
    first = turns.take(reader="a")
    assert first is not None
    turns.release("a")
    turns.end(first, Failed(TransientError("gone"), Reach.PROCESS), events.ignore)
    suspect, other = turns.take(reader="b"), turns.take(reader="c")
    assert suspect is not None
    assert other is not None
    assert (suspect.item, suspect.task.alone, suspect.task.upcoming) == (due[1].item.name, True, ())
    assert (other.item, other.task.alone, other.task.upcoming) == (due[2].item.name, False, (due[3],))


def test_one_shot_that_fails_is_the_failure_of_the_clip_and_told_once(film: Planned, looked: ClipJob) -> None:
    turns, told = Turns([film]), list[Event]()
    first, second, third = shared(turns, film, looked)
    turns.end(first, Failed(ClipError("damaged"), Reach.ITEM), told.append)
    assert turns.is_lost(second)
    turns.end(second, Failed(ClipError("damaged"), Reach.ITEM), told.append)
    turns.end(third, DONE, told.append)
    assert [type(event) for event in told] == [events.ItemFailed]
    assert len(turns) == 0


@pytest.mark.parametrize(
    ("ahead", "others", "expected"), [(3, 0, 3), (7, 0, 7), (3, 1, 3), (7, 1, 3), (7, 3, 1), (7, 7, 0)]
)
def test_as_many_are_kept_as_are_asked_for_while_others_have_as_much_to_take(
    job: Job, tmp_path: Path, ahead: int, others: int, expected: int
) -> None:
    for seed in range(4):
        save_picture(tmp_path / "photos" / f"{seed}.png", seed=seed)
    file = job("jobs:\n  - contents: photos/[0-3].png\n    styles: art/*.png\n")
    turns = Turns(due := plan(load_spec(file)))
    first = turns.take(reader="a", others=others, ahead=ahead)
    assert first is not None
    assert [planned.item.name for planned in first.task.upcoming] == [
        planned.item.name for planned in due[1 : expected + 1]
    ]
    assert len(turns) == len(due) - 1
    names = [turn.item for _ in due[1:] if (turn := turns.take(reader="a", others=others, ahead=ahead))]
    assert names == [planned.item.name for planned in due[1:]]


def test_the_last_of_what_is_kept_is_the_first_that_others_take_and_all_are_suspect_where_who_had_them_dies(
    job: Job,
) -> None:
    turns = Turns(due := plan(load_spec(job())))
    turns.take(reader="a", ahead=3)
    taken = turns.take(reader="b", others=1)
    assert taken is not None
    assert taken.item == due[3].item.name
    turns.release("a")
    rest = [turns.take(reader="c", ahead=3), turns.take(reader="c", ahead=3)]
    assert [(turn.item, turn.task.alone, turn.task.upcoming) for turn in rest if turn] == [
        (due[1].item.name, True, ()),
        (due[2].item.name, True, ()),
    ]
