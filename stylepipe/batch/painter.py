"""One item, from its files to a painted picture; what follows is in picture_finish.py."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial
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
from stylepipe.engine.network import FeatureNetwork
from stylepipe.engine.painting import Painting, Step
from stylepipe.engine.resize import resize
from stylepipe.engine.style_memory import StyleMemory
from stylepipe.engine.stylize import stylize
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
    item, started = planned.item, time.monotonic()
    network = networks.network(item.settings)
    planned, materials = _unchanged(planned, ahead)
    held = item.settings.size == "original"
    network = with_allowance(network, item.settings, spared=networks.spared, held=held)
    checkpoints = Checkpoints(planned)
    watch = _Watch(item, materials, recipe_of(planned), started, on_progress, checkpoints)
    height, width = materials.content.shape[2:]
    with lack_of_memory_in_words(item, width, height, network.device):
        painting = _go_on(item, materials, network, networks.memory, checkpoints, watch)
        picture = _as_a_picture(painting.picture, materials)
    notes = watch.notes(len(painting.losses))
    notes += memory_notes(network, item.settings, *painting.picture.shape[2:])
    if checkpoints.iterations:
        notes.append(f"went on after iteration {checkpoints.iterations}")
    return PaintedPicture(
        planned=planned,
        picture=picture,
        recipe=recipe_of(planned, painting) if item.settings.metadata else None,
        losses=[(k, *values.of_a_picture().values()) for k, values in enumerate(painting.losses, start=1)],
        notes=notes,
        checkpoints=checkpoints,
        device=network.device,
        started=started,
        width=width,
        height=height,
    )


def read(planned: Planned) -> Files:
    """Look at an item's files as they are now, and read them; raises PictureError when one cannot be read."""
    now = identified_now(planned)
    return now, read_materials(planned.item, now.inputs)


def _unchanged(planned: Planned, ahead: Files | None) -> Files:
    """Read an item's files, unless they were; each may have been replaced since it was looked at, or be just now."""
    for _ in range(_READINGS):
        now, materials = ahead or read(planned)
        if identified_now(planned).inputs == now.inputs:
            return now, materials
        ahead = None
    raise PictureError(f"{planned.item.content}: it, or what it is painted with, changes while it is read")


def _go_on(
    item: Item,
    materials: Materials,
    network: FeatureNetwork,
    memory: StyleMemory,
    checkpoints: Checkpoints,
    watch: _Watch,
) -> Painting:
    """Paint from where an earlier run was, or from the beginning."""
    paint = partial(
        stylize,
        materials.content,
        materials.styles,
        item.settings,
        network,
        init=materials.init,
        ground=materials.ground,
        on_step=watch,
        memory=memory,
    )
    if (state := checkpoints.found()) is not None:
        try:
            return paint(resume=state)
        except ValueError:  # it does not fit after all
            checkpoints.drop()
    return paint()


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
