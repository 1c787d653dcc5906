"""What this machine has taken to paint, so that the first plan of a new job can say how long it will take.

Kept in the user's cache folder: losing it costs nothing but the estimate.
"""

from __future__ import annotations

import json
import math
from contextlib import suppress
from pathlib import Path

from platformdirs import user_cache_dir

from stylepipe.errors import OutputError
from stylepipe.store import atomic

_VERSION = 1
"""Of the file; one of another version counts as empty."""

_KEPT = 29 / 30
"""Share of the past that each item leaves: a machine that has become faster is known as such after a night."""

_Rates = dict[str, tuple[float, float]]
"""Costs and amounts, each added up, by what decides how they go together: small items, which are mostly waiting for
files and networks, count as little as they are."""


class Speeds:
    """Seconds for the work of painting, and bytes for the pixels of outputs, each by a text that names what decides it.

    device: of the last item that was noted, in words; None before the first. workers: how many painted at once then.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._seconds: _Rates = {}
        self._bytes: _Rates = {}
        self.device: str | None = None
        self.workers = 1

    @classmethod
    def load(cls) -> Speeds:
        """Take up what is kept for this user; what is missing or broken counts as nothing."""
        speeds = cls(Path(user_cache_dir("stylepipe")) / "speeds.json")
        with suppress(OSError, ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError):
            speeds._read()
        return speeds

    def note(self, key: str, work: int, seconds: float) -> None:
        """Add what an item took. work: pixels times iterations."""
        _add(self._seconds, key, work, seconds)

    def seconds(self, key: str, work: int) -> float | None:
        """Estimate what so much work takes; None when nothing like it was ever noted."""
        return _scaled(self._seconds, key, work)

    def note_bytes(self, key: str, pixels: int, size: int) -> None:
        """Add how large an output of so many pixels came out."""
        _add(self._bytes, key, pixels, size)

    def bytes(self, key: str, pixels: int) -> float | None:
        """Estimate the size of an output of so many pixels; None when nothing like it was ever noted."""
        return _scaled(self._bytes, key, pixels)

    def save(self) -> None:
        """Keep what is known, if the disk lets us: only an estimate depends on it."""
        content = {
            "version": _VERSION,
            "device": self.device,
            "workers": self.workers,
            "seconds": self._seconds,
            "bytes": self._bytes,
        }
        if self._file is not None:
            with suppress(OutputError):
                atomic.write_text(self._file, json.dumps(content, indent=1) + "\n")

    def _read(self) -> None:
        assert self._file is not None
        content = json.loads(self._file.read_bytes())
        if content["version"] != _VERSION:
            return
        seconds, sizes = (_rates(content[name]) for name in ("seconds", "bytes"))
        device, workers = content["device"], int(content["workers"])
        self._seconds, self._bytes, self.workers = seconds, sizes, max(1, workers)
        self.device = None if device is None else str(device)


def _add(rates: _Rates, key: str, amount: int, cost: float) -> None:
    if amount <= 0:
        return
    costs, amounts = rates.get(key, (0.0, 0.0))
    rates[key] = (costs * _KEPT + cost, amounts * _KEPT + amount)


def _scaled(rates: _Rates, key: str, amount: int) -> float | None:
    if key not in rates:
        return None
    costs, amounts = rates[key]
    return costs / amounts * amount


def _rates(content: dict[str, tuple[float, float]]) -> _Rates:
    rates = {str(key): (float(costs), float(amounts)) for key, (costs, amounts) in content.items()}
    if not all(0 <= costs < math.inf and 0 < amounts < math.inf for costs, amounts in rates.values()):
        raise ValueError("a rate is no such number")
    return rates
