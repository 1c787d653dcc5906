"""A worker reads the next picture and writes the last one while it paints: the same comes out, whatever befalls it."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from stylepipe import load_spec, run
from stylepipe.batch import events
from stylepipe.batch.events import Event, Summary
from stylepipe.batch.run import Options
from stylepipe.errors import ExitCode, OutputError, PictureError, StoppedError
from stylepipe.store.hashing import sha256_of
from stylepipe.store.records import Record, read_record

from ..conftest import save_picture
from .conftest import Job, carry_out, of_kind, outputs_in, reasons
from .test_processes import send

TWO = "jobs:\n  - contents: photos/*.png\n    styles: art/night.png\n"
SLOW = f"{TWO}    overrides: [{{match: {{content: dog*}}, set: {{iterations: 150, snapshots: [1]}}}}]\n"
SITECUSTOMIZE = """
import os, sys, threading, time
from pathlib import Path

FOLDER = Path(os.environ["TEST_FOLDER"])

if "spawn_main" in " ".join(sys.orig_argv):
    from PIL import ImageFile
    from stylepipe.store import atomic

    load, write_bytes = ImageFile.ImageFile.load, atomic.write_bytes

    def note(what, name):
        with open(FOLDER / what, "a") as log:
            log.write(f"{name} {threading.current_thread().name}\\n")

    def decode(self):
        name = os.path.basename(getattr(self.fp, "name", ""))
        if name and self.tile:
            note("decoded", name)
        return load(self)

    def write(path, *arguments, **others):
        while path.name == "cat--night.png" and (FOLDER / "gate").exists():
            time.sleep(0.02)
        if path.parent == FOLDER / "out":
            note("written", path.name)
        write_bytes(path, *arguments, **others)

    ImageFile.ImageFile.load, atomic.write_bytes = decode, write
"""


@pytest.fixture(autouse=True)
def watched_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have workers note what they decode and write, in which thread, and not write the cat while a gate is there."""
    monkeypatch.setattr("stylepipe.batch.crew.pause_before", lambda _: 0.1)
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(SITECUSTOMIZE)
    monkeypatch.setenv("TEST_FOLDER", str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path / 'site'}:{Path(__file__).parents[2]}")


def noted(tmp_path: Path, what: str) -> list[tuple[str, str]]:
    """Give the files that workers have decoded or written, each with the thread that did."""
    return [(name, thread) for name, thread in (line.split() for line in (tmp_path / what).read_text().splitlines())]


def in_the_midst(tmp_path: Path, told: list[Event], act: Callable[[Path], None]) -> Callable[[Event], None]:
    """Listen, and do something once, while the cat is held up by a gate and the dog is being painted."""
    gate, acted = tmp_path / "gate", list[int]()
    gate.touch()

    def listen(event: Event) -> None:
        told.append(event)
        if (tmp_path / "out" / "dog--night.00001.png").exists() and not acted:
            acted.append(1)
            act(gate)

    return listen


def test_the_next_picture_is_decoded_and_the_last_is_written_while_one_is_painted(job: Job, tmp_path: Path) -> None:
    file = job()
    carry_out(file, {"output.dir": "here"})
    summary, told = carry_out(file, workers=1)
    assert summary == Summary(done=4)
    assert outputs_in(tmp_path / "out") == outputs_in(tmp_path / "here")
    decoded, written = noted(tmp_path, "decoded"), noted(tmp_path, "written")
    assert decoded[:2] == [("cat.png", "MainThread"), ("night.png", "MainThread")]
    assert [thread for _, thread in decoded[2:]] == 6 * ["read"]
    assert [thread for _, thread in written] == 4 * ["finish"]
    ends = [event for event in told if isinstance(event, events.ItemStarted | events.ItemDone)]
    assert [type(event) for event in ends] == 4 * [events.ItemStarted, events.ItemDone]


def test_one_thing_comes_after_the_other_where_it_is_said_what_memory_there_is(job: Job, tmp_path: Path) -> None:
    assert carry_out(job(TWO), {"memory": "4GiB"}, workers=1)[0] == Summary(done=2)
    assert {thread for _, thread in noted(tmp_path, "decoded") + noted(tmp_path, "written")} == {"MainThread"}


