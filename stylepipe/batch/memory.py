"""Memory: what a painting may take of it, what was done to keep to that, and running out of it all the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import torch

from stylepipe.batch import machine
from stylepipe.batch.devices import device_name
from stylepipe.engine.footprint import Allowance, Way, way_to_paint
from stylepipe.engine.network import FeatureNetwork
from stylepipe.errors import OutOfMemoryError
from stylepipe.spec.items import Item
from stylepipe.spec.settings import Settings

_SHARE_OF_FREE = 0.9
"""Of what is free now; others want some of it, too."""


def with_allowance(
    network: FeatureNetwork, settings: Settings, *, spared: int = 0, held: bool = False
) -> FeatureNetwork:
    """Give a network that keeps to what `memory` allows, or to what its device has free at the moment.

    spared: how many ways to paint have turned out to take too much. held: whether the photograph is read already, at
    the size at which it is painted, so that it needs no more memory on a CPU.
    """
    on_cpu = network.device.type == "cpu"
    taken = psutil.Process().memory_info().rss if on_cpu else 0
    most = _free(network.device, taken) if settings.memory == "auto" else settings.memory
    return network.within(Allowance(most, taken, held=held and on_cpu, spared=spared))


def memory_notes(network: FeatureNetwork, settings: Settings, height: int, width: int) -> list[str]:
    """Say what of a painting of that size was done otherwise, because memory was short."""
    way = way_to_paint(settings, height, width, network.allowance, half=network.reading(settings).half)
    done = [*_what_was_done(way, settings)]
    return [f"memory was short: {', '.join(done)}"] if done else []


def _what_was_done(way: Way, settings: Settings) -> Iterator[str]:
    if way.recompute:
        yield "activations were computed twice"
    if way.side is not None:
        yield f"it was painted in tiles of {way.side} px"
    if way.settings.optimizer != settings.optimizer:
        yield f"by {way.settings.optimizer}"
    elif way.settings.history != settings.history:
        yield f"with a history of {way.settings.history}"
    if way.sparing:
        yield "without a mean of its last iterates"


def _free(device: torch.device, taken: int) -> int:
    """Give the bytes that a painting may take, with those that this process has taken already.

    A CPU's are divided among as many processes as its threads leave room for, as `machine.crowd_for` does.
    """
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        kept = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return int(_SHARE_OF_FREE * (free + kept))
    return int(min(_share(), _SHARE_OF_FREE * (psutil.virtual_memory().available + taken)))


def room_beside(settings: Settings) -> int:
    """Give the bytes of the machine's memory that a process may take beside what it paints by some settings.

    That is what is left of its share, and at most half of what is free now, since others want some of it, too.
    """
    return int(min(_share() - machine.bytes_for(settings), psutil.virtual_memory().available / 2))


def _share() -> float:
    """Give the bytes of the machine's memory that one of its processes may take."""
    processes = max(1, machine.cores() // torch.get_num_threads())
    return machine.SHARE_OF_MEMORY * machine.memory() / processes


@contextmanager
def lack_of_memory_in_words(item: Item, width: int, height: int, device: torch.device) -> Iterator[None]:
    """Turn what the block raises when memory is used up into an OutOfMemoryError; width, height: of the content."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not is_lack_of_memory(error):
            raise
        raise OutOfMemoryError(
            f"{item.name}: {width}x{height} px at size {item.settings.size} needs more memory than "
            f"{device_name(device)} has; set a smaller `size`, less `memory`, or `optimizer: adam`"
        ) from error


def is_lack_of_memory(error: Exception) -> bool:
    """Recognise what has no class of its own: torch says on a CPU with a plain RuntimeError that memory is used up."""
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or "DefaultCPUAllocator" in str(error)
