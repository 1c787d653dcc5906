"""Running out of memory: recognised, and put into words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from stylepipe.batch.devices import device_name
from stylepipe.errors import OutOfMemoryError
from stylepipe.spec.items import Item


@contextmanager
def lack_of_memory_in_words(item: Item, width: int, height: int, device: torch.device) -> Iterator[None]:
    """Turn what the block raises when memory is used up into an OutOfMemoryError; width, height: of the content."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not _is_lack_of_memory(error):
            raise
        raise OutOfMemoryError(
            f"{item.name}: {width}x{height} px at size {item.settings.size} needs more memory than "
            f"{device_name(device)} has; set a smaller size, or optimizer: adam"
        ) from error


def _is_lack_of_memory(error: Exception) -> bool:
    """Recognise what has no class of its own: torch says on a CPU with a plain RuntimeError that memory is used up."""
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or "DefaultCPUAllocator" in str(error)
