"""Several pictures' objectives as one, which a network looks at in one pass; each picture's losses stay its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch

from stylepipe.engine.stylize import ContentTarget, LayerTarget, Objective, StyleTarget
from stylepipe.engine.units import Units


def stack(objectives: Sequence[Objective]) -> Objective | None:
    """Give the objective of pictures side by side, of one size, network and settings; None where theirs are unlike.

    That is so with masks, which reach other parts of each picture, with tiles, and with a clip's frames.
    """
    form = _form(objectives[0])
    if not all(_is_plain(objective) and _form(objective) == form for objective in objectives):
        return None
    return replace(
        objectives[0],
        content=tuple(map(_content, zip(*(objective.content for objective in objectives), strict=True))),
        octaves=tuple(
            tuple(map(_style, zip(*each, strict=True)))
            for each in zip(*(objective.octaves for objective in objectives), strict=True)
        ),
        units=_units(objectives),
    )


def _form(objective: Objective) -> object:
    """Give what has to be equal for targets to fit side by side."""
    contents = tuple((t.layer, t.weight, t.described[1].shape, t.positions) for t in objective.content)
    styles = tuple(
        tuple((t.share, *((name, layer.weight) for name, layer in t.layers.items())) for t in targets)
        for targets in objective.octaves
    )
    return objective.network.reads_as, objective.settings, contents, styles


def _is_plain(objective: Objective) -> bool:
    layers = [layer for targets in objective.octaves for target in targets for layer in target.layers.values()]
    return objective.hold is None and objective.tiling is None and all(layer.mask is None for layer in layers)


def _content(targets: Sequence[ContentTarget]) -> ContentTarget:
    features = torch.cat([target.features for target in targets if target.features is not None])
    energies, means = (torch.stack([target.described[k] for target in targets]) for k in (0, 1))
    return replace(targets[0], features=features, described=(energies, means))


def _style(targets: Sequence[StyleTarget]) -> StyleTarget:
    return replace(targets[0], layers={name: _layer([t.layers[name] for t in targets]) for name in targets[0].layers})


def _layer(targets: Sequence[LayerTarget]) -> LayerTarget:
    statistics = zip(*(target.statistics for target in targets), strict=True)
    least = torch.cat([target.least_energy for target in targets])
    return replace(targets[0], statistics=tuple(map(torch.cat, statistics)), least_energy=least)


def _units(objectives: Sequence[Objective]) -> Units:
    like = objectives[0].network.device
    content, style = (
        torch.tensor([float(number) for number in numbers], device=like)
        for numbers in zip(*((o.units.content, o.units.style) for o in objectives), strict=True)
    )
    return Units(content, style)
