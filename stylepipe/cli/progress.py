"""What a run says while it goes on: plain lines, JSON lines or only failures; what a terminal shows is terminal.py."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from stylepipe.batch import events
from stylepipe.batch.events import Event, Listener
from stylepipe.cli.stopping import be_patient, stop_if_asked
from stylepipe.cli.wording import (
    done_line,
    ended_early_line,
    error_text,
    failure_text,
    progress_line,
    retry_line,
    started_line,
    summary_line,
)
from stylepipe.errors import StylepipeError
from stylepipe.spec.problems import printable
from stylepipe.store.run_log import event_line


@contextmanager
def listening(*, quiet: bool, log_json: bool = False, summary: bool = True) -> Iterator[Listener]:
    """Give the listener that suits where stderr goes; summary: whether it counts the items at the end."""
    if log_json:
        with _errors_as_json():
            yield _heeding(_json_lines)
    elif quiet:
        yield _heeding(_failures_and_early_end)
    else:
        from stylepipe.cli.terminal import ProgressLines, can_redraw, stderr_console

        console = stderr_console()
        if can_redraw(console):
            with ProgressLines(console, summary=summary) as line:
                yield _heeding(line)
        else:
            yield _heeding(_PlainLines(summary=summary))


def _heeding(listener: Listener) -> Listener:
    """Let a run end when it was asked to, and go on when nobody can read what it says: `stylepipe run 2>&1 | head`."""
    read = True

    def tell(event: Event) -> None:
        nonlocal read
        be_patient(not isinstance(event, events.RunFinished | events.LockAwaited))
        if _may_stop(event):
            stop_if_asked()
        if read:
            try:
                listener(event)
            except OSError:
                read = False

    return tell


def _may_stop(event: Event) -> bool:
    """Tell whether nothing is lost by ending here: not where something has just come to its end, which must be told."""
    return isinstance(event, events.ItemStarted | events.Waiting) or (
        isinstance(event, events.ItemProgress) and event.progress.may_stop
    )


@contextmanager
def _errors_as_json() -> Iterator[None]:
    """Make a line of JSON of what ends a run before its first event, or between two."""
    try:
        yield
    except StylepipeError as error:
        fields = {"kind": type(error).__name__, "message": str(error), "exit_code": int(error.exit_code)}
        click.echo(event_line("error", **fields), err=True)
        raise click.exceptions.Exit(error.exit_code) from None


def _json_lines(event: Event) -> None:
    if not isinstance(event, events.ItemProgress | events.Waiting):
        click.echo(event_line(events.event_name(event), **events.event_fields(event)), err=True)


def _failures_only(event: Event) -> None:
    match event:
        case events.ItemFailed():
            click.echo(f"failed {failure_text(event)}", err=True)
        case events.RunFinished() if event.summary.fatal is not None:
            click.echo(error_text(event.summary.fatal), err=True)


def _failures_and_early_end(event: Event) -> None:
    _failures_only(event)
    if isinstance(event, events.RunFinished) and event.summary.not_tried and event.summary.fatal is None:
        click.echo(ended_early_line(event), err=True)


_SILENCE = 60.0
"""Seconds after which an item that goes on says so in a log."""


class _PlainLines:
    """One line for each item that is done or failed, one a minute for what takes longer, and one at the end."""

    def __init__(self, *, summary: bool) -> None:
        self._summary, self._started = summary, time.monotonic()
        self._spoken: dict[str, float] = {}

    def __call__(self, event: Event) -> None:
        match event:
            case events.LockAwaited():
                click.echo(f"waiting: {printable(event.message)}", err=True)
            case events.ItemRetried():
                click.echo(retry_line(event), err=True)
            case events.RunStarted() if self._summary and event.due:
                click.echo(started_line(event), err=True)
            case events.ItemStarted():
                self._spoken[event.item] = time.monotonic()
            case events.ItemProgress() if time.monotonic() - self._spoken[event.item] > _SILENCE:
                click.echo(progress_line(event), err=True)
                self._spoken[event.item] = time.monotonic()
            case events.ItemDone():
                click.echo(done_line(event), err=True)
            case _:
                _failures_only(event)
        if isinstance(event, events.RunFinished) and self._summary:
            click.echo(summary_line(event, time.monotonic() - self._started), err=True)
