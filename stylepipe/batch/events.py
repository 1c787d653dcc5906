"""What a run tells while it goes on, for progress lines, logs and tests; each event is a value of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from stylepipe.errors import ExitCode, StylepipeError

if TYPE_CHECKING:
    from stylepipe.batch.estimate import Estimate


@dataclass(frozen=True)
class LockAwaited:
    """Another run holds the output directory, and this one waits for its end; message: who, and since when."""

    message: str


@dataclass(frozen=True)
class RunStarted:
    """The plan is made: so many items, of which so many are due. expected: what that takes, as far as is known."""

    items: int
    due: int
    output_dir: Path
    expected: Estimate | None = None


@dataclass(frozen=True)
class ItemUpToDate:
    """Nothing to do for this item."""

    item: str


@dataclass(frozen=True)
class ItemStarted:
    """An item is being painted, for this reason."""

    item: str
    reason: str


class Progress(NamedTuple):
    """How far an item is: its scale, its iteration over all scales, the loss, and the share of the work done.

    Of a clip, scale and iteration are those of the frame being painted, counted from 1 of so many; frame_seconds: what
    a frame took lately. may_stop: whether a run that was asked to end does so here: a clip finishes its frame.
    """

    scale_number: int
    scale_count: int
    width: int
    height: int
    iteration: int
    iterations: int
    loss: float
    share: float
    frame: int = 0
    frames: int = 0
    frame_seconds: float | None = None
    may_stop: bool = True


@dataclass(frozen=True)
class ItemProgress:
    """One iteration of an item is done."""

    item: str
    progress: Progress


@dataclass(frozen=True)
class Waiting:
    """Nothing has happened for a moment; who was asked to end may do so."""


@dataclass(frozen=True)
class ItemDone:
    """An item is painted, written and recorded. device: what painted it, in words."""

    item: str
    output: Path
    seconds: float
    notes: Sequence[str] = ()
    device: str = ""


@dataclass(frozen=True)
class ItemRetried:
    """An item's turn ended by what may pass; it has another one, after so many seconds."""

    item: str
    error: StylepipeError
    pause: float


@dataclass(frozen=True)
class ItemFailed:
    """An item cannot be made; the run goes on."""

    item: str
    error: StylepipeError


@dataclass(frozen=True)
class Summary:
    """How a run ended. fatal: what stopped it before all items had their turn."""

    done: int = 0
    up_to_date: int = 0
    failed: int = 0
    not_tried: int = 0
    fatal: StylepipeError | None = None
    cause: StylepipeError | None = None
    """A failure that may explain all others: what the environment lacks, or a bug."""

    @property
    def exit_code(self) -> ExitCode:
        """Give the exit code of the table in `errors.ExitCode`."""
        if self.fatal is not None:
            return self.fatal.exit_code
        if not self.failed:
            return ExitCode.OK
        if self.done or self.up_to_date:
            return ExitCode.SOME_FAILED
        return ExitCode.NOTHING_DONE if self.cause is None else self.cause.exit_code


@dataclass(frozen=True)
class RunFinished:
    """The run is over. failures: where what failed is listed, if something did."""

    summary: Summary
    failures: Path | None = None


Event = (
    LockAwaited
    | RunStarted
    | ItemUpToDate
    | ItemStarted
    | ItemProgress
    | Waiting
    | ItemDone
    | ItemRetried
    | ItemFailed
    | RunFinished
)
Listener = Callable[[Event], None]


def event_name(event: Event) -> str:
    """Give the stable name of an event in logs: item_done for ItemDone."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(event).__name__).lower()


def event_fields(event: Event) -> dict[str, object]:
    """Give an event's fields as JSON takes them: errors as their kind and text, paths as text."""
    if isinstance(event, RunStarted):
        expected = {} if event.expected is None else asdict(event.expected)
        return {"items": event.items, "due": event.due, "output_dir": str(event.output_dir), **expected}
    if isinstance(event, RunFinished):
        summary = event.summary
        fatal = None if summary.fatal is None else str(summary.fatal)
        counts = {key: getattr(summary, key) for key in ("done", "up_to_date", "failed", "not_tried")}
        failures = {} if event.failures is None else {"failures": str(event.failures)}
        return {**counts, "fatal": fatal, "exit_code": int(summary.exit_code), **failures}
    if isinstance(event, ItemProgress):
        fields = event.progress._asdict()
        unsaid = {"may_stop"} if event.progress.frames else {"may_stop", "frame", "frames", "frame_seconds"}
        return {"item": event.item, **{key: value for key, value in fields.items() if key not in unsaid}}
    if isinstance(event, ItemFailed | ItemRetried):
        pause = {"pause": event.pause} if isinstance(event, ItemRetried) else {}
        return {"item": event.item, "kind": type(event.error).__name__, "message": str(event.error), **pause}
    return {key: str(value) if isinstance(value, Path) else value for key, value in vars(event).items()}


def ignore(_event: Event) -> None:
    """Listen to nothing."""
