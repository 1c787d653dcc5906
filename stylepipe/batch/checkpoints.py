"""When the state of a picture is kept on the way, so that a run that ends, however it ends, is continued from there."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TypeGuard

import torch

from stylepipe.batch.plan import Planned
from stylepipe.engine.painting import Step
from stylepipe.engine.painting_state import PaintingState
from stylepipe.errors import OutputError
from stylepipe.store.checkpoint import Checkpoint, read_checkpoint, remove_checkpoint, write_checkpoint
from stylepipe.store.fingerprint import fingerprint
from stylepipe.store.places import unfinished_folder

_INTERVAL = 60.0
"""Seconds between two checkpoints."""
_INTERVAL_OF_SCALES = 5.0
"""Seconds before the end of a scale is worth one."""
_LEAST_WORK = 20
"""A checkpoint is kept only after so many times the seconds that it takes: L-BFGS remembers twenty pictures."""


class Checkpoints:
    """The checkpoints of one item; an item whose inputs cannot be told has none.

    seconds: what earlier runs have spent on it. iterations: what they have done of it.
    """

    def __init__(self, planned: Planned) -> None:
        item = planned.item
        self.seconds, self.iterations = 0.0, 0
        self._folder = unfinished_folder(item.output_dir, item.file_name)
        identity = planned.identity
        # Another torch may keep its optimisers' states otherwise, and would not paint the same bytes anyway.
        self._key = None if identity is None else f"{fingerprint(identity)} torch {torch.__version__}"
        self._begun = self._last = time.monotonic()
        self._cost, self._scale = 0.0, 0

    def found(self, most_bytes: int) -> PaintingState | None:
        """Give the state that an earlier run has kept. most_bytes: that painting takes, of which a state is a part."""
        kept = None if self._key is None else read_checkpoint(self._folder, self._key, most_bytes)
        if kept is None:
            return None
        seconds, iterations, painting = (kept.facts.get(name) for name in ("seconds", "iterations", "painting"))
        if not (_counts(seconds) and _counts(iterations) and isinstance(painting, dict)):  # somebody has changed it
            return None
        self.seconds, self.iterations = float(seconds), int(iterations)
        tensors = {name: torch.from_numpy(array) for name, array in kept.arrays.items()}
        return PaintingState(tensors, painting)

    def drop(self) -> None:
        """Begin anew: what was found does not fit."""
        self.seconds, self.iterations = 0.0, 0

    def after(self, step: Step) -> None:
        """Keep the state after a step where it is time: every minute, and when a scale is done."""
        pause = time.monotonic() - self._last
        new_scale, self._scale = self._scale not in (0, step.scale_number), step.scale_number
        if pause >= max(_INTERVAL_OF_SCALES if new_scale else _INTERVAL, _LEAST_WORK * self._cost):
            self.keep(step)

    def keep(self, step: Step) -> None:
        """Keep the state after a step; a disk that has no room for it may still have room for the picture."""
        if self._key is None:
            return
        begun = time.monotonic()
        state = step.state()
        seconds = self.seconds + begun - self._begun
        facts = {"seconds": seconds, "iterations": step.iteration, "painting": state.facts}
        with suppress(OutputError):
            arrays = {name: tensor.numpy() for name, tensor in state.tensors.items()}
            write_checkpoint(self._folder, self._key, Checkpoint(arrays, facts))
        self._last = time.monotonic()
        self._cost = self._last - begun

    def remove(self) -> None:
        """Remove what is kept, once the picture is in its place."""
        remove_checkpoint(self._folder)


def _counts(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and 0 <= value < 2**53
