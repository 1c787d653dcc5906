"""How errors, durations, places and the end of a run are put to people."""

from __future__ import annotations

from pathlib import Path

from stylepipe.batch.events import ItemDone, ItemFailed, ItemProgress, ItemRetried, Summary
from stylepipe.errors import StoppedError, StylepipeError
from stylepipe.spec.problems import SpecError, printable


def error_text(error: StylepipeError) -> str:
    """Write an error for a terminal, saying who speaks, except where it would be in the way.

    The problems of a job file begin with file:line:column, which editors make a link of.
    """
    text = "\n".join(printable(line) for line in str(error).split("\n"))
    return text if isinstance(error, SpecError | StoppedError) else f"stylepipe: {text}"


def done_line(event: ItemDone) -> str:
    """Say in one line which item is done, how long it took, and where it is."""
    notes = "".join(f" ({note})" for note in event.notes)
    return printable(f"done {event.item} in {duration(event.seconds)}: {place(event.output)}{notes}")


def progress_line(event: ItemProgress) -> str:
    """Say in one line how far a picture or clip is."""
    p = event.progress
    if not p.frames:
        return printable(f"painting {event.item}: iteration {p.iteration} of {p.iterations}, {p.share:.0%} of the work")
    pace = "" if p.frame_seconds is None else f", {p.frame_seconds:.1f} s a frame"
    return printable(f"painting {event.item}: frame {p.frame} of {p.frames}{pace}")


def retry_line(event: ItemRetried) -> str:
    """Say in one line what went wrong that may pass."""
    return f"{failure_text(event)}; trying again in {duration(event.pause)}"


def failure_text(event: ItemFailed | ItemRetried) -> str:
    """Say in one line which item failed, and why."""
    text = str(event.error).replace("\n", " ").removeprefix(f"{event.item}: ")
    return printable(f"{event.item}: {text}")


def summary_line(summary: Summary, seconds: float) -> str:
    """Say in one line how a run ended."""
    parts = [f"{summary.done} done", f"{summary.up_to_date} up to date", f"{summary.failed} failed"]
    if summary.not_tried:
        parts.append(f"{summary.not_tried} not tried")
    return f"{', '.join(parts)} in {duration(seconds)}"


def duration(seconds: float) -> str:
    """Write a duration for people: 8.3 s, 2 min 05 s, 3 h 12 min."""
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def place(path: Path) -> str:
    """Write a path as short as it can be typed here: what lies in the current folder without that folder's name."""
    try:
        return str(path.relative_to(Path.cwd()))
    except (ValueError, OSError):  # it lies elsewhere, or the current folder is gone
        return str(path)
