"""What a run leaves on disk beside pictures and their records: its log, what failed, and how fast this machine is."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from glob import escape
from pathlib import Path

from stylepipe.batch import events
from stylepipe.batch.events import Event, Listener, event_fields, event_name
from stylepipe.batch.plan import Planned
from stylepipe.errors import OutputNameError
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

    command: what is typed to run the job again, without which `failures.txt` names no commands. asked: the names of all
    items that it asks for. learns: whether it is this machine that paints, whose speed is noted. Raises OutputError
    when the disk refuses.
    """

    def __init__(
        self,
        listener: Listener,
        output_dir: Path,
        planned: Sequence[Planned],
        command: Sequence[str],
        asked: Collection[str],
        *,
        learns: bool = True,
    ) -> None:
        self._listener, self._output_dir, self._command, self._asked = listener, output_dir, command, asked
        self._learns = learns
        self._planned: Mapping[str, Planned] = {entry.item.name: entry for entry in planned}
        self._log = RunLog(output_dir)
        self._speeds = Speeds.load()
        self._failed = {failure.item for failure in all_failures(output_dir)}
        self._attempts: dict[str, int] = {}
        self._painting: set[str] = set()
        self._at_once = 1

    def __call__(self, event: Event) -> None:
        """Note what has happened, once who listens knows."""
        self._listener(event)
        if not isinstance(event, _TOO_MANY):
            typed = {"command": [*self._command]} if isinstance(event, events.RunStarted) else {}
            self._log.write(event_name(event), **event_fields(event), **typed)
        match event:
            case events.ItemStarted():
                self._painting.add(event.item)
                self._at_once = max(self._at_once, len(self._painting))
            case events.ItemUpToDate() if event.item in self._failed:
                clear_failure(self._output_dir, event.item)
            case events.ItemRetried():
                self._attempts[event.item] = self._attempts.get(event.item, 0) + 1
            case events.ItemDone():
                self._painting.discard(event.item)
                clear_failure(self._output_dir, event.item)
                if self._learns:
                    self._learn_from(event.item)
            case events.ItemFailed():
                self._painting.discard(event.item)
                with suppress(OutputNameError):  # somebody has put a folder there: the others are painted all the same
                    write_failure(self._output_dir, self._failure(event))
            case events.RunFinished():
                self._speeds.save()
                self._tell_failures()

    def _learn_from(self, item: str) -> None:
        from stylepipe.batch.estimate import note_done  # as run.py has it

        note_done(self._speeds, self._planned[item].item, workers=self._at_once)

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
            atomic.write_text(path, "".join(f"{line}\n" for line in _lines(failures, self._command, self._asked)))
        else:
            atomic.remove(path)


def _lines(failures: Sequence[Failure], command: Sequence[str], asked: Collection[str]) -> Iterator[str]:
    """Put failures into words that a shell takes: what failed by one cause, in one command."""
    yield f"# {len(failures)} failed, as of {utc_now()}. The next run tries them again; these commands do so now."
    by_cause: dict[str, list[str]] = {}
    others = []
    for failure in failures:
        if failure.item in asked:
            by_cause.setdefault(failure.reason, []).append(failure.item)
        else:
            others.append(failure.item)
    for cause, names in by_cause.items():
        yield ""
        yield f"# {printable(', '.join(names))}: {printable(cause)}"
        if command:
            yield shlex.join([*command, *(f"--only={escape(name)}" for name in names)])
    if others:
        yield ""
        yield "# Of another job file, or not asked for any more, which `stylepipe clean` forgets:"
        yield f"# {printable(', '.join(others))}"
