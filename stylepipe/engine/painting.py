"""What comes of a painting: its steps while it is painted, and then the picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from stylepipe.engine.losses import LossValues
from stylepipe.engine.painting_state import PaintingState
from stylepipe.engine.pyramid import Scale


@dataclass(frozen=True, eq=False)
class Step:
    """One iteration, as `on_step` sees it; mostly every one is seen.

    iteration: counted from 1 over all scales. scale_iteration: counted from 1 in this scale. losses: of the picture
    before this step. picture(): (1, 3, H, W) in [0, 1] after it, with colours and masks as the finished one will have.
    state(): all that the rest of the painting depends on, for `stylize` to go on with, until the next step. Both are of
    the moment when they are called, and cost only then.
    """

    iteration: int
    scale_iteration: int
    scale: Scale
    scale_number: int
    scale_count: int
    losses: LossValues
    picture: Callable[[], Tensor]
    state: Callable[[], PaintingState]


@dataclass(frozen=True, eq=False)
class Painting:
    """The painted picture, (1, 3, H, W) float32 sRGB in [0, 1], and the losses before each of its steps.

    underpainting: the same before the photograph's colours and unpainted parts were put back, which is what a clip's
    next frame goes on from.
    """

    picture: Tensor
    losses: tuple[LossValues, ...]
    underpainting: Tensor
