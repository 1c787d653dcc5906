"""A scale of a picture with every step looked at."""

from __future__ import annotations

import torch

from stylepipe.engine.painting_state import PaintingState
from stylepipe.engine.stage import Stage, descend_watched
from stylepipe.spec.settings import Settings

from .conftest import as_files_keep_it
from .test_descent import bowl, grey


def test_every_step_is_told_with_a_state_to_go_on_from() -> None:
    states = dict[int, PaintingState]()
    stage = Stage(bowl, grey(), Settings(), 6, lambda values, state: states.update({len(values): state()}))
    descend_watched(stage)
    assert [*states] == [1, 2, 3, 4, 5, 6]
    assert len(stage.values) == 6

    begun = as_files_keep_it(states[6])
    rest = Stage(bowl, grey(), Settings(), 9, lambda values, state: states.update({len(values): state()}), begun=begun)
    descend_watched(rest)
    assert [*states] == [*range(1, 10)]
    assert rest.values[:6] == stage.values
    assert bowl(rest.canvas).total < bowl(stage.canvas).total
    assert torch.isfinite(rest.canvas).all()
