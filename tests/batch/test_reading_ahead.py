"""The next picture's files are read in a thread: what is read is what its turn would read, or nothing."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
import torch

from stylepipe import load_spec
from stylepipe.batch import reading_ahead
from stylepipe.batch.painter import Files, read
from stylepipe.batch.plan import Planned, plan
from stylepipe.batch.reading_ahead import ReadingAhead

from .conftest import Job


@pytest.fixture
def due(job: Job) -> list[Planned]:
    return plan(load_spec(job()))


def fetched(planned: Planned) -> Files | None:
    """Read an item's files ahead, and fetch them."""
    ahead = ReadingAhead()
    ahead.begin([planned], planned.item.settings)
    assert ahead.is_free_for(planned.item)
    return ahead.fetch(planned.item)


def test_what_is_read_ahead_is_what_its_turn_would_read(due: list[Planned]) -> None:
    files = fetched(due[0])
    assert files is not None
    (now, materials), (then, others) = files, read(due[0])
    assert now == then
    assert torch.equal(materials.content, others.content)
    assert torch.equal(materials.styles[0].image, others.styles[0].image)
    assert materials.styles[0].key == others.styles[0].key


def wait_for(ahead: ReadingAhead) -> None:
    """Wait until all is read that has been begun."""
    thread = ahead._thread
    assert thread is not None
    thread.join(30)


def test_several_are_read_in_order_each_once_and_fetched_once(
    due: list[Planned], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = list[str]()

    def noting(planned: Planned) -> Files:
        names.append(planned.item.name)
        return read(planned)

    monkeypatch.setattr(reading_ahead, "read", noting)
    ahead = ReadingAhead()
    for _ in range(2):
        ahead.begin(due[:3], due[3].item.settings)
        wait_for(ahead)
    assert names == [planned.item.name for planned in due[:3]]
    files = ahead.fetch(due[1].item)
    assert files is not None
    assert ahead.fetch(due[1].item) is None
    assert ahead.fetch(due[3].item) is None
    ahead.hold(files)
    assert ahead.fetch(due[1].item) is files


def test_what_nobody_needs_any_more_is_let_go_of(due: list[Planned]) -> None:
    ahead = ReadingAhead()
    ahead.begin(due[:2], due[3].item.settings)
    wait_for(ahead)
    ahead.begin(due[1:2], due[3].item.settings)
    assert ahead.fetch(due[0].item) is None
    assert ahead.fetch(due[1].item) is not None


def test_no_further_file_is_begun_once_a_turn_has_come(due: list[Planned], monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(planned: Planned) -> Files:
        begun.set()
        go_on.wait(30)
        return read(planned)

    monkeypatch.setattr(reading_ahead, "read", slow)
    ahead = ReadingAhead()
    ahead.begin(due[:3], due[3].item.settings)
    assert begun.wait(30)
    threading.Timer(0.2, go_on.set).start()
    assert ahead.is_free_for(due[0].item)
    assert [ahead.fetch(planned.item) is not None for planned in due[:3]] == [True, False, False]
    ahead.begin(due[1:3], due[3].item.settings)  # and is in the next one
    wait_for(ahead)
    assert all(ahead.fetch(planned.item) for planned in due[1:3])


def test_a_file_that_cannot_be_read_says_so_in_its_turn_alone(due: list[Planned], tmp_path: Path) -> None:
    (tmp_path / "photos" / "cat.png").write_bytes(b"no picture")
    assert fetched(due[0]) is None


def test_what_is_large_is_left_to_its_turn(due: list[Planned], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_ahead, "_MOST_PIXELS", 2 * 40 * 32)
    assert fetched(due[0]) is not None
    monkeypatch.setattr(reading_ahead, "_MOST_PIXELS", 2 * 40 * 32 - 1)
    assert fetched(due[0]) is None


def test_no_more_are_held_than_there_is_room_for(due: list[Planned], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_ahead, "room_beside", lambda _: reading_ahead._BYTES_A_PIXEL * 4 * 40 * 32)
    ahead = ReadingAhead()
    ahead.begin(due[:3], due[3].item.settings)
    wait_for(ahead)
    thread = ahead._thread
    ahead.begin(due[:3], due[3].item.settings)
    assert ahead._thread is thread  # nothing is looked at again until something is fetched
    assert [ahead.fetch(planned.item) is not None for planned in due[:3]] == [True, True, False]
    ahead.begin(due[2:3], due[3].item.settings)  # now there is room
    wait_for(ahead)
    assert ahead.fetch(due[2].item) is not None


def test_who_has_its_files_waits_for_no_other_ones(due: list[Planned], monkeypatch: pytest.MonkeyPatch) -> None:
    end = threading.Event()

    def hang(planned: Planned) -> Files:
        if planned is due[1]:
            end.wait(30)
        return read(planned)

    monkeypatch.setattr(reading_ahead, "_PATIENCE", 0.05)
    monkeypatch.setattr(reading_ahead, "read", hang)
    ahead = ReadingAhead()
    ahead.begin(due[:3], due[3].item.settings)
    while ahead._now != due[1].item.name:
        time.sleep(0.01)
    assert ahead.is_free_for(due[0].item)
    assert ahead.fetch(due[0].item) is not None
    assert not ahead.is_free_for(due[2].item)
    end.set()
    assert ahead.is_free_for(due[1].item)


def test_nothing_is_read_where_the_painting_may_need_all_memory(
    due: list[Planned], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_ahead, "room_beside", lambda _: -1)
    assert fetched(due[0]) is None


def test_a_file_that_takes_for_ever_holds_up_no_other_item(due: list[Planned], monkeypatch: pytest.MonkeyPatch) -> None:
    end = threading.Event()
    monkeypatch.setattr(reading_ahead, "_PATIENCE", 0.05)
    monkeypatch.setattr(reading_ahead, "read", lambda _: end.wait(30))
    ahead = ReadingAhead()
    ahead.begin(due[:1], due[0].item.settings)
    assert not ahead.is_free_for(due[1].item)
    end.set()
    assert ahead.is_free_for(due[0].item)
