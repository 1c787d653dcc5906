"""What a run shows on a terminal: a progress line that follows the picture being painted, below what is finished."""

from __future__ import annotations

import time
from contextlib import suppress

import click
from rich.console import Console
from rich.live import Live
from rich.text import Text

from stylepipe.batch import events
from stylepipe.batch.events import Event
from stylepipe.cli.wording import duration, error_text, failure_text, place, summary_line
from stylepipe.spec.problems import printable

_TICK = 0.1
"""Seconds between two updates of the progress line; eyes want no more, and drawing costs time."""
_BAR = 16
"""Columns of the bar."""


def stderr_console() -> Console:
    """Give stderr as rich sees it, with all its ways of reading more into a text than it says turned off."""
    return Console(stderr=True, highlight=False, emoji=False, markup=False, soft_wrap=True)


def can_redraw(console: Console) -> bool:
    """Tell whether a line can be drawn over: not in a file, nor on a terminal that cannot move its cursor."""
    return console.is_terminal and not console.is_dumb_terminal


class ProgressLine:
    """A line at the bottom of the terminal that follows the picture being painted; finished items scroll above it."""

    def __init__(self, console: Console, *, summary: bool) -> None:
        self._console, self._summary = console, summary
        self._live = Live(console=console, transient=True, auto_refresh=False)
        self._started = self._drawn = self._item_started = time.monotonic()
        self._due = self._finished = 0
        self._pace = _Pace()

    def __enter__(self) -> ProgressLine:
        self._live.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        with suppress(OSError):  # the terminal is gone
            self._live.stop()

    def __call__(self, event: Event) -> None:
        """Show what has happened."""
        match event:
            case events.RunStarted() if event.due:
                self._due = event.due
                self._draw("starting", None, [f"{event.due} of {event.items} items due"] if self._summary else [])
            case events.ItemStarted():
                self._item_started, self._pace = time.monotonic(), _Pace()
                self._draw(event.item, 0.0, [*self._count(), f"reading ({event.reason})"])
            case events.ItemProgress():
                self._pace.tick(event.progress.share)
                if time.monotonic() - self._drawn >= _TICK:
                    self._draw(event.item, event.progress.share, self._details(event.progress))
            case events.ItemDone():
                details = "  ".join([duration(event.seconds), place(event.output), *event.notes])
                name = f" {printable(event.item)}  "
                self._above(Text.assemble(("✓", "green"), name, (printable(details), "dim")))
            case events.ItemFailed():
                self._above(Text(f"✗ {failure_text(event)}", "red"))
            case events.RunFinished():
                self._live.stop()
                if event.summary.fatal is not None:
                    click.echo(error_text(event.summary.fatal), err=True)
                if self._summary:
                    click.echo(summary_line(event.summary, time.monotonic() - self._started), err=True)

    def _above(self, line: Text) -> None:
        """Print what stays on the screen, above the progress line."""
        self._finished += 1
        self._live.update(Text(f"{self._finished}/{self._due} done", "dim"), refresh=True)
        self._console.print(line)

    def _count(self) -> list[str]:
        return [f"{self._finished}/{self._due} done"] if self._due > 1 else []

    def _details(self, p: events.Progress) -> list[str]:
        """Say how far the run is, the most important first."""
        if p.frames:
            pace = [] if p.frame_seconds is None else [f"{p.frame_seconds:.1f} s a frame"]
            return [
                *self._count(),
                f"frame {p.frame}/{p.frames}",
                *self._left(p.share),
                *pace,
                f"iteration {p.iteration}/{p.iterations}",
                f"{p.width}x{p.height}",
            ]
        return [
            *self._count(),
            *self._left(p.share),
            f"iteration {p.iteration}/{p.iterations}",
            f"scale {p.scale_number}/{p.scale_count} {p.width}x{p.height}",
            f"{self._pace.per_second:.1f} it/s",
            f"loss {p.loss:.4g}",
        ]

    def _left(self, share: float) -> list[str]:
        """Estimate the seconds left: this picture's by its pace, the others' like the mean of those so far."""
        this = self._pace.seconds
        if this is None:
            return []
        mean = (self._item_started - self._started) / self._finished if self._finished else this
        return [f"{duration(this * (1 - share) + mean * (self._due - self._finished - 1))} left"]

    def _draw(self, item: str, share: float | None, details: list[str]) -> None:
        """Show the item, its bar, and as many details as the terminal is wide enough for."""
        self._drawn = time.monotonic()
        self._live.update(_line(printable(item), share, details, self._console.width - 1), refresh=True)


def _line(item: str, share: float | None, details: list[str], width: int) -> Text:
    line = Text(item)
    line.truncate(max(width // 2, 1), overflow="ellipsis")
    if share is not None:
        filled = round(share * _BAR)
        line = Text.assemble(line, "  ", ("━" * filled, "cyan"), ("━" * (_BAR - filled), "dim"))
    separator = "  "
    for detail in map(printable, details):
        if line.cell_len + len(separator) + Text(detail).cell_len > width:
            break
        line.append(separator + detail, "dim")
        separator = " · "
    line.truncate(width, overflow="crop")
    return line


class _Pace:
    """How fast a picture comes on, counted from its first iteration: that one had to wait for the network."""

    def __init__(self) -> None:
        self._begun: float | None = None
        self._first_share = self._since = self._count = self.per_second = 0.0
        self.seconds: float | None = None
        """Estimate of what the whole picture takes; None until it can be told."""

    def tick(self, share: float) -> None:
        now = time.monotonic()
        if self._begun is None:
            self._begun, self._since, self._first_share = now, now, share
            return
        self._count += 1
        if now - self._since >= 1 or not self.per_second:
            self.per_second = self._count / max(now - self._since, 1e-6)
        if now - self._since >= 3:
            self._since, self._count = now, 0
        if now - self._begun >= 0.5 and share > self._first_share:
            self.seconds = (now - self._begun) / (share - self._first_share)
