"""One item, from its files to a painted picture; what follows is in picture_finish.py."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

import torch

from stylepipe.batch.checkpoints import Checkpoints
from stylepipe.batch.events import Progress
from stylepipe.batch.materials import Materials, read_materials, to_pixels, to_tensor
from stylepipe.batch.memory import lack_of_memory_in_words, memory_notes, with_allowance
from stylepipe.batch.networks import Networks
from stylepipe.batch.picture_finish import PaintedPicture, encoded_picture
from stylepipe.batch.plan import Planned, identified_now
from stylepipe.batch.provenance import recipe_of
from stylepipe.batch.watching import OnProgress, mind_timeout, pyramid, work_until
from stylepipe.engine.footprint import Way, footprint
from stylepipe.engine.painting import Painting, Step
from stylepipe.engine.painting_state import PaintingState
from stylepipe.engine.pyramid import output_size
from stylepipe.engine.resize import resize
from stylepipe.engine.stylize import Work, painted
from stylepipe.errors import PictureError, StoppedError
from stylepipe.media import Picture
from stylepipe.spec.items import Item
from stylepipe.store import atomic

Files = tuple[Planned, Materials]
"""What an item's files held when they were looked at, and what was read of them."""

_READINGS = 3
"""Times that the files of an item are read while somebody writes them."""


def paint(planned: Planned, networks: Networks, on_progress: OnProgress, ahead: Files | None = None) -> PaintedPicture:
    """Paint an item, up to where its file is to be made.

    ahead: its files, where they were read before its turn. Raises ItemError when this item cannot be painted,
    OutputError when the disk refuses a snapshot, EnvironmentLacksError when its network is not on this machine.
    """
    return Sitting(planned, networks, on_progress, ahead).paint()


def read(planned: Planned) -> Files:
    """Look at an item's files as they are now, and read them; raises PictureError when one cannot be read."""
    now = identified_now(planned)
    return now, read_materials(planned.item, now.inputs)


class Sitting:
    """An item that is about to be painted: its files are read, and there is a network for it; errors as `paint`."""

    def __init__(
        self, planned: Planned, networks: Networks, on_progress: OnProgress, ahead: Files | None = None
    ) -> None:
        self.item, self._started = planned.item, time.monotonic()
        network = networks.network(self.item.settings)
        self.planned, self._materials = _unchanged(planned, ahead)
        held = self.item.settings.size == "original"
        self.network = with_allowance(network, self.item.settings, spared=networks.spared, held=held)
        self._memory = networks.memory
        self._checkpoints = Checkpoints(self.planned)
        self._watch = _Watch(
            self.item, self._materials, recipe_of(self.planned), self._started, on_progress, self._checkpoints
        )

    @property
    def files(self) -> Files:
        """What was read."""
        return self.planned, self._materials

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the photograph."""
        height, width = self._materials.content.shape[2:]
        return height, width

    def kept(self) -> PaintingState | None:
        """Give where an earlier run was."""
        settings = self.item.settings
        return self._checkpoints.found(footprint(Way(settings), *output_size(*self.size, settings)))

    def work(self, resume: PaintingState | None = None) -> Work:
        """Give what the engine is to paint, from the beginning or from where an earlier run was."""
        materials = self._materials
        return Work(
            materials.content,
            materials.styles,
            self.item.settings,
            self.network,
            init=materials.init,
            ground=materials.ground,
            on_step=self._watch,
            resume=resume,
            memory=self._memory,
        )

    def paint(self) -> PaintedPicture:
        """Paint from where an earlier run was, or from the beginning."""
        with self.lack_of_memory_in_words():
            if (state := self.kept()) is not None:
                try:
                    return self.picture_of(painted(self.work(state)))
                except ValueError:  # it does not fit after all
                    self._checkpoints.drop()
            return self.picture_of(painted(self.work()))

    def lack_of_memory_in_words(self) -> AbstractContextManager[None]:
        """Turn what the block raises when memory is used up into an OutOfMemoryError."""
        height, width = self.size
        return lack_of_memory_in_words(self.item, width, height, self.network.device)

    def picture_of(self, painting: Painting) -> PaintedPicture:
        """Give the picture with all that is to be written of it."""
        planned, settings = self.planned, self.item.settings
        notes = self._watch.notes(len(painting.losses))
        notes += memory_notes(self.network, settings, *painting.picture.shape[2:])
        if self._checkpoints.iterations:
            notes.append(f"went on after iteration {self._checkpoints.iterations}")
        height, width = self.size
        return PaintedPicture(
            planned=planned,
            picture=_as_a_picture(painting.picture, self._materials),
            recipe=recipe_of(planned, painting) if settings.metadata else None,
            losses=[(k, *values.of_a_picture().values()) for k, values in enumerate(painting.losses, start=1)],
            notes=notes,
            checkpoints=self._checkpoints,
            device=self.network.device,
            started=self._started,
            width=width,
            height=height,
        )


def _unchanged(planned: Planned, ahead: Files | None) -> Files:
    """Read an item's files, unless they were; each may have been replaced since it was looked at, or be just now."""
    for _ in range(_READINGS):
        now, materials = ahead or read(planned)
        if identified_now(planned).inputs == now.inputs:
            return now, materials
        ahead = None
    raise PictureError(f"{planned.item.content}: it, or what it is painted with, changes while it is read")


