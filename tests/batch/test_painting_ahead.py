"""Pictures that are painted in one pass with the one whose turn it is: each is what it would be in its own."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from math import inf
from pathlib import Path

import numpy as np
import pytest
import torch

from stylepipe import load_spec, run
from stylepipe.batch import events, pace, painting_ahead
from stylepipe.batch.events import Event, Progress, Summary
from stylepipe.batch.networks import Networks
from stylepipe.batch.painter import Sitting
from stylepipe.batch.painting_ahead import PaintingAhead
from stylepipe.batch.picture_finish import PaintedPicture
from stylepipe.batch.plan import Planned, plan
from stylepipe.batch.reading_ahead import ReadingAhead
from stylepipe.batch.run import Options
from stylepipe.engine import lockstep, together
from stylepipe.engine.painting import Painting
from stylepipe.engine.stylize import Work
from stylepipe.errors import ExitCode, PictureError, StoppedError
from stylepipe.media import read_picture
from stylepipe.store.records import Record, read_record

from ..conftest import save_picture
from .conftest import Job, carry_out, of_kind, outputs_in
from .test_processes import send

MANY = "jobs:\n  - contents: photos/[0-9].png\n    styles: art/night.png\n"
FEW_STEPS = "size: 32, iterations: 12, pyramid: false, precision: fp32, snapshots: [12]"


@pytest.fixture
def in_strides(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take this processor for one that works on while nobody waits for it."""
    monkeypatch.setattr(lockstep, "DEVICES", ("cpu",))


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the pictures of each pass of several."""
    paint_all, counts = painting_ahead.stylize_together, list[int]()

    def counting(works: list[Work]) -> list[Painting | Exception]:
        counts.append(len(works))
        return paint_all(works)

    monkeypatch.setattr(painting_ahead, "stylize_together", counting)
    return counts


@pytest.fixture
def due(job: Job, tmp_path: Path) -> list[Planned]:
    return planned(job, tmp_path)


def planned(job: Job, tmp_path: Path, defaults: str = FEW_STEPS, text: str = MANY, count: int = 10) -> list[Planned]:
    for seed in range(count):
        save_picture(tmp_path / "photos" / f"{seed}.png", seed=seed)
    return plan(load_spec(job(text, defaults=defaults)))


class Painter:
    """Paints one item after the other as a worker does, once the files of those that follow are read."""

    def __init__(self, ask: Callable[[Progress], None] = lambda _: None) -> None:
        self.networks, self.reading = Networks(torch.device("cpu")), ReadingAhead()
        self.ahead = PaintingAhead(self.networks, self.reading, ask)

    def paint(
        self, due: list[Planned], number: int, on_progress: Callable[[Progress], None] = lambda _: None
    ) -> PaintedPicture:
        entry, upcoming = due[number], due[number + 1 :]
        self.reading.begin(upcoming, entry.item.settings)
        if self.reading._thread is not None:
            self.reading._thread.join(30)
        return self.ahead.paint(entry, self.networks, on_progress, upcoming)


@pytest.mark.usefixtures("in_strides")
def test_each_picture_is_painted_once_and_is_what_it_is_alone(due: list[Planned], passes: list[int]) -> None:
    painter, alone = Painter(), Painter()
    for number, entry in enumerate(due):
        picture, expected = painter.paint(due, number), alone.ahead.paint(entry, alone.networks, lambda _: None)
        assert picture.planned.item == entry.item
        assert np.abs(picture.picture.pixels - expected.picture.pixels).mean() < 0.01
        assert len(picture.losses) == len(expected.losses) == 12
        assert picture.notes == expected.notes
    assert passes[0] == 2  # the first two turns find out what one takes


def test_where_every_step_is_looked_at_nothing_is_painted_ahead(due: list[Planned], passes: list[int]) -> None:
    painter = Painter()
    for number in range(4):
        painter.paint(due, number)
    assert passes == []


@pytest.mark.usefixtures("in_strides")
@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{MANY}    set: {{masks: {{content: photos/cat.png}}}}\n", id="a mask on the photograph"),
        pytest.param(
            "styles: {sky: {image: art/night.png, mask: photos/cat.png}}\n" + MANY.replace("art/night.png", "sky"),
            id="on a style",
        ),
        pytest.param(
            f"{MANY}    overrides: [{{match: {{content: '[13579]*'}}, set: {{style_weight: 3}}}}]\n",
            id="other settings",
        ),
    ],
)
def test_what_is_unlike_is_painted_alone(job: Job, tmp_path: Path, passes: list[int], text: str) -> None:
    due, painter = planned(job, tmp_path, text=text, count=6)[:6], Painter()
    for number in range(2):
        painter.paint(due, number)
    painter.paint([due[2], due[3]], 0)
    assert passes == []


@pytest.mark.usefixtures("in_strides")
def test_pictures_of_another_size_wait_for_their_turn_with_their_files_kept(
    due: list[Planned], tmp_path: Path, passes: list[int]
) -> None:
    save_picture(tmp_path / "photos" / "3.png", 20, 40, seed=3)
    painter = Painter()
    for number in range(2):
        painter.paint(due, number)
    painter.paint(due, 2)
    assert passes == [2]
    assert [*painter.ahead._painted] == [due[4].item.name]
    assert painter.reading.fetch(due[3].item) is not None


@pytest.fixture
def finished(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Name each picture that is painted, as often as it is."""
    picture_of, names = Sitting.picture_of, list[str]()

    def noting(sitting: Sitting, painting: Painting) -> PaintedPicture:
        names.append(sitting.item.name)
        return picture_of(sitting, painting)

    monkeypatch.setattr(Sitting, "picture_of", noting)
    return names


