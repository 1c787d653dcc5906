"""One try at one item: it is painted, or it is told what kept it from being."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar

import torch

from stylepipe.batch import clip_painter, painter
from stylepipe.batch.devices import device_name
from stylepipe.batch.networks import Networks
from stylepipe.batch.picture_finish import PaintedPicture
from stylepipe.batch.plan import Planned, input_paths
from stylepipe.batch.task import Done, Failed, Outcome, Reach, Task, crashed, failed
from stylepipe.batch.watching import OnProgress
from stylepipe.errors import CrashError, OutOfMemoryError, StoppedError, StylepipeError
from stylepipe.spec.problems import printable
from stylepipe.store.crash import write_crash_report
from stylepipe.store.places import crashes_folder

MOST_SPARED = 4
"""Times that a painting which runs out of memory is begun anew in a way that takes less."""
_MOST_PIXELS = 4_000_000
"""Of a picture that is encoded beside the next painting, which may need all memory: this takes 100 MB."""

Finish = Callable[[], Outcome]
"""Makes the file of a picture that is painted."""
PaintPicture = Callable[[Planned, Networks, OnProgress], PaintedPicture]
"""Paints a picture as `painter.paint`."""
T = TypeVar("T")


def attempt(task: Task, networks: Networks, on_progress: OnProgress) -> Outcome:
    """Paint an item; where memory does not suffice, again with less and less of it. Raises StoppedError alone."""
    outcome = paint(task, networks, on_progress)
    return outcome if isinstance(outcome, Outcome) else outcome()


def paint(
    task: Task, networks: Networks, on_progress: OnProgress, paint_picture: PaintPicture = painter.paint
) -> Outcome | Finish:
    """Paint an item as `attempt` does; of a picture that is small, give what makes its file beside other paintings.

    paint_picture: paints what is no clip. Raises StoppedError alone.
    """
    networks = networks.sparing() if task.thrifty else networks
    outcome = _once(task, networks, on_progress, paint_picture)
    while _lacks_memory(outcome) and networks.spared < MOST_SPARED:
        gc.collect()
        if networks.device.type == "cuda":
            torch.cuda.empty_cache()
        networks = networks.sparing()
        outcome = _once(task, networks, on_progress, paint_picture)
    return outcome


def _lacks_memory(outcome: Outcome | Finish) -> bool:
    return isinstance(outcome, Failed) and isinstance(outcome.error, OutOfMemoryError)


def _once(task: Task, networks: Networks, on_progress: OnProgress, paint_picture: PaintPicture) -> Outcome | Finish:
    planned, started, device = task.planned, time.monotonic(), device_name(networks.device)
    if planned.item.clip:
        notes = _in_words(planned, partial(clip_painter.paint_clip, task, networks, on_progress))
        if isinstance(notes, list):
            return Done(time.monotonic() - started, notes, device)
        return notes if isinstance(notes, Failed) else replace(notes, seconds=time.monotonic() - started)
    painted = _in_words(planned, partial(paint_picture, planned, networks, on_progress))
    if isinstance(painted, Failed):
        return painted
    finish = partial(_finish, painted, task, device)
    large = painted.picture.width * painted.picture.height > _MOST_PIXELS
    return finish() if large or networks.spared or task.alone else partial(_later, finish)


def _finish(painted: PaintedPicture, task: Task, device: str) -> Outcome:
    put = _in_words(task.planned, partial(painted.put_in_place, record=task.record))
    return put or Done(time.monotonic() - painted.started, painted.notes, device)


def _later(finish: Finish) -> Outcome:
    """Finish a picture beside another painting, which may have left too little memory for a moment."""
    outcome = finish()
    return replace(outcome, reach=Reach.MOMENT) if isinstance(outcome, Failed) and _lacks_memory(outcome) else outcome


def _in_words(planned: Planned, do: Callable[[], T]) -> T | Failed:
    """Do something for an item, or tell what kept it from being done; raises StoppedError alone."""
    try:
        return do()
    except StoppedError:
        raise
    except StylepipeError as error:
        return _without_frames(failed(_names_spelled_out(error, planned)))
    except Exception as error:
        return _without_frames(crashed(error, _crash(planned, error)))


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