def test_a_worker_that_is_killed_costs_what_it_writes_and_what_it_paints_another_turn_each(
    job: Job, tmp_path: Path
) -> None:
    file, told = job(SLOW), list[Event]()
    carry_out(file, {"output.dir": "here"})

    def kill(gate: Path) -> None:
        send(signal.SIGKILL)
        gate.unlink()

    assert run(load_spec(file), Options(workers=1), in_the_midst(tmp_path, told, kill)) == Summary(done=2)
    assert sorted(event.item for event in of_kind(told, events.ItemRetried)) == ["cat--night", "dog--night"]
    assert sorted(event.item for event in of_kind(told, events.ItemStarted)) == ["cat--night", "dog--night"]
    assert outputs_in(tmp_path / "out") == outputs_in(tmp_path / "here")
    assert set(reasons(file).values()) == {None}


def test_a_run_that_is_stopped_keeps_what_is_written_and_what_is_painted(job: Job, tmp_path: Path) -> None:
    def stop(gate: Path) -> None:
        gate.unlink()
        raise StoppedError(ExitCode.TERMINATED)

    file, told = job(SLOW), list[Event]()
    carry_out(file, {"output.dir": "here"})
    summary = run(load_spec(file), Options(workers=1), in_the_midst(tmp_path, told, stop))
    assert (summary.done, summary.not_tried, summary.exit_code) == (1, 1, ExitCode.TERMINATED)
    assert [event.item for event in of_kind(told, events.ItemDone)] == ["cat--night"]
    assert reasons(file)["cat--night"] is None
    summary, told = carry_out(file, workers=1)
    assert summary == Summary(done=1, up_to_date=1)
    (done,) = of_kind(told, events.ItemDone)
    assert done.notes[0].startswith("went on after iteration ")
    assert outputs_in(tmp_path / "out") == outputs_in(tmp_path / "here")


def test_a_picture_that_cannot_be_written_fails_alone_while_the_next_is_painted(job: Job, tmp_path: Path) -> None:
    (tmp_path / "out" / "cat--night.png").mkdir(parents=True)
    summary, told = carry_out(job(TWO), workers=1)
    assert (summary.done, summary.failed) == (1, 1)
    (failed,) = of_kind(told, events.ItemFailed)
    assert isinstance(failed.error, OutputError)
    assert [event.item for event in of_kind(told, events.ItemDone)] == ["dog--night"]


def test_a_picture_that_is_never_written_fails_by_its_timeout_and_the_next_has_another_turn(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stylepipe.batch.processes._TIMEOUT_GRACE", 0.5)
    (tmp_path / "gate").touch()
    file = job(f"{TWO}    overrides: [{{match: {{content: cat*}}, set: {{timeout: 2s}}}}]\n")
    summary, told = carry_out(file, workers=1)
    assert (summary.done, summary.failed) == (1, 1)
    (failed,) = of_kind(told, events.ItemFailed)
    assert (
        str(failed.error)
        == "cat--night: did not end at its timeout of 2 s, and was killed; allow more time, or leave it out"
    )
    (retried,) = of_kind(told, events.ItemRetried)
    assert str(retried.error) == "dog--night: the process that painted it was killed with it, since cat--night hung"


def test_a_damaged_file_that_is_read_ahead_fails_alone(job: Job, tmp_path: Path) -> None:
    file = job(TWO)
    save_picture(tmp_path / "photos" / "eel.png", seed=5)
    (tmp_path / "photos" / "dog.png").write_bytes((tmp_path / "photos" / "dog.png").read_bytes()[:200])
    summary, told = carry_out(file, workers=1)
    assert (summary.done, summary.failed) == (2, 1)
    (failed,) = of_kind(told, events.ItemFailed)
    assert isinstance(failed.error, PictureError)
    assert failed.item == "dog--night"
    assert of_kind(told, events.ItemRetried) == []


def test_a_file_that_is_changed_when_it_was_read_ahead_is_read_again(job: Job, tmp_path: Path) -> None:
    file, dog = job(TWO), tmp_path / "photos" / "dog.png"
    changed: list[str] = []

    def change(event: Event) -> None:
        read = isinstance(event, events.ItemProgress) and ("night.png", "read") in noted(tmp_path, "decoded")
        if read and not changed:
            changed.append(event.item)
            save_picture(dog, seed=9)

    assert run(load_spec(file, {"iterations": 60}), Options(workers=1), change) == Summary(done=2)
    assert changed == ["cat--night"]
    assert noted(tmp_path, "decoded")[-2:] == [("dog.png", "MainThread"), ("night.png", "MainThread")]
    record = read_record(tmp_path / "out", "dog--night")
    assert isinstance(record, Record)
    assert record.inputs[0].sha256 == sha256_of(dog)
    assert reasons(file, {"iterations": 60})["dog--night"] is None
