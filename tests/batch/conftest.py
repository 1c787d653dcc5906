"""What the tests of the batch share."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from PIL import Image

from stylepipe import load_spec, run
from stylepipe.batch.events import Event, ItemProgress, Summary
from stylepipe.batch.plan import Planned, plan
from stylepipe.batch.run import Options
from stylepipe.errors import ExitCode, StoppedError
from stylepipe.store.failures import Failure, write_failure
from stylepipe.store.fingerprint import fingerprint

E = TypeVar("E", bound=Event)
Job = Callable[..., Path]
Start = Callable[..., subprocess.Popen[str]]
Walk = Callable[..., Planned]

FEW = "size: 48, iterations: 2, pyramid: false, video: {frame_iterations: 2}"
"""Settings under which a frame takes a few hundredths of a second."""
CLIPS = "jobs:\n  - contents: clips/*\n    styles: art/night.png\n"


@pytest.fixture(autouse=True)
def weights_dir(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep weights and caches in an empty folder of the test's own, and hide this machine's."""
    folder = tmp_path_factory.mktemp("weights")
    monkeypatch.setenv("STYLEPIPE_WEIGHTS_DIR", str(folder / "stylepipe"))
    monkeypatch.setenv("TORCH_HOME", str(folder / "torch"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    return folder / "stylepipe"


@pytest.fixture
def python(spawn: Start) -> Start:
    """Start real Python processes of one thread."""

    def start(code: str, *arguments: object, **environment: str) -> subprocess.Popen[str]:
        return spawn([sys.executable, "-c", code, *arguments], OMP_NUM_THREADS="1", **environment)

    return start


@pytest.fixture
def film(tmp_path: Path, encode: Callable[..., Path], moving: np.ndarray) -> Path:
    """Half a second of a moving square, with sound that is as long."""
    path = tmp_path / "clips" / "square.mp4"
    path.parent.mkdir(exist_ok=True)
    sound = ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=0.48"]
    path.write_bytes(encode("sound.mp4", moving, "-c:a", "aac", before=sound).read_bytes())
    return path


@pytest.fixture
def clip_job(job: Job, film: Path) -> Callable[..., Path]:
    """Write a job file of that one clip."""
    assert film.exists()
    return lambda text=CLIPS, defaults=FEW: job(text, defaults=defaults)


@pytest.fixture
def walk(job: Job, tmp_path: Path, moving: np.ndarray) -> Walk:
    """Plan a clip of numbered frames, which stays a folder of frames unless overrides say otherwise."""

    def planned(overrides: dict[str, object] | None = None, frames: np.ndarray = moving) -> Planned:
        folder = tmp_path / "frames" / "walk"
        folder.mkdir(parents=True)
        for number, frame in enumerate(frames):
            Image.fromarray(frame).save(folder / f"{number:03}.png")
        file = job("jobs:\n  - {contents: frames/*, styles: art/night.png, frames: true}\n", defaults=FEW)
        (entry,) = plan(load_spec(file, {"output.format": "frames", "video.frame_rate": 25} | (overrides or {})))
        return entry

    return planned


def answer(process: subprocess.Popen[str]) -> str:
    """Give what a process printed, when it ended well."""
    out, error = process.communicate(timeout=60)
    assert process.returncode == 0, error
    return out.strip()


def carry_out(file: Path, overrides: dict[str, object] | None = None, **options: object) -> tuple[Summary, list[Event]]:
    """Run a job file, in this process unless `workers` says otherwise; give its summary and all that was told."""
    told: list[Event] = []
    summary = run(load_spec(file, overrides), Options(**{"workers": 0} | options), told.append)  # type: ignore[arg-type]
    return summary, told


def stopped_behind(file: Path, frame: int) -> int:
    """Run a job until so many frames of its clip are painted; give how many it was told of."""
    last = 0

    def listen(event: Event) -> None:
        nonlocal last
        if isinstance(event, ItemProgress) and event.progress.may_stop:
            last = event.progress.frame
            if last == frame:
                raise StoppedError(ExitCode.INTERRUPTED)

    run(load_spec(file), Options(force=True, workers=0), listen)  # a worker would be a frame further by then
    return last


def reasons(file: Path, overrides: dict[str, object] | None = None, **options: object) -> dict[str, str | None]:
    """Give why each item of a job file is due."""
    planned = plan(load_spec(file, overrides), **options)  # type: ignore[arg-type]
    return {entry.item.name: entry.reason for entry in planned}


def fail(file: Path, name: str) -> None:
    """Leave behind what a run leaves of an item that failed."""
    entry = next(entry for entry in plan(load_spec(file)) if entry.item.name == name)
    asked = None if entry.identity is None else fingerprint(entry.identity)
    failure = Failure(name, "PictureError", f"{name}: no luck\nagain", asked, 1, "2026-03-01T22:15:00Z")
    write_failure(entry.item.output_dir, failure)


def of_kind(told: list[Event], kind: type[E]) -> list[E]:
    """Give the events of one kind."""
    return [event for event in told if isinstance(event, kind)]


def files_in(folder: Path) -> dict[str, str]:
    """Give every file at any depth with its SHA-256."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def outputs_in(folder: Path) -> dict[str, str]:
    """Give the pictures in an output directory with their SHA-256, without what stylepipe keeps for itself."""
    return {name: sha256 for name, sha256 in files_in(folder).items() if not name.startswith(".stylepipe/")}
