"""Artworks' statistics between runs and beside other workers: on this user's disk, a file for each artwork and size."""

from __future__ import annotations

import platform

import torch

from stylepipe.batch.devices import device_name
from stylepipe.engine.style_memory import Statistics
from stylepipe.store.file_cache import FileCache
from stylepipe.store.fingerprint import ALGORITHM

_MOST_BYTES = 1 << 30
_FORM = 2
"""Raised whenever the statistics have another shape than before."""


class StatisticsShelf:
    """Keeps statistics for one device of this machine, as `engine.style_memory.Shelf` has it.

    What was measured with another number of threads, or by another torch, differs in its last digits, and a picture's
    bytes must not depend on who has painted before: such statistics are kept apart.
    """

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._files = FileCache.of_user("artworks", _MOST_BYTES)

    def get(self, key: str) -> Statistics | None:
        """Give what is kept of an artwork."""
        arrays = self._files.get(self._whole(key))
        if arrays is None:
            return None
        # Copies: what a file was read into may lie across the processor's vectors, where sums come out another way.
        tensors = {name: torch.from_numpy(array).to(self._device, copy=True) for name, array in arrays.items()}
        layers = dict.fromkeys(name.rpartition(" ")[0] for name in tensors)
        try:
            return {layer: (tensors[f"{layer} 0"], tensors[f"{layer} 1"]) for layer in layers}
        except KeyError:  # somebody has changed it
            return None

    def put(self, key: str, found: Statistics) -> None:
        """Keep what was measured of an artwork."""
        pairs = {f"{layer} {k}": tensor for layer, pair in found.items() for k, tensor in enumerate(pair)}
        self._files.put(self._whole(key), {name: tensor.contiguous().cpu().numpy() for name, tensor in pairs.items()})

    def _whole(self, key: str) -> str:
        processor = torch.backends.cpu.get_cpu_capability() if self._device.type == "cpu" else ""
        return (
            f"{ALGORITHM} {_FORM} {torch.__version__} {platform.node()} {processor} {device_name(self._device)} {key}"
        )