class _Watch:
    """Follows the engine step by step: tells the progress, writes snapshots, keeps checkpoints, minds the timeout."""

    def __init__(
        self,
        item: Item,
        materials: Materials,
        recipe: Mapping[str, Any],
        started: float,
        on_progress: OnProgress,
        checkpoints: Checkpoints,
    ) -> None:
        self._item, self._materials, self._recipe, self._checkpoints = item, materials, recipe, checkpoints
        self._started, self._on_progress = started, on_progress
        self._pyramid = pyramid(item.settings, materials.content.shape[2], materials.content.shape[3])
        self._total = sum(scale.work for scale in self._pyramid)
        self._iterations = sum(scale.iterations for scale in self._pyramid)

    def __call__(self, step: Step) -> None:
        try:
            self._on_progress(self._progress(step))
        except StoppedError:
            self._checkpoints.keep(step)
            raise
        if step.iteration in self._item.settings.snapshots:
            self._write_snapshot(step)
        mind_timeout(self._item, self._started, f"iteration {step.iteration} of {self._iterations}")
        self._checkpoints.after(step)

    def notes(self, iterations: int) -> list[str]:
        """Say what a person would not expect of a picture that took so many iterations."""
        settings = self._item.settings
        notes = []
        if iterations < self._iterations and not settings.tolerance:
            notes.append(f"ended after {iterations} of {self._iterations} iterations: no step led further")
        missed = [str(number) for number in settings.snapshots if number > iterations]
        if missed:
            notes.append(f"no snapshot {', '.join(missed)}: it took {iterations} iterations")
        return notes

    def _progress(self, step: Step) -> Progress:
        before = self._pyramid[: step.scale_number - 1]
        return Progress(
            step.scale_number,
            step.scale_count,
            step.scale.width,
            step.scale.height,
            sum(scale.iterations for scale in before) + step.scale_iteration,
            self._iterations,
            step.losses.total,
            work_until(step, self._pyramid) / self._total,
        )

    def _write_snapshot(self, step: Step) -> None:
        recipe = {**self._recipe, "iteration": step.iteration} if self._item.settings.metadata else None
        encoded = encoded_picture(self._item, _as_a_picture(step.picture(), self._materials), recipe)
        atomic.write_bytes(self._item.snapshot(step.iteration), encoded)


def _as_a_picture(painted: torch.Tensor, materials: Materials) -> Picture:
    """Give what was painted with the photograph's transparency and what of its EXIF is kept."""
    alpha = materials.alpha
    if alpha is not None:
        alpha = resize(to_tensor(alpha), painted.shape[2], painted.shape[3])[0, 0].numpy()
    return Picture(to_pixels(painted), alpha, exif=materials.exif)
