"""Reading the files of the pictures that follow while another one is painted: hashing and decoding, in a thread.

It saves time and nothing hangs on it: whatever goes wrong is dropped, and found again in the item's own turn.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from stylepipe.batch.memory import room_beside
from stylepipe.batch.painter import Files, read
from stylepipe.batch.plan import Planned, input_paths
from stylepipe.media.stored_size import stored_size
from stylepipe.spec.items import Item
from stylepipe.spec.settings import Settings

_MOST_PIXELS = 50_000_000
"""Of the files that are held at once, for each picture that follows."""
_BYTES_A_PIXEL = 40
"""What reading takes at its most: samples as they are stored, and in floats twice or three times."""
_PATIENCE = 30.0
"""Seconds for a file of another item to be read; decoders serve one at a time."""


class ReadingAhead:
    """Reads one item's files after the other, and holds them until they are fetched."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._enough = self._full = False
        self._now: str | None = None
        self._begun = set[str]()
        self._files: dict[str, tuple[Files, int]] = {}

    def begin(self, upcoming: Sequence[Planned], painting: Settings) -> None:
        """Begin to read what has not been begun, while nothing is read. painting: what is painted meanwhile by."""
        if self._full or (self._thread is not None and self._thread.is_alive()):
            return
        names = {planned.item.name for planned in upcoming}
        self._files = {name: files for name, files in self._files.items() if name in names}
        self._begun &= names
        waiting = [planned for planned in upcoming if planned.item.name not in self._begun]
        if waiting:
            self._enough = False
            most_pixels = min(_MOST_PIXELS * len(upcoming), room_beside(painting) // _BYTES_A_PIXEL)
            self._thread = threading.Thread(target=self._read, args=(waiting, most_pixels), name="read", daemon=True)
            self._thread.start()

    def is_free_for(self, item: Item) -> bool:
        """Wait until an item's files are read, or nothing is; False where that hangs in another item's files."""
        if item.name in self._files:
            return True
        self._enough = True
        if self._thread is not None:
            self._thread.join(None if self._now == item.name else _PATIENCE)
        return self._thread is None or not self._thread.is_alive()

    def fetch(self, item: Item) -> Files | None:
        """Give an item's files and hold them no more; None where they were not read, or could not be."""
        files, _ = self._files.pop(item.name, (None, 0))
        self._full = False
        return files

    def hold(self, files: Files) -> None:
        """Hold what was fetched and is not needed yet."""
        planned, _ = files
        self._files[planned.item.name] = (files, _pixels(planned.item))

    def _read(self, waiting: Sequence[Planned], most_pixels: int) -> None:
        for planned in waiting:
            if self._enough:
                return
            name = self._now = planned.item.name
            with suppress(Exception):  # whatever hostile bytes raise; it is told when it is raised again
                pixels, held = _pixels(planned.item), sum(held for _, held in [*self._files.values()])
                if held and pixels + held > most_pixels:
                    self._full = True  # until something is fetched
                    return
                if pixels <= most_pixels:
                    self._files[name] = (read(planned), pixels)
            self._begun.add(name)


def _pixels(item: Item) -> int:
    """Count the pixels of an item's files by their headers; raises PictureError where one does not say."""
    limit = item.settings.max_megapixels
    return sum(math.prod(stored_size(Path(path), max_megapixels=limit)) for _, path in input_paths(item))
