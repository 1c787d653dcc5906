"""Several pictures of one size, painted in one pass of the network: a small one alone leaves most of a GPU idle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stylepipe.engine.lockstep import Lockstep, descend, strides
from stylepipe.engine.painting import Painting
from stylepipe.engine.stack import stack
from stylepipe.engine.stage import Stage
from stylepipe.engine.stylize import Objective, Work


def stylize_together(works: Sequence[Work]) -> list[Painting | Exception]:
    """Paint several pictures, scale by scale; give for each the painting, or what kept it, or all, from being one.

    Where sizes and settings are the same, all descend in lockstep, and each painting is what it would be alone but for
    rounding. Where they are not, or where every step is looked at (lockstep.py), one descends after the other.
    """
    stages, errors = [work.stages() for work in works], dict[int, Exception]()
    while here := dict(_next_stages(stages, errors)):
        for number, error in zip(here, _descend([*here.values()]), strict=True):
            if error is not None:
                errors[number] = error
    return [errors.get(number) or work.painting() for number, work in enumerate(works)]


def _next_stages(stages: Sequence[Iterator[Stage]], errors: dict[int, Exception]) -> Iterator[tuple[int, Stage]]:
    """Give the next stage of each picture that has one, by its number; errors: is added what keeps one from it."""
    for number, coming in enumerate(stages):
        try:
            stage = None if number in errors else next(coming, None)
        except Exception as error:
            errors[number] = error
        else:
            if stage is not None:
                yield number, stage


def _descend(stages: Sequence[Stage]) -> list[Exception | None]:
    """Paint a scale of several pictures; give for each what kept it from being painted, if anything."""
    try:
        objective = _one_objective(stages)
        if objective is not None:
            return Lockstep(stages, objective).run()
    except Exception as error:
        return [error] * len(stages)
    return [_error_of(stage) for stage in stages]


def _error_of(stage: Stage) -> Exception | None:
    try:
        descend(stage)
    except Exception as error:
        return error
    return None


def _one_objective(stages: Sequence[Stage]) -> Objective | None:
    """Give the objective of all, where they can descend in lockstep."""
    first, *others = stages
    objectives = [stage.losses_of for stage in stages if isinstance(stage.losses_of, Objective)]
    if not others or len(objectives) < len(stages) or not all(map(strides, stages)):
        return None
    like = (first.canvas.shape, first.settings, first.iterations)
    if any((stage.canvas.shape, stage.settings, stage.iterations) != like for stage in others):
        return None
    return stack(objectives)
