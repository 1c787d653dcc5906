"""How errors, durations, sizes, places and the end of a run are put to people."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from stylepipe.batch.estimate import Estimate
from stylepipe.batch.events import ItemDone, ItemFailed, ItemProgress, ItemRetried, RunFinished, RunStarted
from stylepipe.errors import StoppedError, StylepipeError
from stylepipe.spec.problems import SpecError, printable


def error_text(error: StylepipeError) -> str:
    """Write an error for a terminal, saying who speaks, except where it would be in the way.

    The problems of a job file begin with file:line:column, which editors make a link of.
    """
    text = "\n".join(printable(line) for line in str(error).split("\n"))
    return text if isinstance(error, SpecError | StoppedError) else f"stylepipe: {text}"


def expected_text(estimate: Estimate) -> str:
    """Say what is known of how long it takes and how much disk; what is not known is not said."""
    parts = []
    if estimate.seconds is not None:
        about = "at least" if estimate.at_least else "about"
        crew = f" ({estimate.workers} workers)" if estimate.workers > 1 else ""
        parts.append(f"{about} {rough_duration(estimate.seconds)}{crew}")
    if estimate.bytes is not None:
        of = "of" if estimate.bytes <= estimate.free else "where only"
        parts.append(f"{size(estimate.bytes)} {of} {size(estimate.free)} {'are ' * (of != 'of')}free")
    return ", ".join(parts)


def started_line(event: RunStarted) -> str:
    """Say in one line what a run is going to do."""
    expected = "" if event.expected is None else expected_text(event.expected)
    return f"{event.due} of {event.items} items due" + (f"; {expected}" if expected else "")


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


def summary_line(event: RunFinished, seconds: float) -> str:
    """Say in one line how a run ended."""
    summary = event.summary
    parts = [f"{summary.done} done", f"{summary.up_to_date} up to date", f"{summary.failed} failed"]
    if summary.not_tried:
        parts.append(f"{summary.not_tried} not tried")
    see = "" if event.failures is None else f"; see {place(event.failures)}"
    return printable(f"{', '.join(parts)} in {duration(seconds)}{see}")


def ended_early_line(event: RunFinished) -> str:
    """Say in one line that a run has ended because so many items had failed."""
    summary = event.summary
    return f"stylepipe: ended early after {summary.failed} failed, as asked; {summary.not_tried} not tried"


def duration(seconds: float) -> str:
    """Write a duration for people: 8.3 s, 2 min 05 s, 3 h 12 min."""
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def rough_duration(seconds: float) -> str:
    """Write an estimate of a duration no finer than it can be: 40 s, 12 min, 3 h 10 min, 2 d 4 h."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes:02d} min"
    return f"{hours // 24} d {hours % 24} h"


def size(count: float) -> str:
    """Write bytes for people: 812 bytes, 80 MB, 1.2 GB."""
    if count < 1000:
        return f"{count:.0f} byte{'s' * (count != 1)}"
    power = 1 if count < 999.5e3 else 2 if count < 999.5e6 else 3 if count < 999.5e9 else 4
    amount = count / 1000**power
    return f"{amount:.{int(amount < 9.95)}f} {'kMGT'[power - 1]}B"


def moment(when: str) -> str:
    """Write a time of a log, by this machine's clock: 06:44 today, 22:10 yesterday, 22:10 on 2026-03-01."""
    try:
        local = datetime.fromisoformat(when).astimezone()
    except (ValueError, OverflowError):  # somebody else wrote it
        return when
    days = (datetime.now().astimezone().date() - local.date()).days
    return f"{local:%H:%M} {('today', 'yesterday')[days] if days in (0, 1) else f'on {local:%Y-%m-%d}'}"


def place(path: Path) -> str:
    """Write a path as short as it can be typed here: what lies in the current folder without that folder's name.

    A job file chooses folders, and a terminal would obey the control characters in their names: they are spelled out.
    """
    try:
        here = Path.cwd()
        # In the root folder a path without its first slash would save nothing, and look as if it lay elsewhere.
        return printable(str(path if here == Path(here.anchor) else path.relative_to(here)))
    except (ValueError, OSError):  # it lies elsewhere, or the current folder is gone
        return printable(str(path))
