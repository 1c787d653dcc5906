"""A picture's state is kept when it is time, belongs to its own item, and is gone when the picture is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from stylepipe import load_spec, run
from stylepipe.batch import checkpoints, events
from stylepipe.batch.events import Event, Listener, Summary
from stylepipe.batch.render import render
from stylepipe.batch.run import Options
from stylepipe.errors import ExitCode, StoppedError
from stylepipe.store.records import Record, read_record

from .conftest import Job, carry_out, of_kind, outputs_in

ONE = "jobs:\n  - contents: photos/cat.png\n    styles: art/night.png\n"
SCALES = "size: 128, iterations: 6, pyramid: true"


def kept(out: Path) -> list[Path]:
    return [*(out / ".stylepipe" / "unfinished").rglob("*.safetensors")]


def stop_at(file: Path, iteration: int, **options: object) -> list[int]:
    """Let a run end behind an iteration; give how many checkpoints there were before each."""
    out, seen = load_spec(file).output_dir, []

    def stop(event: Event) -> None:
        if isinstance(event, events.ItemProgress):
            seen.append(len(kept(out)))
            if event.progress.iteration == iteration:
                raise StoppedError(ExitCode.TERMINATED)

    run(load_spec(file), Options(workers=0, **options), stop)  # type: ignore[arg-type]
    return seen


def test_a_short_picture_is_kept_only_when_it_is_stopped(job: Job, tmp_path: Path) -> None:
    assert set(stop_at(job(ONE, defaults=SCALES), 9)) == {0}
    assert len(kept(tmp_path / "out")) == 1


@pytest.mark.parametrize(("interval", "of_scales"), [(0.0, 1e9), (1e9, 0.0)])
def test_a_long_one_is_kept_every_minute_and_behind_each_scale(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, interval: float, of_scales: float
) -> None:
    monkeypatch.setattr(checkpoints, "_INTERVAL", interval)
    monkeypatch.setattr(checkpoints, "_INTERVAL_OF_SCALES", of_scales)
    monkeypatch.setattr(checkpoints, "_LEAST_WORK", 0)
    seen = stop_at(job(ONE, defaults=SCALES), 12)
    assert seen[0] == 0
    assert seen[-1] == 1
    assert seen.index(1) == (1 if interval == 0 else 7)  # the second scale's first step


def test_what_takes_long_to_keep_is_kept_less_often(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "_INTERVAL", 0.0)
    monkeypatch.setattr(checkpoints, "_LEAST_WORK", 10**6)
    written: list[object] = []
    write = checkpoints.write_checkpoint
    monkeypatch.setattr(checkpoints, "write_checkpoint", lambda *all_: (written.append(1), write(*all_)))
    stop_at(job(ONE, defaults=SCALES), 12)
    assert len(written) == 2  # the first, and the one at the end


def test_the_next_run_goes_on_and_counts_the_seconds_of_both(job: Job, tmp_path: Path) -> None:
    file = job(ONE, defaults=SCALES)
    carry_out(file, {"output.dir": "whole"})
    stop_at(file, 9)
    summary, told = carry_out(file)
    assert summary.done == 1
    first = of_kind(told, events.ItemProgress)[0]
    assert first.progress.iteration == 10
    record = read_record(tmp_path / "out", "cat--night")
    assert isinstance(record, Record)
    assert record.notes == ["went on after iteration 9"]
    assert record.iterations == len(record.losses)
    assert record.seconds > of_kind(told, events.ItemDone)[0].seconds
    assert outputs_in(tmp_path / "out") == outputs_in(tmp_path / "whole")
    assert kept(tmp_path / "out") == []


def test_a_state_of_other_settings_is_not_taken_up(job: Job, tmp_path: Path) -> None:
    file = job(ONE, defaults=SCALES)
    stop_at(file, 9)
    _, told = carry_out(file, {"content_weight": "3"})
    assert of_kind(told, events.ItemProgress)[0].progress.iteration == 1
    assert kept(tmp_path / "out") == []


def test_a_state_that_does_not_fit_is_dropped(job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = job(ONE, defaults=SCALES)
    stop_at(file, 9)
    read = checkpoints.read_checkpoint

    def read_less(*arguments: object) -> object:
        found = read(*arguments)  # type: ignore[arg-type]
        return found and found._replace(arrays=dict([*found.arrays.items()][1:]))

    monkeypatch.setattr(checkpoints, "read_checkpoint", read_less)
    summary, told = carry_out(file)
    assert summary.done == 1
    assert of_kind(told, events.ItemDone)[0].notes == []
    assert of_kind(told, events.ItemProgress)[0].progress.iteration == 1


def test_a_rendered_picture_goes_on_as_well_and_leaves_nothing(job: Job, tmp_path: Path) -> None:
    job(ONE)
    told: list[Event] = []

    def stop(event: Event) -> None:
        if isinstance(event, events.ItemProgress) and event.progress.iteration == 5:
            raise StoppedError(ExitCode.TERMINATED)

    def paint(listener: Listener) -> Summary:
        styles = [(str(tmp_path / "art" / "night.png"), 1.0)]
        settings = {"size": "48", "iterations": "9"}
        output = tmp_path / "out" / "cat.png"
        return render(str(tmp_path / "photos" / "cat.png"), styles, output, settings, listener=listener)

    assert paint(stop).exit_code == ExitCode.TERMINATED
    assert len(kept(tmp_path / "out")) == 1
    assert paint(told.append) == Summary(done=1)
    assert of_kind(told, events.ItemDone)[0].notes == ["went on after iteration 5"]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["cat.png"]
