"""Ending a program that shows no sign of life while somebody waits for it: a clip can keep a decoder busy for ever."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_TICKS = 20
"""Looks at the program in the time that it may be silent. Counting them, and not reading a clock, takes no pause of
the whole machine, or Ctrl-Z, for silence."""


class Watchdog:
    """Calls `end` once, in a thread, when so many seconds of waiting have passed without a sign of life.

    grows: a file that the program writes; that it changes is a sign, too.
    """

    def __init__(self, seconds: float, end: Callable[[], None], grows: Path | None = None) -> None:
        self.has_ended = False
        self._tick, self._end, self._grows = seconds / _TICKS, end, grows
        self._silent = 0
        self._seen = self._look()
        self._waited_for = False
        self._over = threading.Event()
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Mark a block in which somebody waits for the program; outside of one it may be silent."""
        self._silent, self._waited_for = 0, True
        try:
            yield
        finally:
            self._waited_for = False

    def heard(self) -> None:
        """Take note of a sign of life."""
        self._silent = 0

    def stop(self) -> None:
        """Watch no longer."""
        self._over.set()

    def _watch(self) -> None:
        while not self._over.wait(self._tick):
            self._silent += self._waited_for
            if self._silent and (seen := self._look()) != self._seen:
                self._silent, self._seen = 0, seen
            if self._silent > _TICKS:
                self.has_ended = True
                self._end()
                return

    def _look(self) -> tuple[int, int] | None:
        if self._grows is None:
            return None
        try:
            status = os.stat(self._grows)
        except OSError:
            return None
        return status.st_size, status.st_mtime_ns
