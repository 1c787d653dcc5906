"""A job file that was read: what it says, and where it says it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from stylepipe.spec.document import Document
from stylepipe.spec.nodes import Loc
from stylepipe.spec.patterns import absolute
from stylepipe.spec.problems import Place, Problem
from stylepipe.spec.settings import Settings
from stylepipe.spec.yaml12 import Source


@dataclass(frozen=True)
class Spec:
    """A job file, read and found to be well formed; `expand` makes its items."""

    path: Path
    """The file, absolute; for a job that was never a file, a name in its base folder."""
    base_dir: Path
    """The folder that every path in the file is relative to."""
    document: Document
    """What the file says, with `--set output...` applied."""
    source: Source
    """The text, for pointing at places."""
    overrides: Settings = field(default_factory=Settings)
    """What `--set` says about settings; only those fields are set."""
    assigned: frozenset[str] = frozenset()
    """The keys of `output` that `--set` gave, which therefore have no place in the file."""

    @property
    def output_dir(self) -> Path:
        """The folder for the pictures, absolute."""
        return absolute(self.document.output.dir, self.base_dir)

    def place(self, loc: Loc) -> Place | None:
        """Say where in the file a value stands."""
        return self.source.place(loc)

    def problem(self, loc: Loc, message: str, hint: str | None = None) -> Problem:
        """Make a problem of the value at the end of a way."""
        if loc[:1] == ("output",) and len(loc) > 1 and loc[1] in self.assigned:
            return Problem(None, None, message, hint, origin=f"--set output.{loc[1]}")
        return Problem.at(self.place(loc), message, hint)
