"""A room: the things that rays can strike in it, and which they strike first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from samples.fields import Field
from samples.materials import Material, Surface
from samples.rays import through_box


class Thing(Protocol):
    """Anything that rays can strike."""

    def reach(self, origin: Field, way: Field, far: Field) -> Field:
        """How far each ray goes until it strikes, inf if not before `far`."""

    def surface(self, points: Field) -> Surface:
        """What it is like where it was struck."""


@dataclass(frozen=True, eq=False)
class Room:
    """What is large (`around`), and what stands in a box on the table; `clear` are the things light goes through.

    Where two clear things overlap, the earlier counts: so wine may reach into its glass.
    """

    around: Sequence[Thing]
    standing: Sequence[Thing]
    clear: Sequence[tuple[Thing, Material]]
    low: Field
    high: Field

    @property
    def things(self) -> list[Thing]:
        """Everything, in the order of the numbers that `nearest` gives."""
        return [*self.around, *self.standing, *(thing for thing, _ in self.clear)]

    def nearest(self, origin: Field, way: Field, far: Field) -> tuple[Field, Field]:
        """How far each ray goes, and the number of the thing that it strikes, -1 for none."""
        which, far = np.full(far.shape, -1, np.int16), far.copy()
        for number, thing in enumerate(self.around):
            found = thing.reach(origin, way, far)
            closer = found < far
            far, which = np.where(closer, found, far), np.where(closer, number, which)
        enter, leave = through_box(origin, way, self.low, self.high)
        at = np.flatnonzero((leave > np.maximum(enter, 0)) & (enter < far))
        origin, way, best, struck = origin[:, at], way[:, at], far[at], which[at]
        for number, thing in enumerate(self.things[len(self.around) :], len(self.around)):
            found = thing.reach(origin, way, best)
            closer = found < best
            best, struck = np.where(closer, found, best), np.where(closer, number, struck)
        far[at], which[at] = best, struck
        return far, which

    def open_way(self, origin: Field, way: Field, far: Field) -> NDArray[np.int64]:
        """Which rays meet nothing before `far`."""
        clear = np.arange(len(far))
        for thing in self.things:
            free = np.flatnonzero(np.isinf(thing.reach(origin, way, far)))
            if len(free) < len(clear):
                clear, origin, way, far = clear[free], origin[:, free], way[:, free], far[free]
        return clear

    def surface(self, points: Field, which: Field) -> Surface:
        """What the things are like where rays struck them."""
        out = Surface.blank(points.shape[1])
        for number, thing in enumerate(self.things):
            at = np.flatnonzero(which == number)
            if len(at):
                out.put(at, thing.surface(points[:, at]))
        return out
