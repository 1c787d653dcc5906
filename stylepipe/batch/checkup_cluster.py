"""What a Ray cluster can do for a run, what it lacks, and how to mend that."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from stylepipe import __version__
from stylepipe.batch.cluster_worker import Place, look_around
from stylepipe.batch.finding import Finding, problem
from stylepipe.errors import EnvironmentLacksError, OutputError
from stylepipe.store import atomic

if TYPE_CHECKING:
    from stylepipe.batch import ray


def check_cluster(address: str | None, folder: Path) -> Iterator[Finding]:
    """Join a cluster and look at each of its machines: the same programs, and a folder for outputs that all see.

    address: as `ray.joined` has it. folder: where pictures would be written, or a folder in it.
    """
    try:
        from stylepipe.batch.ray import joined
    except EnvironmentLacksError as error:
        yield problem("ray", error)
        return
    yield Finding("ray", "ok", version("ray"))
    try:
        with joined(address) as cluster:
            machines = cluster.machines()
            yield _size(machines)
            yield from _machines(cluster, folder)
    except EnvironmentLacksError as error:
        yield problem("cluster", error)


def _size(machines: Sequence[ray.Machine]) -> Finding:
    cpus, gpus = sum(machine.cpus for machine in machines), sum(machine.gpus for machine in machines)
    text = f"{_counted(len(machines), 'machine')}, with {_counted(cpus, 'core')} and {_counted(gpus, 'GPU')} for tasks"
    if cpus or gpus:
        return Finding("cluster", "ok", text)
    return Finding("cluster", "problem", text, "start Ray on machines that paint, without --num-cpus 0")


def _machines(cluster: ray.Cluster, folder: Path) -> Iterator[Finding]:
    """Have every machine read a file that this one writes."""
    there = next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.is_dir())
    word = secrets.token_hex(8)
    probe = there / f".stylepipe-{word}"  # a name by which `clean` would know it, should we die now
    try:
        atomic.write_text(probe, word)
        for name, found in cluster.on_every_machine(partial(look_around, probe)):
            yield _machine(name, found, there, word)
    except OutputError as error:
        yield problem("cluster", error)
    finally:
        with suppress(OSError):
            probe.unlink()


def _machine(name: str, found: Place | Exception, folder: Path, word: str) -> Finding:
    title = f"on {name}"
    if isinstance(found, Exception):
        remedy = f'install it there, with the same Python: pip install "stylepipe[ray]=={__version__}"'
        return Finding(title, "problem", f"stylepipe cannot be loaded: {found}", remedy)
    if found.stylepipe != __version__:
        remedy = "install the same version on every machine of the cluster"
        return Finding(title, "problem", f"stylepipe {found.stylepipe}, and {__version__} here", remedy)
    if found.word != word:
        remedy = "mount the folder at the same path on every machine of the cluster"
        return Finding(title, "problem", f"{folder} is not the folder of that path here", remedy)
    return Finding(title, "ok", f"stylepipe {found.stylepipe}, Python {found.python}, sees {folder}")


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
