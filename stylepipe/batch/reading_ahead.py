"""Reading the files of the next picture while another one is painted: hashing and decoding, in a thread of its own.

It saves time and nothing hangs on it: whatever goes wrong is dropped, and found again in the item's own turn.
"""

from __future__ import annotations

import math
import threading
from contextlib import suppress
from pathlib import Path

from stylepipe.batch.memory import room_beside
from stylepipe.batch.painter import Files, read
from stylepipe.batch.plan import Planned, input_paths
from stylepipe.media.stored_size import stored_size
from stylepipe.spec.items import Item
from stylepipe.spec.settings import Settings

_MOST_PIXELS = 50_000_000
"""Of all an item's files that are read ahead."""
_BYTES_A_PIXEL = 40
"""What reading takes at its most: samples as they are stored, and in floats twice or three times."""
_PATIENCE = 5.0
"""Seconds for what is read for nobody to be done with; decoders serve one at a time."""


class ReadingAhead:
    """Reads one item's files at a time, and holds them until they are fetched."""

    def __init__(self) -> None:
        self._item: Item | None = None
        self._thread: threading.Thread | None = None
        self._files: Files | None = None

    def begin(self, upcoming: Planned | None, painting: Settings) -> None:
        """Begin to read, unless that has begun. painting: what is painted meanwhile by."""
        if upcoming is not None and self._thread is None:
            self._item = upcoming.item
            most_pixels = min(_MOST_PIXELS, room_beside(painting) // _BYTES_A_PIXEL)
            self._thread = threading.Thread(target=self._read, args=(upcoming, most_pixels), name="read", daemon=True)
            self._thread.start()

    def is_free_for(self, item: Item) -> bool:
        """Wait until nothing is read any more; False where that hangs in another item's files, as long as it does."""
        if self._thread is not None:
            self._thread.join(None if self._item == item else _PATIENCE)
        return self._thread is None or not self._thread.is_alive()

    def fetch(self, item: Item) -> Files | None:
        """Give an item's files and hold nothing any more; None where they were not read, or could not be."""
        files = self._files if self._item == item else None
        self._item = self._thread = self._files = None
        return files

    def _read(self, upcoming: Planned, most_pixels: int) -> None:
        with suppress(Exception):  # whatever hostile bytes raise; it is told when it is raised again
            if _pixels(upcoming.item) <= most_pixels:
                self._files = read(upcoming)


def _pixels(item: Item) -> int:
    """Count the pixels of an item's files by their headers; raises PictureError where one does not say."""
    limit = item.settings.max_megapixels
    return sum(math.prod(stored_size(Path(path), max_megapixels=limit)) for _, path in input_paths(item))
