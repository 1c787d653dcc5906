"""Time and memory, taken the same way by every benchmark."""

from __future__ import annotations

import itertools
import multiprocessing
import platform
import re
import resource
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TypeVar

import torch

from stylepipe.engine.lockstep import STRIDE, works_on

T = TypeVar("T")


def clock(device: torch.device) -> float:
    """Give the time when all work so far is done."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter()


def timed(work: Callable[[], object], device: torch.device) -> float:
    """Give the seconds that some work takes."""
    started = clock(device)
    work()
    return clock(device) - started


def in_turns(works: Mapping[str, Callable[[], object]], device: torch.device, rounds: int) -> dict[str, float]:
    """Give the median seconds of each work; each is done once before, then all in turns, so that a busy moment of the
    machine meets all alike."""
    for work in works.values():
        work()
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            seconds[name].append(timed(work, device))
    return {name: statistics.median(found) for name, found in seconds.items()}


def few_iterations(device: torch.device) -> int:
    """Give how many iterations tell how long one takes: where they are not told one by one, three strides."""
    return 3 * STRIDE if works_on(device) else 5


def seconds_an_iteration(steps: Sequence[tuple[int, float]]) -> float:
    """Give the median iteration, which a busy moment of the machine does not move; steps: their numbers and times."""
    return statistics.median((end - begin) / (k - j) for (j, begin), (k, end) in itertools.pairwise(steps))


def most_memory(device: torch.device) -> float:
    """Give the GiB that were in use at most so far, by the process on a CPU, by tensors on a GPU."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device) / 2**30
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def in_a_fresh_process(work: Callable[..., T], *arguments: object) -> T:
    """Do some work in a process that has done nothing before, since one never forgets how much memory it took."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(work, *arguments).result()


def processor() -> str:
    """Name the processor."""
    info = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.*)", info.read_text()) if info.exists() else None
    return found.group(1) if found else platform.processor() or platform.machine()
