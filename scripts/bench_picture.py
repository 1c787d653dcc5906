"""How long a picture takes, without painting all of it."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

from timing import clock, few_iterations, seconds_an_iteration
from torch import Tensor

from stylepipe.engine.network import FeatureNetwork
from stylepipe.engine.painting import Step
from stylepipe.engine.pyramid import deepest_stride, output_size, scales
from stylepipe.engine.regions import Style
from stylepipe.engine.style_memory import StyleMemory
from stylepipe.engine.stylize import stylize
from stylepipe.spec.settings import Settings


def seconds_a_picture(
    content: Tensor, style: Style, settings: Settings, network: FeatureNetwork, memory: StyleMemory | None
) -> float:
    """Give the seconds from the photograph to the painted picture: few iterations are measured, all are counted."""
    times: list[tuple[int, int, float]] = []

    def note(step: Step) -> None:
        times.append((step.scale_number, step.scale_iteration, clock(content.device)))

    few = few_iterations(content.device)  # of each scale; all others take as long as the median of these
    asked = settings.model_copy(update={"iterations": (few, few)})
    started = clock(content.device)
    stylize(content, [style], asked, network, on_step=note, memory=memory)
    seconds = clock(content.device) - started
    height, width = output_size(content.shape[2], content.shape[3], settings)
    planned = scales(height, width, settings, smallest=deepest_stride(settings))
    for number, steps in groupby(times, itemgetter(0)):
        seconds += (planned[number - 1].iterations - few) * seconds_an_iteration([(k, at) for _, k, at in steps])
    return seconds
