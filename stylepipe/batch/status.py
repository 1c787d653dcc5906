"""How an output directory stands: what is done, failed and due, who is at it, and how the last run went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from stylepipe.batch.plan import plan
from stylepipe.errors import UsageError
from stylepipe.spec.jobfile import Spec
from stylepipe.store.failures import Failure, all_failures
from stylepipe.store.leftovers import bytes_of, unfinished_output, unfinished_work
from stylepipe.store.lock import Holder, is_held, read_holder
from stylepipe.store.places import PRIVATE
from stylepipe.store.reasons import damage
from stylepipe.store.records import UnreadableRecord, all_records
from stylepipe.store.run_log import LastRun, last_run


@dataclass(frozen=True)
class Status:
    """How an output directory stands.

    due: how many items are due for each reason, without those that failed. held: whether a run holds the directory
    right now; holder: which, as far as it has said. unfinished: bytes kept of each output that is not finished.
    """

    output_dir: Path
    done: int
    failures: tuple[Failure, ...]
    due: Mapping[str, int]
    held: bool
    holder: Holder | None
    last_run: LastRun | None
    unfinished: Mapping[str, int]

    @property
    def items(self) -> int:
        """Count all items."""
        return self.done + len(self.failures) + sum(self.due.values())


def status_of(target: Spec | Path, *, verify: bool = False) -> Status:
    """Say how a job stands, by its plan, or an output directory alone, by its records and failures.

    Of a directory alone, what was never tried is not known. verify: hash outputs again, too.
    Raises SpecError when the job file is wrong, UsageError for a folder that is no output directory.
    """
    return _of_folder(target, verify=verify) if isinstance(target, Path) else _of_spec(target, verify=verify)


def require_output_dir(folder: Path) -> None:
    """Raise UsageError for a folder to which no run has ever written."""
    if not (folder / PRIVATE).is_dir():
        raise UsageError(
            f"{folder}: no output directory (there is no {PRIVATE} in it); name a job file, or the folder it writes to"
        )


def _of_spec(spec: Spec, *, verify: bool) -> Status:
    planned = plan(spec, verify=verify)
    failures = [entry.failure for entry in planned if entry.failure is not None]
    # What cannot be read is said item by item by `plan`; here it is one reason.
    due = [
        entry.reason if entry.identity is not None else "not readable"
        for entry in planned
        if entry.reason is not None and entry.failure is None
    ]
    done = sum(entry.reason is None for entry in planned)
    return _status(planned[0].item.output_dir, done, failures, due)


def _of_folder(output_dir: Path, *, verify: bool) -> Status:
    require_output_dir(output_dir)
    failures = all_failures(output_dir)
    failed = {failure.item for failure in failures}
    reasons = [
        "record unreadable"
        if isinstance(record, UnreadableRecord)
        else damage(record, output_dir / record.output, verify=verify)
        for record in all_records(output_dir)
        if isinstance(record, UnreadableRecord) or record.item not in failed
    ]
    due = [reason for reason in reasons if reason is not None]
    return _status(output_dir, len(reasons) - len(due), failures, due)


def _status(output_dir: Path, done: int, failures: Iterable[Failure], due: Iterable[str]) -> Status:
    held = is_held(output_dir)
    return Status(
        output_dir=output_dir,
        done=done,
        failures=tuple(failures),
        due=dict(Counter(due).most_common()),
        held=held,
        holder=read_holder(output_dir) if held else None,
        last_run=last_run(output_dir),
        unfinished={unfinished_output(output_dir, work): bytes_of(work) for work in unfinished_work(output_dir)},
    )
