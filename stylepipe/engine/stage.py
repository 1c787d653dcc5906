"""A picture at one of its scales, and its way downhill with every step looked at."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from torch import Tensor

from stylepipe.engine.descent import Descent
from stylepipe.engine.losses import LossFunction, LossValues
from stylepipe.engine.painting_state import PaintingState
from stylepipe.spec.settings import Settings

Tell = Callable[[Sequence[LossValues], Callable[[], PaintingState]], None]
"""Hears the losses before each step so far, and what gives the state after the last of them; may raise to stop."""


@dataclass(eq=False)
class Stage:
    """A picture at one of its scales, ready to be painted.

    losses_of: what is to be lowered. canvas: (1, 3, H, W), painted in place. settings, sparing: of the optimiser.
    tell: is called after steps, and always after those that are `shown`, counted from 1. begun: the state to go on
    from. values: the losses before each step, once it is painted.
    """

    losses_of: LossFunction
    canvas: Tensor
    settings: Settings
    iterations: int
    tell: Tell
    shown: Collection[int] = ()
    sparing: bool = False
    begun: PaintingState | None = None
    values: list[LossValues] = field(default_factory=list)


def descend_watched(stage: Stage) -> None:
    """Paint a scale, with a look at the losses after every step."""
    descent = Descent(
        stage.losses_of, stage.canvas, stage.settings, stage.iterations, stage.begun, sparing=stage.sparing
    )
    for _ in descent:
        stage.tell(descent.values, descent.state)
    stage.values = descent.values
