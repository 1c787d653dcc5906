"""What the tests of the batch share."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from stylepipe import load_spec, run
from stylepipe.batch.events import Event, Summary
from stylepipe.batch.plan import plan
from stylepipe.batch.run import Options
from stylepipe.store.failures import Failure, write_failure
from stylepipe.store.fingerprint import fingerprint

E = TypeVar("E", bound=Event)
Job = Callable[..., Path]
Start = Callable[..., subprocess.Popen[str]]


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
