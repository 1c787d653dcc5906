"""The run loop: plan under the lock, paint what is due, let no item stop the others."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stylepipe.batch import events
from stylepipe.batch.device_names import check_device_name
from stylepipe.batch.events import Listener, Summary, event_fields, event_name
from stylepipe.batch.plan import Planned, choose_items, plan_item
from stylepipe.errors import (
    CrashError,
    EnvironmentLacksError,
    ExitCode,
    OutputError,
    OutputNameError,
    StoppedError,
    StylepipeError,
)
from stylepipe.spec.items import Item
from stylepipe.spec.jobfile import Spec
from stylepipe.store import weights
from stylepipe.store.atomic import sweep_leftovers
from stylepipe.store.crash import write_crash_report
from stylepipe.store.hashing import HashCache
from stylepipe.store.lock import hold
from stylepipe.store.places import crashes_folder, hashes_file, unfinished_folder
from stylepipe.store.run_log import RunLog

if TYPE_CHECKING:
    from stylepipe.batch.networks import Networks


@dataclass(frozen=True)
class Options:
    """How to run, where the job file does not say.

    only: patterns for the names of the items that count. force: paint what is up to date, too. device: as
    `devices.choose_device` takes it. wait: seconds to wait for another run to end. fail_fast, max_failures: stop after
    the first failure, or after so many.
    """

    only: Sequence[str] = ()
    force: bool = False
    device: str = "auto"
    wait: float = 0.0
    fail_fast: bool = False
    max_failures: int | None = None

    def __post_init__(self) -> None:
        """Refuse a device that nobody has before anything is done; raises UsageError."""
        check_device_name(self.device)

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
    with hold(output_dir, options.wait):
        sweep_leftovers(output_dir)
        hashes = HashCache(hashes_file(output_dir))
        planned = [plan_item(item, hashes, force=options.force) for item in items]
        hashes.save()
        log = RunLog(output_dir)
        telling = _Telling(listener, log)
        due = [entry for entry in planned if entry.reason is not None]
        telling(events.RunStarted(len(planned), len(due), output_dir))
        for entry in planned:
            if entry.reason is None:
                telling(events.ItemUpToDate(entry.item.name))
                _forget_unfinished(entry.item)
        summary = paint_all(due, telling, device=options.device, most_failures=options.most_failures)
        summary = replace(summary, up_to_date=len(planned) - len(due))
        with suppress(OutputError):  # where the disk is full, the log's last line has no room either
            telling(events.RunFinished(summary))
    return summary


def paint_all(
    due: Sequence[Planned],
    telling: Listener,
    *,
    device: str = "auto",
    most_failures: float = math.inf,
    record: bool = True,
) -> Summary:
    """Paint what is due, one after the other; a run with nothing to do never loads torch."""
    summary = Summary(not_tried=len(due))
    if not due:
        return summary
    try:
        _require_any_network(due)
        networks = _networks(device)
        for planned in due:
            failure = _paint_one(planned, networks, telling, record=record)
            summary = replace(
                summary,
                done=summary.done + (failure is None),
                failed=summary.failed + (failure is not None),
                not_tried=summary.not_tried - 1,
                cause=failure if isinstance(failure, EnvironmentLacksError | CrashError) else summary.cause,
            )
            if summary.failed >= most_failures:
                break
    except KeyboardInterrupt:
        return replace(summary, fatal=StoppedError(ExitCode.INTERRUPTED))
    except (StoppedError, OutputError, EnvironmentLacksError) as error:
        return replace(summary, fatal=error)
    return summary


def _forget_unfinished(item: Item) -> None:
    """Remove what is left of a clip that is up to date: its run was killed before it could."""
    if (
        item.clip
        and (folder := unfinished_folder(item.output_dir, item.output.relative_to(item.output_dir).as_posix())).is_dir()
    ):
        from stylepipe.store.unfinished import forget

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


def _networks(device: str) -> Networks:
    from stylepipe.batch.devices import choose_device
    from stylepipe.batch.networks import Networks

    return Networks(choose_device(device))


def _paint_one(planned: Planned, networks: Networks, telling: Listener, *, record: bool) -> StylepipeError | None:
    """Paint one item; give its failure, if it is its own and not the run's."""
    item, started = planned.item, time.monotonic()
    telling(events.ItemStarted(item.name, planned.reason or ""))
    try:
        paint = _painter(item)
        notes = paint(planned, networks, lambda p: telling(events.ItemProgress(item.name, p)), record=record)
    except StylepipeError as error:
        if isinstance(error, OutputError | StoppedError) and not isinstance(error, OutputNameError):
            raise  # the next item would fare no better
        telling(events.ItemFailed(item.name, error))
        return error
    except Exception as error:
        crash = _crash(planned, error)
        telling(events.ItemFailed(item.name, crash))
        return crash
    telling(events.ItemDone(item.name, item.output, time.monotonic() - started, notes))
    return None


def _painter(item: Item) -> Callable[..., list[str]]:
    if item.clip:
        from stylepipe.batch.clip_painter import paint_clip

        return paint_clip
    from stylepipe.batch.painter import paint

    return paint


def _crash(planned: Planned, error: Exception) -> CrashError:
    """Turn a bug into the failure of one item, with a report beside the records."""
    report = write_crash_report(crashes_folder(planned.item.output_dir), error)
    return CrashError(f"{planned.item.name}: a bug in stylepipe ({type(error).__name__}: {error}); see {report}")


class _Telling:
    """Passes events on, and writes those worth keeping into the run's log."""

    def __init__(self, listener: Listener, log: RunLog) -> None:
        self._listener, self._log = listener, log

    def __call__(self, event: events.Event) -> None:
        self._listener(event)
        if not isinstance(event, events.ItemProgress | events.ItemUpToDate):
            self._log.write(event_name(event), **event_fields(event))
