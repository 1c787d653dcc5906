"""How much the temporal loss must weigh to be as strong as style: measured, since it depends on artwork and size."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from stylepipe.engine.footprint import way_to_paint
from stylepipe.engine.network import FeatureNetwork
from stylepipe.engine.regions import Style
from stylepipe.engine.resize import crop, extend
from stylepipe.engine.style_memory import StyleMemory
from stylepipe.engine.stylize import measure_targets
from stylepipe.engine.temporal import temporal_unit
from stylepipe.spec.settings import Settings


@torch.no_grad()
def calibrate(
    content: Tensor,
    start: Tensor,
    trust: Tensor,
    styles: Sequence[Style],
    settings: Settings,
    network: FeatureNetwork,
    *,
    ground: Tensor | None = None,
    memory: StyleMemory | None = None,
) -> float:
    """Give the weight of the temporal loss that makes it as strong as style is where a frame's painting starts.

    content: the frame, start: the picture that its painting starts from, both (1, 3, H, W) in [0, 1]. trust: where the
    last frame counts, (1, 1, H, W) in [0, 1], not zero everywhere. Without style, content takes its place. Measured
    once a shot: weights that change from frame to frame would themselves flicker. `temporal_unit` has the formula.
    """
    network = network.reading(settings)
    margin = settings.margin
    content, start, trust = (part.to(network.device) for part in (content, start, trust))
    styles = [style.to(network.device) for style in styles]
    ground = None if ground is None else ground.to(network.device)
    way = way_to_paint(settings, content.shape[2], content.shape[3], network.allowance, half=network.half)
    network = network.recomputing() if way.recompute else network
    objective = measure_targets(extend(content, margin), styles, ground, settings, network, memory, way.side)
    canvas = extend(start, margin).requires_grad_(True)
    with torch.enable_grad():
        losses = objective(canvas)
        styled = settings.style_weight * losses.style
        pull = styled if objective.octaves else settings.content_weight * losses.content
    (gradient,) = torch.autograd.grad(pull, canvas)
    return temporal_unit(crop(gradient, margin), trust)
