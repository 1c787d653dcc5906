"""What a run leaves on disk beside pictures and their records: its log, what failed, and how fast this machine is."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from glob import escape
from pathlib import Path

from stylepipe.batch import events
from stylepipe.batch.estimate import note_done
from stylepipe.batch.events import Event, Listener, event_fields, event_name
from stylepipe.batch.plan import Planned
from stylepipe.spec.problems import printable
from stylepipe.store import atomic
from stylepipe.store.clock import utc_now
from stylepipe.store.failures import Failure, all_failures, clear_failure, write_failure
from stylepipe.store.fingerprint import fingerprint
from stylepipe.store.places import failures_file
from stylepipe.store.run_log import RunLog
from stylepipe.store.speeds import Speeds

_TOO_MANY = events.ItemProgress | events.ItemUpToDate | events.Waiting
"""Events that no log is for."""


class Ledger:
    """Keeps the books of a run, and passes its events on.

    command: what is typed to run the job again, without which `failures.txt` names no commands. Raises OutputError when
    the disk refuses.
    """

    def __init__(
        self, listener: Listener, output_dir: Path, planned: Sequence[Planned], command: Sequence[str]
    ) -> None:
        self._listener, self._output_dir, self._command = listener, output_dir, command
        self._planned: Mapping[str, Planned] = {entry.item.name: entry for entry in planned}
        self._log = RunLog(output_dir)
        self._speeds = Speeds.load()
        self._attempts: dict[str, int] = {}
        self.workers = 1

    def __call__(self, event: Event) -> None:
        """Note what has happened, once who listens knows."""
        self._listener(event)
        if not isinstance(event, _TOO_MANY):
            self._log.write(event_name(event), **event_fields(event))
        match event:
            case events.ItemRetried():
                self._attempts[event.item] = self._attempts.get(event.item, 0) + 1
            case events.ItemDone():
                clear_failure(self._output_dir, event.item)
                note_done(self._speeds, self._planned[event.item].item, workers=self.workers)
            case events.ItemFailed():
                write_failure(self._output_dir, self._failure(event))
            case events.RunFinished():
                self._speeds.save()
                self._tell_failures()

    def _failure(self, event: events.ItemFailed) -> Failure:
        identity = self._planned[event.item].identity
        return Failure(
            item=event.item,
            kind=type(event.error).__name__,
            message=str(event.error),
            fingerprint=None if identity is None else fingerprint(identity),
            attempts=1 + self._attempts.get(event.item, 0),
            when=utc_now(),
        )

    def _tell_failures(self) -> None:
        """Write what failed in this run or an earlier one, and what to type for it; nothing if nothing did."""
        failures = all_failures(self._output_dir)
        path = failures_file(self._output_dir)
        if failures:
            atomic.write_text(path, "".join(f"{line}\n" for line in _lines(failures, self._command)))
        else:
            path.unlink(missing_ok=True)


def _lines(failures: Sequence[Failure], command: Sequence[str]) -> Iterator[str]:
    """Put failures into words that a shell takes."""
    yield f"# {len(failures)} failed, as of {utc_now()}. The next run tries them again; these commands do so now."
    for failure in failures:
        yield ""
        yield f"# {printable(failure.item)}: {printable(failure.reason)}"
        if command:
            yield shlex.join([*command, f"--only={escape(failure.item)}"])
