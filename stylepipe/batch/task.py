"""A task is an item's turn to be painted: what is handed to who paints, how it ended, and what follows from that.

All are plain values, which pass between the run's process and a worker's.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from stylepipe.batch.plan import Planned
from stylepipe.errors import (
    CrashError,
    EnvironmentLacksError,
    ItemTimeoutError,
    LockedError,
    OutputError,
    OutputNameError,
    StylepipeError,
)

if TYPE_CHECKING:
    from stylepipe.batch.clip_job import ClipJob

MOST_RETRIES = 2
"""Turns that an item has after one that ended by what may pass."""

_MAY_PASS = {
    errno.EIO,
    errno.ESTALE,
    errno.ETIMEDOUT,
    errno.ENETDOWN,
    errno.ENETUNREACH,
    errno.EHOSTDOWN,
    errno.EHOSTUNREACH,
    errno.ENOTCONN,
    errno.EREMOTEIO,
}
"""What a network drive says while it is away for a moment."""


@dataclass(frozen=True)
class Task:
    """An item that is to be painted. thrifty: with less memory, which takes longer. record: whether to keep one.

    apart: whether a clip of several shots is only looked through, so that several workers can paint it. shared: what is
    known of such a clip. alone: whether nothing of another item may go on in the same process. upcoming: the pictures
    that the same worker has next, whose files it may read meanwhile, and which it may paint in the same pass.
    """

    planned: Planned
    thrifty: bool = False
    record: bool = True
    apart: bool = False
    shared: Shared | None = None
    alone: bool = False
    upcoming: tuple[Planned, ...] = ()


@dataclass(frozen=True)
class Shared:
    """A clip that several workers paint, as it was looked through. shot: the one to paint; None to put all together.

    elapsed: seconds since the first of them began. spent: seconds that all of them have painted. notes: what they said.
    """

    clip: ClipJob
    shot: range | None = None
    elapsed: float = 0.0
    spent: float = 0.0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Divided:
    """The item is a clip of several shots, which several workers may paint; this turn has only looked through it.

    planned: with its files as they are now. notes: on what an earlier run has painted. seconds: it took.
    """

    planned: Planned
    clip: ClipJob
    notes: tuple[str, ...]
    seconds: float = 0.0


@dataclass(frozen=True)
class Done:
    """The item is painted, written and recorded. seconds: it took. device: what painted it, in words."""

    seconds: float
    notes: Sequence[str]
    device: str


class Reach(Enum):
    """How far a failure reaches."""

    ITEM = "no further turn would end otherwise, and others are not concerned"
    MOMENT = "the same may go well in a moment"
    PROCESS = "the same may go well in another process; this one is spoilt"
    RUN = "no other item would fare better"


@dataclass(frozen=True)
class Failed:
    """The item's turn ended without a picture."""

    error: StylepipeError
    reach: Reach


Outcome = Done | Divided | Failed


def failed(error: StylepipeError) -> Failed:
    """Tell how far an expected failure reaches."""
    if any(isinstance(cause, OSError) and cause.errno in _MAY_PASS for cause in _causes(error)):
        return Failed(error, Reach.MOMENT)
    if isinstance(error, LockedError):  # by a process whose run is dead, and which soon will be, too
        return Failed(error, Reach.MOMENT)
    if any(_is_of_the_gpu(cause) for cause in _causes(error)):
        return Failed(error, Reach.PROCESS)
    if isinstance(error, OutputError) and not isinstance(error, OutputNameError):
        return Failed(error, Reach.RUN)
    return Failed(error, Reach.ITEM)


def crashed(error: Exception, told: StylepipeError) -> Failed:
    """Tell how far a failure reaches that nobody foresaw, and is told so: a CUDA error spoils its process."""
    return Failed(told, Reach.PROCESS) if any(map(_is_of_the_gpu, _causes(error))) else failed(told)


def killed_at_timeout(item: str, timeout: float) -> Failed:
    """Tell of an item that did not end by itself, at its timeout in seconds, as it should."""
    said = f"{item}: did not end at its timeout of {timeout:g} s, and was killed; allow more time, or leave it out"
    return Failed(ItemTimeoutError(said), Reach.ITEM)


def may_explain_all(error: StylepipeError) -> bool:
    """Tell whether a failure may be that of all items: what the environment lacks, or a bug."""
    return isinstance(error, EnvironmentLacksError | CrashError)


def pause_before(attempt: int) -> float:
    """Give the seconds to wait before an item's next turn, after so many."""
    return float(4 ** (attempt - 1))


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__


def _is_of_the_gpu(error: BaseException) -> bool:
    # torch 2.8 gave it a class of its own, AcceleratorError; before, only the text tells.
    return isinstance(error, RuntimeError) and ("CUDA error" in str(error) or "HIP error" in str(error))
