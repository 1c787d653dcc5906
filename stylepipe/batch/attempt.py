"""One try at one item: it is painted, or it is told what kept it from being."""

from __future__ import annotations

import gc
import time
from dataclasses import replace

import torch

from stylepipe.batch import clip_painter, painter
from stylepipe.batch.devices import device_name
from stylepipe.batch.networks import Networks
from stylepipe.batch.plan import Planned, input_paths
from stylepipe.batch.task import Divided, Done, Failed, Outcome, Task, crashed, failed
from stylepipe.batch.watching import OnProgress
from stylepipe.errors import CrashError, OutOfMemoryError, StoppedError, StylepipeError
from stylepipe.spec.problems import printable
from stylepipe.store.crash import write_crash_report
from stylepipe.store.places import crashes_folder

MOST_SPARED = 4
"""Times that a painting which runs out of memory is begun anew in a way that takes less."""


def attempt(task: Task, networks: Networks, on_progress: OnProgress) -> Outcome:
    """Paint an item; where memory does not suffice, again with less and less of it. Raises StoppedError alone."""
    networks = networks.sparing() if task.thrifty else networks
    outcome = _once(task, networks, on_progress)
    while _lacks_memory(outcome) and networks.spared < MOST_SPARED:
        gc.collect()
        if networks.device.type == "cuda":
            torch.cuda.empty_cache()
        networks = networks.sparing()
        outcome = _once(task, networks, on_progress)
    return outcome


def _lacks_memory(outcome: Outcome) -> bool:
    return isinstance(outcome, Failed) and isinstance(outcome.error, OutOfMemoryError)


def _once(task: Task, networks: Networks, on_progress: OnProgress) -> Outcome:
    planned, started = task.planned, time.monotonic()
    try:
        if planned.item.clip:
            notes = clip_painter.paint_clip(task, networks, on_progress)
        else:
            notes = painter.paint(planned, networks, on_progress, record=task.record)
    except StoppedError:
        raise
    except StylepipeError as error:
        return _without_frames(failed(_names_spelled_out(error, planned)))
    except Exception as error:
        return _without_frames(crashed(error, _crash(planned, error)))
    seconds = time.monotonic() - started
    return (
        replace(notes, seconds=seconds)
        if isinstance(notes, Divided)
        else Done(seconds, notes, device_name(networks.device))
    )


def _names_spelled_out(error: StylepipeError, planned: Planned) -> StylepipeError:
    """Write control characters in the names of files as one types them: a line break would cut the message there."""
    for name in {str(planned.item.output), *(path for _, path in input_paths(planned.item))}:
        if not name.isprintable():
            error.args = tuple(part.replace(name, printable(name)) for part in map(str, error.args))
    return error


def _crash(planned: Planned, error: Exception) -> StylepipeError:
    """Turn a bug into the failure of one item, with a report beside the records."""
    try:
        report = write_crash_report(crashes_folder(planned.item.output_dir), error)
    except StylepipeError as refusal:
        return refusal
    return CrashError(f"{planned.item.name}: a bug in stylepipe ({type(error).__name__}: {error}); see {report}")


def _without_frames(outcome: Failed) -> Failed:
    """Let go of what an error remembers of where it came from: those frames hold pictures and networks."""
    outcome.error.__cause__ = outcome.error.__context__ = None
    outcome.error.__traceback__ = None
    return outcome
