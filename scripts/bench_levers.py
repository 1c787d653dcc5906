"""An iteration with each lever off: what every one of them is worth.

Off means: convolutions in fp32; maps in torch's usual order; gradients for the weights as well; the network computed to
its end. Each is an iteration's losses and gradient at full size, on its own beside all others on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import torch
from torch import Tensor

import stylepipe.engine.network as network_module
from stylepipe.engine.network import FeatureNetwork
from stylepipe.engine.regions import Style
from stylepipe.engine.resize import extend
from stylepipe.engine.stylize import Objective, measure_targets
from stylepipe.spec.settings import Settings

Weights = Mapping[str, Tensor]


class ToTheEnd:
    """A network that is computed to its last layer, whatever is measured."""

    def __init__(self, network: FeatureNetwork) -> None:
        self._network = network

    def measure(self, image: Tensor, measures: list[tuple[str, Callable[[Tensor], Tensor]]]) -> list[Tensor]:
        """Give what is measured."""
        return self._network.measure(image, [*measures, (self._network.layers[-1], Tensor.sum)])[:-1]


@contextmanager
def usual_order() -> Iterator[None]:
    """Let networks keep their maps in torch's usual order."""
    kept, network_module.LAYOUT = network_module.LAYOUT, torch.contiguous_format
    try:
        yield
    finally:
        network_module.LAYOUT = kept


def iterations(content: Tensor, style: Style, settings: Settings, weights: Weights) -> dict[str, Callable[[], Tensor]]:
    """Give an iteration with all levers on, and with each off, by what is off.

    content: (1, 3, H, W), the photograph at full size. weights: as a FeatureNetwork takes them.
    """
    device = content.device

    def objective(settings: Settings = settings) -> Objective:
        network = FeatureNetwork(weights, device=device).reading(settings)
        with torch.no_grad():
            return measure_targets(extend(content, settings.margin), [style], None, settings, network)

    canvas = extend(content, settings.margin)
    ours = objective()
    in_fp32 = objective(settings.model_copy(update={"precision": "fp32"}))
    trained = objective()
    also = [part.requires_grad_() for name in trained.network.layers for part in trained.network.convolution(name)]
    with usual_order():
        unordered = objective()

    def in_usual_order() -> Tensor:
        with usual_order():
            return gradient(unordered, canvas)

    found: dict[str, Callable[[], Tensor]] = {"all on": lambda: gradient(ours, canvas)}
    if in_fp32.network.reads_as[-1] != ours.network.reads_as[-1]:  # type: ignore[index]
        found["convolutions in fp32, not bf16"] = lambda: gradient(in_fp32, canvas)
    found["maps in the usual order, not channels last"] = in_usual_order
    found["weights trainable, not frozen"] = lambda: gradient(trained, canvas, also)
    whole = replace(ours, network=ToTheEnd(ours.network))  # type: ignore[arg-type]
    found["the network to its end, not to the deepest layer"] = lambda: gradient(whole, canvas)
    return found


def gradient(objective: Objective, canvas: Tensor, also: list[Tensor] | None = None) -> Tensor:
    """Give the gradient of the losses at a canvas, and work out that of other tensors, too."""
    picture = canvas.detach().requires_grad_()
    return torch.autograd.grad(objective(picture).total, [picture, *(also or [])], allow_unused=True)[0]
