"""The run loop: plan under the lock, have painted what is due, let no item stop the others."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from stylepipe.batch import events
from stylepipe.batch.cluster_address import check_address
from stylepipe.batch.crew import Crew, EnoughError
from stylepipe.batch.device_names import check_device_name
from stylepipe.batch.events import Listener, Summary
from stylepipe.batch.ledger import Ledger
from stylepipe.batch.machine import crowd_for
from stylepipe.batch.plan import Planned, choose_items, plan_items
from stylepipe.batch.task import may_explain_all
from stylepipe.errors import EnvironmentLacksError, ExitCode, OutputError, StoppedError, StylepipeError, UsageError
from stylepipe.spec.expand import expand
from stylepipe.spec.items import Item
from stylepipe.spec.jobfile import Spec
from stylepipe.store import weights
from stylepipe.store.atomic import sweep_leftovers
from stylepipe.store.hashing import HashCache
from stylepipe.store.lock import hold
from stylepipe.store.places import failures_file, hashes_file, unfinished_folder
from stylepipe.store.unfinished import forget

if TYPE_CHECKING:
    from stylepipe.batch.estimate import Estimate


@dataclass(frozen=True)
class Options:
    """How to run, where the job file does not say.

    only: patterns for the names of the items that count. force: paint what is up to date, too. device: as
    `devices.choose_device` takes it. workers: processes that paint, 0 to paint in this one, None for one a GPU, or as
    many as a CPU has cores for. engine: what starts them, this run or Ray. address: of a Ray cluster, auto or
    host:port; None for one that is started for this run. wait: seconds to wait for another run to end. fail_fast,
    max_failures: stop after the first failure, or after so many. verify: also compare outputs with their hashes, which
    takes reading them. command: what is typed to run this job again.
    """

    only: Sequence[str] = ()
    force: bool = False
    verify: bool = False
    device: str = "auto"
    workers: int | None = None
    engine: Literal["local", "ray"] = "local"
    address: str | None = None
    wait: float = 0.0
    fail_fast: bool = False
    max_failures: int | None = None
    command: Sequence[str] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be meant before anything is done; raises UsageError."""
        check_device_name(self.device)
        check_address(self.engine, self.address)
        if self.engine == "ray" and self.workers == 0:
            raise UsageError("--workers 0 paints in this process, and --engine ray in others; leave one of them out")
        if self.engine == "ray" and self.device not in ("auto", "cpu", "cuda"):
            raise UsageError(f"--device {self.device}: on a cluster Ray chooses which GPU; write auto, cuda or cpu")

    @property
    def most_failures(self) -> float:
        """Give the number of failures that ends the run."""
        return 1 if self.fail_fast else math.inf if self.max_failures is None else self.max_failures


def run(spec: Spec, options: Options | None = None, listener: Listener = events.ignore) -> Summary:
    """Paint every item of a job that is due; give how many were done, up to date and failed.

    Raises SpecError when the job file is wrong, LockedError when another run holds the output directory. What stops
    the run later (a full disk, Ctrl-C) is in the summary, beside what was done until then.
    """
    options = options or Options()
    items = choose_items(spec, options.only)  # first: mistakes must leave nothing behind, not even a lock
    output_dir = items[0].output_dir
    with hold(output_dir, options.wait, lambda who: listener(events.LockAwaited(who))):
        sweep_leftovers(output_dir)
        hashes = HashCache(hashes_file(output_dir))
        planned = plan_items(items, hashes, force=options.force, verify=options.verify)
        hashes.save()
        everything = expand(spec) if options.only else items
        asked = {item.name for item in everything}
        telling = Ledger(listener, output_dir, planned, options.command, asked, learns=options.engine == "local")
        due = [entry for entry in planned if entry.reason is not None]
        expected = _expected(planned, options) if due else None
        telling(events.RunStarted(len(planned), len(due), output_dir, expected))
        finished = [entry.item for entry in planned if entry.reason is None]
        for item in finished:
            telling(events.ItemUpToDate(item.name))
        _forget_unfinished(finished)
        summary = Summary()
        if due:
            crew = _crew(options, everything)
            summary = paint_all(due, crew, telling, most_failures=options.most_failures)
            sweep_leftovers(output_dir)  # of workers that died
        summary = replace(summary, up_to_date=len(planned) - len(due))
        with suppress(OutputError):  # where the disk is full, the log's last line has no room either
            telling(events.RunFinished(summary, failures_file(output_dir) if summary.failed else None))
    return summary


def paint_all(due: Sequence[Planned], crew: Crew, tell: Listener, *, most_failures: float = math.inf) -> Summary:
    """Have painted what is due."""
    tally = _Tally(tell, most_failures)
    fatal: StylepipeError | None = None
    try:
        _require_any_network(due)
        crew.paint(due, tally)
    except KeyboardInterrupt:
        fatal = StoppedError(ExitCode.INTERRUPTED)
    except (StoppedError, OutputError, EnvironmentLacksError) as error:
        fatal = error
    except EnoughError:
        pass
    summary = tally.summary
    not_tried = len(due) - summary.done - summary.failed
    if isinstance(fatal, StoppedError) and not not_tried:
        fatal = None  # it came too late to stop anything
    return replace(summary, not_tried=not_tried, fatal=fatal)


class _Tally:
    """Passes events on and counts how items end; raises EnoughError when too many have failed."""

    def __init__(self, listener: Listener, most_failures: float) -> None:
        self.summary = Summary()
        self._listener, self._most_failures = listener, most_failures

    def __call__(self, event: events.Event) -> None:
        summary = self.summary
        if isinstance(event, events.ItemDone):
            self.summary = replace(summary, done=summary.done + 1)
        elif isinstance(event, events.ItemFailed):
            cause = event.error if may_explain_all(event.error) else summary.cause
            self.summary = replace(summary, failed=summary.failed + 1, cause=cause)
        self._listener(event)
        if isinstance(event, events.ItemFailed) and self.summary.failed >= self._most_failures:
            raise EnoughError


def _expected(planned: Sequence[Planned], options: Options) -> Estimate:
    from stylepipe.batch.estimate import estimate  # which reads pictures' headers: a run with nothing to do has no need

    expected = estimate(planned, workers=options.workers or None)
    # What this machine takes says nothing of a cluster.
    return expected if options.engine == "local" else replace(expected, seconds=None)


def _crew(options: Options, items: Sequence[Item]) -> Crew:
    """Choose who paints; items: all of the job file, since what a picture comes out like must not depend on others."""
    crowd = crowd_for(items)
    if options.workers == 0:
        from stylepipe.batch.in_process import InProcess

        return InProcess(options.device, crowd.threads)
    if options.engine == "ray":
        from stylepipe.batch.cluster import OnCluster

        return OnCluster(options.address, options.device, crowd.threads, options.workers)
    from stylepipe.batch.processes import Processes

    return Processes(options.device, options.workers, crowd)


def _forget_unfinished(items: Iterable[Item]) -> None:
    """Remove what is left of items that are up to date: their runs were killed before they could."""
    for item in items:
        folder = unfinished_folder(item.output_dir, item.file_name)
        if folder.is_dir():
            forget(folder)


def _require_any_network(due: Sequence[Planned]) -> None:
    """Raise EnvironmentLacksError once, rather than for each item, when no item's network is on this machine."""
    for backbone, source in {(entry.item.settings.backbone, entry.item.settings.weights): None for entry in due}:
        try:
            weights.require(backbone, source)
        except EnvironmentLacksError as error:
            lacking = error
        else:
            return
    raise lacking