@pytest.mark.usefixtures("in_strides")
def test_pictures_of_two_sizes_in_turns_are_painted_once_each(
    due: list[Planned], tmp_path: Path, passes: list[int], finished: list[str]
) -> None:
    for number in range(0, 10, 2):
        save_picture(tmp_path / "photos" / f"{number}.png", 20, 40, seed=number)
    painter = Painter()
    for number in range(10):
        painter.paint(due, number)
    assert sorted(finished) == [entry.item.name for entry in due]
    assert 2 in passes


@pytest.mark.usefixtures("in_strides")
def test_a_pass_that_goes_wrong_as_a_whole_is_nobodys_fault(
    due: list[Planned], monkeypatch: pytest.MonkeyPatch, finished: list[str]
) -> None:
    def break_down(*_: object) -> None:
        raise RuntimeError("odd")

    monkeypatch.setattr(together, "stack", break_down)
    painter = Painter()
    for number in range(6):
        painter.paint(due, number)
    assert finished == [entry.item.name for entry in due[:6]]
    assert next(iter(painter.ahead._pace._seconds.values()))[2] == inf


@pytest.mark.usefixtures("in_strides")
def test_nobody_waits_for_a_file_that_was_not_read_ahead(due: list[Planned], passes: list[int]) -> None:
    painter = Painter()
    for number in range(4):
        painter.ahead.paint(due[number], painter.networks, lambda _: None, due[number + 1 :])
    assert passes == []


@pytest.mark.usefixtures("in_strides")
def test_a_file_that_cannot_be_read_fails_in_its_own_turn(due: list[Planned], tmp_path: Path) -> None:
    painter = Painter()
    for number in range(2):
        painter.paint(due, number)
    (tmp_path / "photos" / "3.png").write_bytes(b"no picture")
    painter.paint(due, 2)
    with pytest.raises(PictureError, match=r"3\.png"):
        painter.paint(due, 3)
    painter.paint(due, 4)


@pytest.mark.usefixtures("in_strides")
def test_what_ends_the_picture_whose_turn_it_is_leaves_the_others_painted(due: list[Planned]) -> None:
    painter = Painter()
    for number in range(2):
        painter.paint(due, number)

    def fail(progress: Progress) -> None:
        raise TimeoutError("enough")

    with pytest.raises(TimeoutError):
        painter.paint(due, 2, fail)
    assert [*painter.ahead._painted] == [due[3].item.name]
    started = time.monotonic()
    assert painter.paint(due, 3).started <= started


@pytest.mark.usefixtures("in_strides")
def test_who_is_asked_to_end_ends_with_all_of_them_kept(job: Job, tmp_path: Path) -> None:
    due = planned(job, tmp_path, FEW_STEPS.replace("12", "40"))

    def asked(progress: Progress) -> None:
        if progress.iteration > 15:
            raise StoppedError(ExitCode.TERMINATED)

    painter = Painter()
    for number in range(2):
        painter.paint(due, number)
    painter.ahead._ask = asked
    with pytest.raises(StoppedError):
        painter.paint(due, 2, asked)
    assert painter.ahead._painted == {}
    others = Painter()
    for number in (2, 3):
        assert any("went on after iteration 20" in note for note in others.paint(due, number).notes)


@pytest.mark.usefixtures("in_strides")
@pytest.mark.parametrize("at_once", [False, True])
def test_where_there_is_no_room_for_several_they_are_painted_alone_from_then_on(
    due: list[Planned], monkeypatch: pytest.MonkeyPatch, at_once: bool
) -> None:
    def lacking(works: list[Work]) -> list[Painting | Exception]:
        return [MemoryError()] * len(works) if at_once else [MemoryError() for _ in works]

    monkeypatch.setattr(painting_ahead, "stylize_together", lacking)
    painter = Painter()
    for number in range(4):
        assert len(painter.paint(due, number).losses) == 12
    assert next(iter(painter.ahead._pace._seconds.values()))[2] == inf


