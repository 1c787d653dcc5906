"""One try at one item ends in a picture, or in words for what kept it from being; only a wish to end passes through."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from stylepipe import load_spec
from stylepipe.batch import events, painter
from stylepipe.batch.attempt import MOST_SPARED, attempt
from stylepipe.batch.events import Progress, Summary
from stylepipe.batch.networks import Networks
from stylepipe.batch.plan import Planned, plan
from stylepipe.batch.task import Divided, Failed, Reach, Task
from stylepipe.errors import CrashError, ExitCode, OutOfMemoryError, OutputNameError, PictureError, StoppedError

from .conftest import Job, Walk, carry_out, of_kind, outputs_in

ONE = "jobs:\n  - contents: photos/cat.png\n    styles: art/night.png\n"


@pytest.fixture
def networks() -> Networks:
    return Networks(torch.device("cpu"))


@pytest.fixture
def cat(job: Job) -> Planned:
    (planned,) = plan(load_spec(job(ONE)))
    return planned


def failing(error: Exception, times: int = 99) -> tuple[Callable[[Progress], None], list[Progress]]:
    """Give what fails at the first step of so many paintings, and what it was told."""
    told: list[Progress] = []

    def fail(progress: Progress) -> None:
        told.append(progress)
        if len(told) <= times:
            raise error

    return fail, told


def failure(outcome: object) -> Failed:
    assert isinstance(outcome, Failed)
    assert outcome.error.__traceback__ is None
    assert outcome.error.__cause__ is None
    return outcome


def test_what_lacks_memory_is_painted_once_more_with_less_of_it(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    paint_it, calls = painter.painted, []

    def painted_or_not(*arguments: object, **others: object) -> object:
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError("[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory")
        return paint_it(*arguments, **others)  # type: ignore[arg-type]

    monkeypatch.setattr(painter, "painted", painted_or_not)
    summary, told = carry_out(job(ONE))
    assert summary == Summary(done=1)
    (done,) = of_kind(told, events.ItemDone)
    assert done.notes == ["memory was short: activations were computed twice"]


def test_memory_that_never_suffices_is_said_with_what_to_do(cat: Planned, networks: Networks, tmp_path: Path) -> None:
    fail, told = failing(MemoryError())
    failed = failure(attempt(Task(cat), networks, fail))
    assert len(told) == 1 + MOST_SPARED
    assert isinstance(failed.error, OutOfMemoryError)
    assert failed.reach is Reach.ITEM
    assert str(failed.error).startswith("cat--night: 40x32 px at size 32 needs more memory than cpu (")
    assert str(failed.error).endswith(" has; set a smaller `size`, less `memory`, or `optimizer: adam`")
    assert outputs_in(tmp_path / "out") == {}
    assert networks.spared == 0  # of the next item nobody knows that it lacks memory


def test_a_thrifty_turn_begins_with_less_memory_and_is_not_tried_more_often_for_it(
    cat: Planned, networks: Networks
) -> None:
    fail, told = failing(MemoryError())
    failure(attempt(Task(cat, thrifty=True), networks, fail))
    assert len(told) == MOST_SPARED


def test_a_bug_fails_its_item_and_is_told_in_a_report(cat: Planned, networks: Networks, tmp_path: Path) -> None:
    fail, told = failing(ZeroDivisionError("float division by zero"))
    failed = failure(attempt(Task(cat), networks, fail))
    (report,) = (tmp_path / "out" / ".stylepipe" / "crashes").iterdir()
    assert len(told) == 1
    assert isinstance(failed.error, CrashError)
    assert failed.reach is Reach.ITEM
    assert str(failed.error) == (
        f"cat--night: a bug in stylepipe (ZeroDivisionError: float division by zero); see {report}"
    )
    assert "in fail\n" in report.read_text()


def test_a_report_that_cannot_be_written_is_what_is_told_of_a_bug(
    cat: Planned, networks: Networks, tmp_path: Path
) -> None:
    (tmp_path / "out" / ".stylepipe").mkdir(parents=True)
    (tmp_path / "out" / ".stylepipe" / "crashes").write_text("no folder")
    fail, _ = failing(ZeroDivisionError())
    failed = failure(attempt(Task(cat), networks, fail))
    assert isinstance(failed.error, OutputNameError)
    assert "a part of its path is a file, not a folder" in str(failed.error)


def test_a_wish_to_end_is_no_failure(cat: Planned, networks: Networks) -> None:
    fail, _ = failing(StoppedError(ExitCode.TERMINATED))
    with pytest.raises(StoppedError):
        attempt(Task(cat), networks, fail)


def test_a_line_break_in_a_files_name_does_not_cut_the_message(job: Job, networks: Networks, tmp_path: Path) -> None:
    file = job("jobs:\n  - contents: odd\n    styles: art/night.png\n")
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "two\nlines\x1b[2J.png").write_text("no picture")
    (planned,) = plan(load_spec(file))
    failed = failure(attempt(Task(planned), networks, lambda _: None))
    assert isinstance(failed.error, PictureError)
    assert str(failed.error).startswith(rf"{tmp_path}/odd/two\nlines\x1b[2J.png")
    assert str(failed.error).isprintable()


def test_a_clip_for_many_is_looked_through_and_the_time_that_took_is_known(walk: Walk, networks: Networks) -> None:
    told: list[Progress] = []
    outcome = attempt(Task(walk({"video.scene_cuts": [4]}), apart=True), networks, told.append)
    assert isinstance(outcome, Divided)
    assert outcome.clip.shots == (range(4), range(4, 12))
    assert outcome.seconds > 0
    assert told == []
