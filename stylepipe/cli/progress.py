"""What a run shows while it goes on: a progress line on a terminal, plain lines elsewhere, JSON lines on request."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from stylepipe.batch import events
from stylepipe.batch.events import Event, Listener, Summary
from stylepipe.store.run_log import event_line

if TYPE_CHECKING:
    from rich.console import Console

_TICK = 0.1
"""Seconds between two updates of the progress line; eyes want no more, and drawing costs time."""


@contextmanager
def listening(*, quiet: bool, log_json: bool) -> Iterator[Listener]:
    """Give the listener that suits where stderr goes."""
    if log_json:
        yield _json_lines
    elif quiet:
        yield _failures_only
    else:
        from rich.console import Console

        console = Console(stderr=True, highlight=False, soft_wrap=True)
        if console.is_terminal and not console.is_dumb_terminal:
            with _ProgressLine(console) as line:
                yield line
        else:
            yield _PlainLines()


def _json_lines(event: Event) -> None:
    if not isinstance(event, events.ItemProgress):
        click.echo(event_line(events.event_name(event), **events.event_fields(event)), err=True)


def _failures_only(event: Event) -> None:
    if isinstance(event, events.ItemFailed):
        click.echo(_failure(event), err=True)
    elif isinstance(event, events.RunFinished) and event.summary.fatal is not None:
        click.echo(f"stylepipe: {event.summary.fatal}", err=True)


def _failure(event: events.ItemFailed) -> str:
    """Give one line: which item, and what its error says."""
    text = str(event.error).replace("\n", " ")
    return f"failed {event.item}: {text.removeprefix(f'{event.item}: ')}"


class _PlainLines:
    """One line for each item that is done or failed, and one at the end."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def __call__(self, event: Event) -> None:
        line = self._line(event)
        if line:
            click.echo(line, err=True)

    def _line(self, event: Event) -> str | None:
        match event:
            case events.ItemDone():
                return f"done {event.item} in {duration(event.seconds)}: {event.output}"
            case events.ItemFailed():
                return _failure(event)
            case events.RunFinished():
                return summary_line(event.summary, time.monotonic() - self._started)
        return None


class _ProgressLine:
    """A line at the bottom of the terminal that follows the picture being painted; finished items scroll above it."""

    def __init__(self, console: Console) -> None:
        from rich.live import Live

        self._console = console
        self._live = Live(console=console, transient=True, auto_refresh=False)
        self._started = self._drawn = time.monotonic()
        self._due = self._finished = 0
        self._item_started = self._started
        self._rate = _Rate()

    def __enter__(self) -> _ProgressLine:
        self._live.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._live.stop()

    def __call__(self, event: Event) -> None:
        from rich.markup import escape

        match event:
            case events.RunStarted():
                self._due = event.due
                if event.due < event.items:
                    self._console.print(f"[dim]{event.items - event.due} of {event.items} items are up to date[/dim]")
            case events.ItemStarted():
                self._item_started, self._rate = time.monotonic(), _Rate()
                self._draw(f"{escape(event.item)} [dim]reading ({escape(event.reason)})[/dim]")
            case events.ItemProgress():
                self._rate.tick()
                if time.monotonic() - self._drawn >= _TICK:
                    self._draw(self._status(event))
            case events.ItemDone():
                self._finished += 1
                details = f"{duration(event.seconds)}  {event.output}"
                self._console.print(f"[green]✓[/green] {escape(event.item)}  [dim]{escape(details)}[/dim]")
            case events.ItemFailed():
                self._finished += 1
                self._console.print(f"[red]✗ {escape(_failure(event))}[/red]")
            case events.RunFinished():
                self._live.update("", refresh=True)
                self._console.print(escape(summary_line(event.summary, time.monotonic() - self._started)))

    def _status(self, event: events.ItemProgress) -> str:
        from rich.markup import escape

        p = event.progress
        return (
            f"{escape(event.item)}  {_bar(p.share)}  [dim]{self._finished}/{self._due} done · "
            f"scale {p.scale_number}/{p.scale_count} {p.width}x{p.height} · iteration {p.iteration}/{p.iterations} · "
            f"loss {p.loss:.4g} · {self._rate.per_second:.1f} it/s · {duration(self._left(p.share))} left[/dim]"
        )

    def _left(self, share: float) -> float:
        """Estimate the seconds left: this picture's by its work, the others' like the mean of those so far."""
        now = time.monotonic()
        this = (now - self._item_started) / max(share, 1e-3)
        done = self._item_started - self._started
        mean = (done + this) / (self._finished + 1)
        return this * (1 - share) + mean * (self._due - self._finished - 1)

    def _draw(self, text: str) -> None:
        from rich.text import Text

        self._drawn = time.monotonic()
        line = Text.from_markup(text)
        line.truncate(max(20, self._console.width - 1), overflow="ellipsis")
        self._live.update(line, refresh=True)


class _Rate:
    """Iterations a second over the last few seconds."""

    def __init__(self) -> None:
        self._since, self._count, self.per_second = time.monotonic(), 0, 0.0

    def tick(self) -> None:
        self._count += 1
        passed = time.monotonic() - self._since
        if passed >= 1 or not self.per_second:
            self.per_second = self._count / max(passed, 1e-6)
        if passed >= 3:
            self._since, self._count = time.monotonic(), 0


def _bar(share: float, width: int = 16) -> str:
    filled = round(share * width)
    return f"[cyan]{'━' * filled}[/cyan][dim]{'━' * (width - filled)}[/dim]"


def summary_line(summary: Summary, seconds: float) -> str:
    """Say how a run ended, in one line."""
    parts = [f"{summary.done} done", f"{summary.up_to_date} up to date", f"{summary.failed} failed"]
    if summary.not_tried:
        parts.append(f"{summary.not_tried} not tried")
    line = f"{', '.join(parts)} in {duration(seconds)}"
    return f"{line}; {summary.fatal}" if summary.fatal is not None else line


def duration(seconds: float) -> str:
    """Write a duration for people: 8.3 s, 2 min 05 s, 3 h 12 min."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"
