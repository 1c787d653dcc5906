"""How many pictures are best painted at once: found by trying, since no rule knows every device, network and size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable

MOST_AT_ONCE = 8
_UPCOMING = {"cuda": 2 * MOST_AT_ONCE - 1}
"""Pictures that a worker is told of beside its own: the rest of a pass, and those to read meanwhile."""
_WORTH = 0.95
"""Share of the time a picture that twice as many have to come down to; all that fail, fail together."""


def most_upcoming(device: str) -> int:
    """Give how many pictures a worker on a device is told of beforehand: mostly one, to read its files."""
    return _UPCOMING.get(device.partition(":")[0], 1)


class Pace:
    """Remembers what a picture took, by how many were painted at once; a kind is what makes pictures take as long."""

    def __init__(self) -> None:
        self._seconds = defaultdict[Hashable, dict[int, float]](dict)
        self._warm = set[Hashable]()

    def at_once(self, kind: Hashable) -> int:
        """Give how many to paint at once: twice as many as last time while that is quicker, and then the quickest."""
        seconds, number = self._seconds[kind], 1
        while number in seconds:
            twice = 2 * number
            if twice > MOST_AT_ONCE or (twice in seconds and seconds[twice] > _WORTH * seconds[number]):
                return number
            number = twice
        return number

    def alone(self, kind: Hashable) -> float | None:
        """Give the seconds of a picture alone, where they are known."""
        return self._seconds[kind].get(1)

    def note(self, kind: Hashable, number: int, seconds: float) -> None:
        """Take note of the seconds that a picture took, so many at once; not of the first, which warms all up."""
        if kind in self._warm:
            self._seconds[kind][number] = seconds
        self._warm.add(kind)
