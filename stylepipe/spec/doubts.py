"""What can still be said of a job file whose mistaken parts were cut out.

A person mends a file once: everything wrong is said in one go. But what only follows from a cut, such as a style that
is not defined because its definition could not be read, is not said.
"""

from __future__ import annotations

from dataclasses import dataclass

from stylepipe.spec.nodes import Loc
from stylepipe.spec.problems import did_you_mean

_HARMLESS_IN_JOB = ("contents", "styles", "set", "sweep", "overrides")


@dataclass(frozen=True)
class Doubts:
    """The parts that were cut out of a file; without any, everything is known."""

    cuts: tuple[Loc, ...] = ()

    def style(self, name: str) -> bool:
        """Whether a style that is not there may have been cut out."""
        return any(cut[:2] == ("styles", name) or cut == ("styles",) or _alike(cut, "styles") for cut in self.cuts)

    def contents(self, job: int) -> bool:
        """Whether a job's contents may only look wrong because its `frames` was cut out."""
        return any(cut[:2] == ("jobs", job) and len(cut) == 3 and _alike(cut[2:], "frames") for cut in self.cuts)

    @property
    def settings(self) -> bool:
        """Whether settings that do not go together may owe it to a cut."""
        return bool(self.cuts)

    @property
    def fields(self) -> bool:
        """Whether a setting that no sweep varies may be varied in a part that was cut out."""
        return any(cut[:1] == ("jobs",) and "set" not in cut[2:] for cut in self.cuts)

    @property
    def names(self) -> bool:
        """Whether two items may share a name only because of a cut; leaving out items or settings makes no clash."""
        return any(
            cut[:1] == ("output",)
            or _alike(cut, "output")
            or (cut[:1] == ("jobs",) and len(cut) > 2 and cut[2] not in _HARMLESS_IN_JOB)
            for cut in self.cuts
        )

    @property
    def matches(self) -> bool:
        """Whether an override or an exclude may match something that was cut out."""
        return any(cut[:1] in (("jobs",), ("styles",)) and "set" not in cut[2:] for cut in self.cuts)


def _alike(cut: Loc, key: str) -> bool:
    return len(cut) == 1 and did_you_mean(str(cut[0]), [key]) is not None
