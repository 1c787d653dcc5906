"""What pictures and clips share in following the engine step by step: how much work there is, and when time is up."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from stylepipe.batch.events import Progress
from stylepipe.engine.painting import Step
from stylepipe.engine.pyramid import Scale, deepest_stride, output_size, scales
from stylepipe.errors import ItemTimeoutError
from stylepipe.spec.items import Item
from stylepipe.spec.settings import Settings

OnProgress = Callable[[Progress], None]


def pyramid(settings: Settings, height: int, width: int) -> list[Scale]:
    """Plan the scales of a photograph of that height and width."""
    return scales(*output_size(height, width, settings), settings, smallest=deepest_stride(settings))


def work_until(step: Step, planned: Sequence[Scale]) -> int:
    """Give the pixels times iterations spent until a step of a pyramid.

    A scale that stopped early leaves its share of the work behind, so what is spent counts by scale, not by iteration.
    """
    before = sum(scale.work for scale in planned[: step.scale_number - 1])
    return before + step.scale.height * step.scale.width * step.scale_iteration


def mind_timeout(item: Item, started: float, where: str) -> None:
    """Raise ItemTimeoutError when an item has taken longer than its timeout since a time of the monotonic clock."""
    timeout = item.settings.timeout
    if timeout is not None and time.monotonic() - started > timeout:
        raise ItemTimeoutError(
            f"{item.name}: stopped at {where}, after its timeout of {timeout:g} s; allow more time, or set fewer "
            "iterations or a smaller size"
        )
