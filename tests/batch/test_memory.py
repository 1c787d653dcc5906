"""What a painting may take of the memory, and what is done where that is little."""

from __future__ import annotations

from types import SimpleNamespace

import psutil
import pytest
import torch

from stylepipe.batch import events
from stylepipe.batch.events import Summary
from stylepipe.batch.machine import bytes_for, memory
from stylepipe.batch.memory import memory_notes, room_beside, with_allowance
from stylepipe.batch.networks import Networks
from stylepipe.engine.footprint import Way, footprint
from stylepipe.engine.network import FeatureNetwork
from stylepipe.errors import UnpaintableError
from stylepipe.spec.settings import Settings
from stylepipe.store.records import Record, read_record

from .conftest import Job, carry_out, of_kind, outputs_in

ONE = "jobs:\n  - contents: photos/cat.png\n    styles: art/night.png\n"


@pytest.fixture(scope="module")
def network() -> FeatureNetwork:
    return Networks(torch.device("cpu")).network(Settings())


def test_a_limit_is_for_the_process_as_a_whole(network: FeatureNetwork) -> None:
    allowance = with_allowance(network, Settings(memory="8GiB"), spared=1).allowance

    assert allowance is not None
    assert (allowance.bytes, allowance.spared, allowance.held) == (2**33, 1, False)
    assert allowance.taken == pytest.approx(psutil.Process().memory_info().rss, rel=0.1)


def test_without_a_limit_it_is_what_the_machine_has_for_each_process(network: FeatureNetwork) -> None:
    allowance = with_allowance(network, Settings()).allowance

    assert allowance is not None
    assert 0 < allowance.bytes < memory()


@pytest.mark.parametrize(
    ("spared", "note"),
    [
        (0, []),
        (1, ["memory was short: activations were computed twice"]),
        (3, ["memory was short: it was painted in tiles of 512 px"]),
        (5, ["memory was short: it was painted in tiles of 1024 px, with a history of 5"]),
        (12, ["memory was short: it was painted in tiles of 512 px, by adam"]),
        (99, ["memory was short: it was painted in tiles of 256 px, by adam, without a mean of its last iterates"]),
    ],
)
def test_what_was_done_to_save_memory_is_said(network: FeatureNetwork, spared: int, note: list[str]) -> None:
    settings = Settings(memory="1000GiB")
    assert memory_notes(with_allowance(network, settings, spared=spared), settings, 2000, 3000) == note


def test_a_picture_is_painted_in_tiles_where_that_is_what_there_is_memory_for(
    job: Job, network: FeatureNetwork
) -> None:
    settings = Settings(size=800, precision="fp32", iterations=1)
    needed = footprint(Way(settings, side=256), 640, 800)
    assert 1.06 * (needed + 100 * 2**20) < footprint(Way(settings, recompute=True), 640, 800)
    limit = (psutil.Process().memory_info().rss + needed + 50 * 2**20) / 0.95  # of which a prediction fills so much

    file = job(ONE)
    summary, _ = carry_out(
        file, {"size": 800, "iterations": 1, "pyramid": False, "precision": "fp32", "memory": f"{limit / 2**20:.0f}MiB"}
    )

    assert summary == Summary(done=1)
    record = read_record(file.parent / "out", "cat--night")
    assert isinstance(record, Record)
    assert record.notes == ["memory was short: it was painted in tiles of 256 px"]


def test_what_cannot_be_painted_in_so_little_memory_fails_at_once_with_what_to_do(job: Job) -> None:
    file = job(ONE)
    summary, told = carry_out(file, {"memory": "64MiB"})

    assert summary.failed == 1
    (failed,) = of_kind(told, events.ItemFailed)
    assert isinstance(failed.error, UnpaintableError)
    assert "or more `memory`" in str(failed.error)
    assert not outputs_in(file.parent / "out")


def test_beside_a_painting_there_is_what_it_leaves_of_its_process_share_and_half_of_what_is_free(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("stylepipe.batch.machine.cores", torch.get_num_threads)
    monkeypatch.setattr("stylepipe.batch.machine.memory", lambda: 2**40)
    assert 0 < room_beside(Settings()) <= psutil.virtual_memory().total / 2
    monkeypatch.setattr("stylepipe.batch.machine.memory", lambda: 2**33)
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=2**40))
    assert room_beside(Settings()) == int(0.8 * 2**33 - bytes_for(Settings()))
    assert room_beside(Settings(size=4096)) < room_beside(Settings())
