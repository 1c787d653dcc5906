"""A clip of several shots comes out the same from any number of workers, and goes on wherever they were ended."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from stylepipe import load_spec, run
from stylepipe.batch import events
from stylepipe.batch.events import Event, Summary
from stylepipe.batch.run import Options
from stylepipe.errors import ExitCode, ItemTimeoutError, StoppedError
from stylepipe.store.records import Record, read_record

from .conftest import Job, carry_out, of_kind, outputs_in
from .test_processes import send, workers

SIX = "size: 48, iterations: 2, pyramid: false, video: {frame_iterations: 2, scene_cuts: [2, 3, 6, 8, 10]}"


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again at once."""
    monkeypatch.setattr("stylepipe.batch.crew.pause_before", lambda _: 0.1)


@pytest.fixture
def film(job: Job, tmp_path: Path, encode: Callable[..., Path], moving: np.ndarray) -> Path:
    """Write a job of one clip of six shots, and paint it by one worker into `whole`."""
    (tmp_path / "clips").mkdir()
    (tmp_path / "clips" / "film.mp4").write_bytes(encode("film.mp4", moving).read_bytes())
    file = job("jobs:\n  - {contents: clips/*, styles: art/night.png}\n", defaults=SIX)
    assert carry_out(file, {"output.dir": "whole"}, workers=1)[0] == Summary(done=1)
    return file


def test_one_worker_and_three_paint_the_same_bytes(film: Path, tmp_path: Path) -> None:
    summary, told = carry_out(film, workers=3)
    assert summary == Summary(done=1), of_kind(told, events.ItemFailed)
    assert outputs_in(tmp_path / "out") == outputs_in(tmp_path / "whole")
    assert len(of_kind(told, events.ItemStarted)) == 1
    progress = [event.progress for event in of_kind(told, events.ItemProgress)]
    assert progress[-1].share == pytest.approx(1)
    assert (progress[-1].frame, progress[-1].frames) == (12, 12)
    apart, whole = read_record(tmp_path / "out", "film--night"), read_record(tmp_path / "whole", "film--night")
    assert isinstance(apart, Record)
    assert isinstance(whole, Record)
    assert (apart.losses, apart.clip, apart.notes) == (whole.losses, whole.clip, whole.notes)
    assert not (tmp_path / "out" / ".stylepipe" / "unfinished").exists()


@pytest.mark.slow
def test_a_cluster_of_three_workers_paints_the_same_bytes(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("ray", reason="ray is an extra")
    from ray.cluster_utils import Cluster

    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 3, "include_dashboard": False})
    told: list[Event] = []
    try:
        options = Options(engine="ray", address=cluster.address)
        assert run(load_spec(film), options, told.append) == Summary(done=1), of_kind(told, events.ItemFailed)
    finally:
        cluster.shutdown()
    assert outputs_in(tmp_path / "out") == outputs_in(tmp_path / "whole")
    assert len(of_kind(told, events.ItemStarted)) == 1


def test_a_run_of_three_that_was_stopped_is_finished_by_one_and_the_other_way_round(film: Path, tmp_path: Path) -> None:
    for first, second, out in ((3, 1, "out"), (1, 3, "again")):

        def stop(event: Event) -> None:
            if isinstance(event, events.ItemProgress) and event.progress.may_stop and event.progress.frame >= 4:
                raise StoppedError(ExitCode.TERMINATED)

        spec = load_spec(film, {"output.dir": out})
        assert run(spec, Options(workers=first), stop).exit_code == ExitCode.TERMINATED
        summary, told = carry_out(film, {"output.dir": out}, workers=second)
        assert summary == Summary(done=1), of_kind(told, events.ItemFailed)
        assert any(note.startswith("went on at frame ") for note in of_kind(told, events.ItemDone)[0].notes)
        assert outputs_in(tmp_path / out) == outputs_in(tmp_path / "whole")


def test_workers_that_are_killed_cost_a_turn_of_their_shots(film: Path, tmp_path: Path) -> None:
    told: list[Event] = []

    def kill_once(event: Event) -> None:
        told.append(event)
        if (
            isinstance(event, events.ItemProgress)
            and event.progress.frame == 5
            and not of_kind(told, events.ItemRetried)
        ):
            send(signal.SIGKILL)

    assert run(load_spec(film), Options(workers=2), kill_once) == Summary(done=1)
    assert 1 <= len(of_kind(told, events.ItemRetried)) <= 6
    assert outputs_in(tmp_path / "out") == outputs_in(tmp_path / "whole")


def test_the_timeout_is_that_of_the_whole_clip_and_ends_all_who_paint_it(film: Path) -> None:
    summary, told = carry_out(film, {"timeout": 0.001}, workers=3)
    assert (summary.done, summary.failed) == (0, 1)
    (failed,) = of_kind(told, events.ItemFailed)
    assert isinstance(failed.error, ItemTimeoutError)
    assert workers() == []


def test_two_passes_stay_within_their_shots(film: Path, tmp_path: Path) -> None:
    twice: dict[str, object] = {"video.passes": 2, "output.format": "frames"}
    carry_out(film, twice | {"output.dir": "one"}, workers=1)
    summary, told = carry_out(film, twice | {"output.dir": "three"}, workers=3)
    assert summary == Summary(done=1), of_kind(told, events.ItemFailed)
    assert outputs_in(tmp_path / "three") == outputs_in(tmp_path / "one")
