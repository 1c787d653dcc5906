"""The folders that a run writes to: room, kind of disk, locks, clocks, and the caches that outlast it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from platformdirs import user_cache_dir, user_log_dir

from stylepipe import errors
from stylepipe.batch.finding import Finding
from stylepipe.errors import OutputError
from stylepipe.store.clock import utc_now
from stylepipe.store.lock import is_held, read_holder
from stylepipe.store.places import PRIVATE
from stylepipe.store.volumes import Trial, try_out, volume_of
from stylepipe.store.weights import cache_dir

LITTLE_DISK = 2 * 10**9
"""Bytes under which a night's batch may not fit."""
_MOST_AHEAD = 5.0
"""Seconds by which two clocks may differ before logs are hard to read side by side."""


def check_folder(folder: Path) -> Iterator[Finding]:
    """Look at a folder for outputs, or, before it exists, at the one in which it will be made."""
    there = next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.is_dir())
    yield _disk(there)
    trial: Trial | None = None
    try:
        trial = try_out(there)
    except OutputError as error:
        text, _, remedy = str(error).partition("; ")
        yield Finding("folder", "problem", text, remedy)
    else:
        yield _folder(there, trial)
    yield _holder(folder)
    yield _clock(trial)


def check_caches() -> Iterator[Finding]:
    """Look at the folders that this user keeps between runs."""
    places = [
        (Path(user_cache_dir("stylepipe")), "XDG_CACHE_HOME", "what was computed once is computed again in every run"),
        (cache_dir(), "STYLEPIPE_WEIGHTS_DIR", "no weights can be fetched or imported"),
        (Path(user_log_dir("stylepipe")), "XDG_STATE_HOME", "a bug leaves no report"),
    ]
    refused = [place for place in places if not _can_write(place[0])]
    for path, variable, loss in refused:
        yield Finding("caches", "note", f"{path} cannot be written: {loss}", f"mend its permissions, or set {variable}")
    if not refused:
        yield Finding("caches", "ok", f"{places[0][0]} can be written")


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    text = f"{free / 1e9:.1f} GB free at {folder}"
    if free < LITTLE_DISK:
        return Finding("disk", "problem", text, "make room, or choose another output directory")
    return Finding("disk", "ok", text)


def _folder(folder: Path, trial: Trial) -> Finding:
    volume = volume_of(folder)
    kind, shared = (f"{volume.kind} at {volume.mount}", volume.shared) if volume else (str(folder), False)
    if not trial.locks:
        remedy = "start only one run at a time into it, or choose an output directory on a disk of this machine"
        return Finding("folder", "note", f"{kind}, where locks hold nobody back", remedy)
    if shared:
        text = f"{kind}, which other machines may share; its locks hold between the runs of this machine"
        return Finding("folder", "note", text, "let one machine at a time write to it")
    return Finding("folder", "ok", f"{kind}, with locks that hold")


def _holder(folder: Path) -> Finding:
    if not (folder / PRIVATE).is_dir():
        return Finding("lock", "ok", f"no run has written to {folder} yet")
    if not is_held(folder):
        return Finding("lock", "ok", f"no run holds {folder}")
    holder = read_holder(folder)
    who = "" if holder is None else f" by process {holder.pid} on {holder.host} since {holder.since}: {holder.command}"
    return Finding("lock", "note", f"{folder} is held{who}", "wait for its end: stylepipe run --wait 10m")


def _clock(trial: Trial | None) -> Finding:
    now = datetime.now().astimezone()
    installed = datetime.fromtimestamp(os.path.getmtime(errors.__file__)).astimezone()
    text = f"{utc_now()} in records and logs; here UTC{now:%z}"
    remedy = "set this machine's clock, such as with timedatectl set-ntp true"
    if now + timedelta(days=1) < installed:
        return Finding("clock", "problem", f"{text}, which is before stylepipe was made ({installed:%Y-%m-%d})", remedy)
    if trial is not None and abs(trial.ahead) > _MOST_AHEAD:
        which = "ahead of" if trial.ahead > 0 else "behind"
        text = f"{text}; the disk's clock is {abs(trial.ahead):.0f} s {which} it"
        return Finding("clock", "note", text, "set both clocks, or logs and files tell different times")
    return Finding("clock", "ok", text)


def _can_write(folder: Path) -> bool:
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)
