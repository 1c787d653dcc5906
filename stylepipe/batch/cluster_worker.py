"""What a process on a machine of a cluster does: it paints one item, and tells the run of it.

It runs in a process of Ray's, which paints other items later with the networks loaded. It sees to it that it paints
what the run means: by the same program, into the same folder.
"""

from __future__ import annotations

import os
import platform
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from stylepipe import __version__
from stylepipe.batch.events import Progress
from stylepipe.batch.task import Done, Failed, Outcome, Reach, Task
from stylepipe.batch.worker import Stopped
from stylepipe.errors import EnvironmentLacksError, ExitCode, StoppedError
from stylepipe.store.lock import Holder, read_holder

if TYPE_CHECKING:
    from stylepipe.batch.networks import Networks

_PROGRESS_PAUSE = 0.5
"""Seconds between two messages about progress."""
_FOLDER_PATIENCE = 15.0
"""Seconds after which a network drive shows on one machine what another has written; NFS remembers for so long."""
_SPOILT_GRACE = 0.2
"""Seconds in which the outcome leaves a process that is spoilt."""


@dataclass(frozen=True)
class Terms:
    """What a run asks of every process that paints for it.

    device: cuda or cpu. threads: of torch, on a CPU. version: of stylepipe. holder: who holds the output directory.
    """

    device: str
    threads: int
    version: str
    holder: Holder | None


@dataclass(frozen=True)
class Place:
    """What a machine of a cluster has. word: what it reads in a file that another machine wrote; None if it cannot."""

    python: str
    stylepipe: str
    word: str | None


Answer = Outcome | Stopped | EnvironmentLacksError
"""What a task gives back; an error is that of all items."""


def paint(task: Task, terms: Terms, tell: Callable[[Progress | None], None]) -> Answer:
    """Paint an item on this machine. tell: hears that it begins, None, and now and then how far it is."""
    tell(None)
    with _asked_to_stop() as asked:
        try:
            _agree(terms, task.planned.item.output_dir)
            networks = _networks(terms.device, terms.threads)
        except EnvironmentLacksError as error:
            return error
        from stylepipe.batch.attempt import attempt

        try:
            outcome = attempt(task, networks, _Told(tell, asked))
        except StoppedError:
            return Stopped()
    if isinstance(outcome, Failed) and outcome.reach is Reach.PROCESS:
        threading.Timer(_SPOILT_GRACE, os._exit, [1]).start()
    return replace(outcome, device=f"{outcome.device} of {platform.node()}") if isinstance(outcome, Done) else outcome


def look_around(probe: Path) -> Place:
    """Say what this machine has; probe: a file that another one has written."""
    word = probe.read_text(encoding="utf-8", errors="replace") if _in_time(probe.is_file) else None
    return Place(platform.python_version(), __version__, word)


def _agree(terms: Terms, output_dir: Path) -> None:
    """Raise EnvironmentLacksError on a machine with another stylepipe or another folder than the run's."""
    if terms.version != __version__:
        raise EnvironmentLacksError(
            f"{platform.node()} has stylepipe {__version__} and the run is of {terms.version}; install the same "
            "version on every machine of the cluster"
        )
    if not _sees(output_dir, terms.holder):
        raise EnvironmentLacksError(
            f"{platform.node()} does not see what this run writes to {output_dir}; mount the folder at the same "
            "path on every machine of the cluster"
        )


@cache
def _sees(output_dir: Path, holder: Holder | None) -> bool:
    """Tell whether a folder here is the one that a run holds, by the note beside its lock."""
    return _in_time(lambda: read_holder(output_dir) == holder)


def _in_time(is_seen: Callable[[], bool]) -> bool:
    """Wait for what another machine has written."""
    deadline = time.monotonic() + _FOLDER_PATIENCE
    while not (seen := is_seen()) and time.monotonic() < deadline:
        time.sleep(1)
    return seen


@cache
def _networks(device: str, threads: int) -> Networks:
    # torch, which is not loaded yet, starts no more; Ray has set another number.
    os.environ["OMP_NUM_THREADS"] = str(threads)
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import torch

    from stylepipe.batch.devices import choose_device
    from stylepipe.batch.networks import Networks

    torch.set_num_threads(threads)
    return Networks(choose_device(device))


class _Told:
    """Passes progress on, though not every step's; raises StoppedError where a task that was cancelled may end."""

    def __init__(self, tell: Callable[[Progress | None], None], asked: threading.Event) -> None:
        self._tell, self._asked = tell, asked
        self._last = 0.0

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self._last >= _PROGRESS_PAUSE:
            self._last = now
            self._tell(progress)
        if progress.may_stop and self._asked.is_set():
            raise StoppedError(ExitCode.TERMINATED)


@contextmanager
def _asked_to_stop() -> Iterator[threading.Event]:
    """Take note of the signal by which Ray cancels a task, instead of being interrupted anywhere by it."""
    asked = threading.Event()
    before = signal.signal(signal.SIGINT, lambda *_: asked.set())
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)