@pytest.mark.usefixtures("in_strides")
@pytest.mark.parametrize(("timeout", "expected"), [(3.9, 1), (600, 2)])
def test_a_timeout_leaves_room_for_one_after_the_other(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, timeout: float, expected: int
) -> None:
    due, painter = planned(job, tmp_path, f"{FEW_STEPS}, timeout: {timeout}"), Painter()
    for number in range(2):
        painter.paint(due, number)
    monkeypatch.setattr(painter.ahead._pace, "alone", lambda _: 1.0)
    sitting = Sitting(due[2], painter.networks, lambda _: None)
    assert painter.ahead._at_once(sitting) == expected


@pytest.mark.usefixtures("in_strides")
def test_no_more_are_painted_than_there_is_memory_for(due: list[Planned], monkeypatch: pytest.MonkeyPatch) -> None:
    painter = Painter()
    for number in range(2):
        painter.paint(due, number)
    sitting = Sitting(due[2], painter.networks, lambda _: None)
    for number in (2, 4):
        painter.ahead._pace.note(painting_ahead._kind(sitting), number, 1e-9 / number)
    assert painter.ahead._at_once(sitting) == 8
    for room, most in ((3, 2), (1, 1), (7, 4)):
        monkeypatch.setattr(painting_ahead, "paintings_at_once", lambda *_, room=room, **__: room)
        assert painter.ahead._at_once(sitting) == most


SITECUSTOMIZE = """
import os, sys, time
from pathlib import Path

if "spawn_main" in " ".join(sys.orig_argv):
    from stylepipe.batch import pace
    from stylepipe.engine import lockstep, together
    from stylepipe.store import atomic

    write_bytes = atomic.write_bytes

    def write(path, *arguments, **others):
        while path.name == "4--night.png" and Path(os.environ["TEST_GATE"]).exists():
            time.sleep(0.02)
        write_bytes(path, *arguments, **others)

    pace._UPCOMING["cpu"], lockstep.DEVICES, atomic.write_bytes = 15, ("cpu",), write
"""


@pytest.fixture
def file(job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a job of ten pictures for workers that take a processor for a GPU, and paint them here one by one."""
    planned(job, tmp_path)
    file = tmp_path / "job.yaml"
    assert carry_out(file, {"output.dir": "alone"})[0] == Summary(done=10)
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(SITECUSTOMIZE)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path / 'site'}:{Path(__file__).parents[2]}")
    monkeypatch.setenv("TEST_GATE", str(tmp_path / "gate"))
    monkeypatch.setitem(pace._UPCOMING, "cpu", 15)
    monkeypatch.setattr("stylepipe.batch.crew.pause_before", lambda _: 0.1)
    return file


def assert_are_like_alone(tmp_path: Path) -> None:
    names = [*outputs_in(tmp_path / "alone")]
    assert [*outputs_in(tmp_path / "out")] == names
    for name in names:
        expected, found = (read_picture(tmp_path / folder / name).pixels for folder in ("alone", "out"))
        assert np.abs(found - expected).mean() < 0.02


def test_a_run_of_workers_that_paint_ahead_tells_of_every_item_in_order_and_records_its_share_of_the_time(
    file: Path, tmp_path: Path
) -> None:
    summary, told = carry_out(file, workers=1)
    assert summary == Summary(done=10)
    ends = [event for event in told if isinstance(event, events.ItemStarted | events.ItemDone)]
    assert [type(event) for event in ends] == 10 * [events.ItemStarted, events.ItemDone]
    assert [event.item for event in ends[::2]] == [event.item for event in ends[1::2]]
    assert_are_like_alone(tmp_path)
    for event in of_kind(told, events.ItemDone):
        record = read_record(tmp_path / "out", event.item)
        assert isinstance(record, Record)
        assert 0 < record.seconds <= event.seconds < 30


def test_a_worker_that_dies_with_pictures_painted_ahead_costs_them_a_turn_and_no_picture(
    file: Path, tmp_path: Path
) -> None:
    gate, told, waited = tmp_path / "gate", list[Event](), list[Event]()
    gate.touch()

    def listen(event: Event) -> None:
        told.append(event)
        if len(of_kind(told, events.ItemDone)) >= 4 and isinstance(event, events.Waiting) and gate.exists():
            waited.append(event)
            if len(waited) == 8:  # long enough for it to have painted what it has in hand
                send(signal.SIGKILL)
                gate.unlink()

    assert run(load_spec(file), Options(workers=1), listen) == Summary(done=10)
    retried = [event.item for event in of_kind(told, events.ItemRetried)]
    assert retried[0] == "4--night"
    assert len(retried) == len({*retried}) >= 3
    assert_are_like_alone(tmp_path)
