"""How many pictures are painted at once on a CPU, and with how many threads each.

A picture's bytes depend on the number of threads, which take their sums in another order. So threads follow from what
the job file asks for and from the machine alone: neither from what is still to be done nor from `--workers`. One thread
each for as many pictures as there are cores is what paints most in a night; where there are fewer pictures than cores,
or no memory for so many at once, each gets several.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import psutil

from stylepipe.engine.footprint import Way, footprint
from stylepipe.spec.items import Item
from stylepipe.spec.settings import Settings

_BYTES_A_PROCESS = 900 * 2**20
"""What a process takes before it paints: torch above all."""
_PHOTOGRAPH = 12_000_000
"""Pixels of a photograph that nobody has looked at yet."""
SHARE_OF_MEMORY = 0.8
"""What paintings may take of a machine's memory."""
_CONTROL_GROUPS = Path("/sys/fs/cgroup")


class Crowd(NamedTuple):
    """How many processes paint at once, and the threads of each."""

    processes: int
    threads: int


def crowd_for(items: Sequence[Item]) -> Crowd:
    """Divide this machine's cores among the items of a whole job file, whatever of it is done already."""
    return crowd_of(len(items), {id(item.settings): item.settings for item in items}.values())


def crowd_of(count: int, settings: Iterable[Settings]) -> Crowd:
    """Divide this machine's cores among so many pictures of these settings.

    OMP_NUM_THREADS, where somebody has set it, says the threads.
    """
    largest = max(map(bytes_for, settings))
    processes = max(1, min(count, cores(), int(SHARE_OF_MEMORY * memory() / largest)))
    said = os.environ.get("OMP_NUM_THREADS", "")
    if said.isdecimal() and int(said):
        return Crowd(max(1, min(processes, cores() // int(said))), int(said))
    return Crowd(processes, max(1, cores() // processes))


def cores() -> int:
    """Count the processor cores that this process may use; two threads of one core count once."""
    process = psutil.Process()
    allowed = len(process.cpu_affinity() or ()) if hasattr(process, "cpu_affinity") else psutil.cpu_count()
    limits = [allowed, psutil.cpu_count(logical=False), *map(int, _limits("cpu.max"))]
    return max(1, min(limit for limit in limits if limit))


def memory() -> int:
    """Give the bytes of memory that this machine has, or this process may use."""
    return int(min([psutil.virtual_memory().total, *_limits("memory.max")]))


def bytes_for(settings: Settings) -> float:
    """Predict the bytes of a process that paints by some settings, of a photograph that nobody has looked at."""
    side = math.isqrt(_PHOTOGRAPH) if settings.size == "original" else settings.size
    needed = _BYTES_A_PROCESS + footprint(Way(settings), side, side)
    return needed if settings.memory == "auto" else min(needed, settings.memory)


def _limits(name: str) -> Iterator[float]:
    """Give what Linux's control groups allow: cores of `cpu.max`, bytes of `memory.max`."""
    try:
        group = Path("/proc/self/cgroup").read_text().partition("0::/")[2].partition("\n")[0].strip("/")
    except OSError:
        return
    here = _CONTROL_GROUPS / group
    for folder in (here, *here.parents):
        if folder.is_relative_to(_CONTROL_GROUPS):
            try:
                most, *period = (folder / name).read_text().split()
                yield max(1.0, math.floor(int(most) / int(period[0]))) if period else float(most)
            except (OSError, ValueError):  # there is no such file, or it says "max"
                continue
