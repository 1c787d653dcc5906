"""What was measured of artworks, kept for the next picture or frame in the same style."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import Protocol

from torch import Tensor

from stylepipe.engine.network import FeatureNetwork
from stylepipe.engine.regions import Style

Statistics = Mapping[str, tuple[Tensor, Tensor]]
"""Of an artwork, at each layer; not to be changed."""


class Shelf(Protocol):
    """Where statistics outlast a process, by a text that says all that decides them."""

    def get(self, key: str) -> Statistics | None:
        """Give what was put there under a key."""

    def put(self, key: str, found: Statistics) -> None:
        """Keep statistics under a key."""


class StyleMemory:
    """Remembers artworks' statistics, so that a run measures each of them once; forgets what was not used for longest.

    most_bytes: what it may keep, on the device where it was measured. An artwork at one size takes about 3 MB
    with a VGG and 0.3 MB with `lite`. shelf: where else to look and to put, of networks that have a name.
    """

    def __init__(self, most_bytes: int = 1 << 28, shelf: Shelf | None = None) -> None:
        self._most_bytes, self._shelf = most_bytes, shelf
        self._bytes = 0
        self._kept = OrderedDict[Hashable, Statistics]()

    @property
    def bytes(self) -> int:
        """How much it keeps."""
        return self._bytes

    def recall(
        self,
        style: Style,
        size: tuple[int, int],
        network: FeatureNetwork,
        measures: Hashable,
        measure: Callable[[], Statistics],
    ) -> Statistics:
        """Give what is measured of an artwork at a size (height, width), from memory if it was measured before.

        measures: tells what is measured, and at which layers. An artwork without a key is never remembered.
        """
        if style.key is None:
            return measure()
        key = (style.key, size, network.reads_as, measures)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        shelf = self._shelf if network.name else None
        found = None if shelf is None else shelf.get(repr(key))
        if found is None:
            found = measure()
            if shelf is not None:
                shelf.put(repr(key), found)
        self._kept[key] = found
        self._bytes += _bytes_of(found)
        while self._bytes > self._most_bytes:
            _, forgotten = self._kept.popitem(last=False)
            self._bytes -= _bytes_of(forgotten)
        return found


def _bytes_of(statistics: Statistics) -> int:
    return sum(tensor.untyped_storage().nbytes() for pair in statistics.values() for tensor in pair)
