"""What a run shows on a terminal: a line that follows each picture being painted, below what is finished."""

from __future__ import annotations

import time
from contextlib import suppress

import click
from rich.cells import cell_len
from rich.console import Console
from rich.live import Live
from rich.text import Text

from stylepipe.batch import events
from stylepipe.batch.events import Event
from stylepipe.cli.wording import duration, error_text, failure_text, place, retry_line, started_line, summary_line
from stylepipe.spec.problems import printable

_TICK = 0.1
"""Seconds between two updates of the progress line; eyes want no more, and drawing costs time."""
_BAR = 16
"""Columns of the bar."""
_MOST_LINES = 8
"""Pictures that are shown at once."""


def stderr_console() -> Console:
    """Give stderr as rich sees it, with all its ways of reading more into a text than it says turned off."""
    return Console(stderr=True, highlight=False, emoji=False, markup=False, soft_wrap=True)


def can_redraw(console: Console) -> bool:
    """Tell whether a line can be drawn over: not in a file, nor on a terminal that cannot move its cursor."""
    return console.is_terminal and not console.is_dumb_terminal


class ProgressLines:
    """At the bottom of the terminal, a line for each picture that is being painted; finished items scroll above."""

    def __init__(self, console: Console, *, summary: bool) -> None:
        self._console, self._summary = console, summary
        self._live = Live(console=console, transient=True, auto_refresh=False)
        self._started = self._drawn = time.monotonic()
        self._due = self._finished = 0
        self._painting: dict[str, _Painting] = {}
        self._seconds: list[float] = []

    def __enter__(self) -> ProgressLines:
        self._live.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        with suppress(OSError):  # the terminal is gone
            self._live.stop()

    def __call__(self, event: Event) -> None:
        """Show what has happened."""
        match event:
            case events.LockAwaited():
                self._console.print(Text(f"waiting: {printable(event.message)}", "dim"))
            case events.RunStarted() if event.due:
                self._due = event.due
                details = [started_line(event)] if self._summary else []
                self._show([_line("starting", None, details, self._width)])
            case events.ItemStarted():
                self._painting[event.item] = _Painting(f"reading ({event.reason})")
                self._draw()
            case events.ItemProgress() if event.item in self._painting:
                self._painting[event.item].tick(event.progress)
                if time.monotonic() - self._drawn >= _TICK:
                    self._draw()
            case events.ItemRetried():
                self._painting[event.item] = _Painting("waits for another try")
                self._above(Text(f"… {retry_line(event)}", "yellow"))
            case events.ItemDone():
                self._seconds.append(event.seconds)
                said = "  ".join([duration(event.seconds), place(event.output), *event.notes])
                name = f" {printable(event.item)}  "
                self._end(event.item, Text.assemble(("✓", "green"), name, (printable(said), "dim")))
            case events.ItemFailed():
                self._end(event.item, Text(f"✗ {failure_text(event)}", "red"))
            case events.RunFinished():
                self._live.stop()
                if event.summary.fatal is not None:
                    click.echo(error_text(event.summary.fatal), err=True)
                if self._summary:
                    click.echo(summary_line(event, time.monotonic() - self._started), err=True)

    @property
    def _width(self) -> int:
        return self._console.width - 1

    def _end(self, item: str, line: Text) -> None:
        """Print how an item ended."""
        self._finished += 1
        self._painting.pop(item, None)
        self._above(line)

    def _above(self, line: Text) -> None:
        """Print what stays on the screen, above the moving lines."""
        if self._painting:
            self._draw()
        else:
            self._show([Text(f"{self._finished}/{self._due} done", "dim")])
        self._console.print(line)

    def _draw(self) -> None:
        """Show what is being painted, with as many details as the terminal is wide enough for."""
        count = [f"{self._finished}/{self._due} done"] if self._due > 1 else []
        left = [] if (seconds := self._seconds_left()) is None else [f"{duration(seconds)} left"]
        if len(self._painting) == 1:
            ((item, painting),) = self._painting.items()
            lines = [_line(printable(item), painting.share, painting.details([*count], left), self._width)]
        else:
            shown = [(printable(item), one) for item, one in self._painting.items()][:_MOST_LINES]
            widest = max((cell_len(name) for name, _ in shown), default=0)
            lines = [
                _line(name + " " * (widest - cell_len(name)), one.share, one.details([], []), self._width)
                for name, one in shown
            ]
            more = [f"and {len(self._painting) - len(shown)} more"] if len(shown) < len(self._painting) else []
            lines.append(_line("", None, [*more, *count, *left], self._width))
        self._show(lines)

    def _show(self, lines: list[Text]) -> None:
        self._drawn = time.monotonic()
        self._live.update(Text("\n").join(lines), refresh=True)

    def _seconds_left(self) -> float | None:
        """Estimate: those being painted by their pace, the others like the mean of those so far."""
        known = [(one.share, one.seconds) for one in self._painting.values() if one.seconds is not None]
        if not known:
            return None
        of_one = [*self._seconds] or [seconds for _, seconds in known]
        mean = sum(of_one) / len(of_one)
        waiting = self._due - self._finished - len(known)
        work = sum(seconds * (1 - share) for share, seconds in known) + mean * waiting
        return work / len(self._painting)


class _Painting:
    """A picture or clip that is being painted, as far as is known."""

    def __init__(self, state: str) -> None:
        self._state, self._pace = state, _Pace()
        self._progress: events.Progress | None = None

    def tick(self, progress: events.Progress) -> None:
        self._progress = progress
        self._pace.tick(progress.share)

    @property
    def share(self) -> float:
        return 0.0 if self._progress is None else self._progress.share

    @property
    def seconds(self) -> float | None:
        """Estimate of what the whole takes; None until it can be told."""
        return self._pace.seconds

    def details(self, count: list[str], left: list[str]) -> list[str]:
        """Say how far it is, the most important first."""
        p = self._progress
        if p is None:
            return [*count, self._state]
        if p.frames:
            pace = [] if p.frame_seconds is None else [f"{p.frame_seconds:.1f} s a frame"]
            frames = [f"frame {p.frame}/{p.frames}", *left, *pace]
            return [*count, *frames, f"iteration {p.iteration}/{p.iterations}", f"{p.width}x{p.height}"]
        return [
            *count,
            *left,
            f"iteration {p.iteration}/{p.iterations}",
            f"scale {p.scale_number}/{p.scale_count} {p.width}x{p.height}",
            f"{self._pace.per_second:.1f} it/s",
            f"loss {p.loss:.4g}",
        ]


def _line(item: str, share: float | None, details: list[str], width: int) -> Text:
    line = Text(item, no_wrap=True)
    line.truncate(max(width // 2, 1), overflow="ellipsis")
    if share is not None:
        filled = round(share * _BAR)
        line = Text.assemble(line, "  ", ("━" * filled, "cyan"), ("━" * (_BAR - filled), "dim"))
    separator = "  " if item else ""
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
