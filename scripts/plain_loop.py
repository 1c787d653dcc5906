"""The plain loop that every tutorial has, on the same features: what stylepipe is compared with.

The features as an nn.Sequential, weights left trainable, every layer computed, style Grams of the five usual layers,
L-BFGS from torch's documentation, one scale.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from stylepipe.engine.network import FeatureNetwork

STYLE_LAYERS = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
CONTENT_LAYER = "relu4_2"
STYLE_WEIGHT = 1e6


class PlainNetwork(nn.Module):
    """The feature network as tutorials build it: a list of modules, run to the end, gradients for everything."""

    def __init__(self, network: FeatureNetwork) -> None:
        super().__init__()
        layers: list[tuple[str, nn.Module]] = []
        for name in network.layers:
            weight, bias = network.convolution(name)
            if name.endswith("_1") and name != "relu1_1":
                layers.append((f"pool{name[4]}", nn.MaxPool2d(2)))
            convolution = nn.Conv2d(weight.shape[1], weight.shape[0], 3, padding=1)
            kernel = weight.clone(memory_format=torch.contiguous_format)
            convolution.weight, convolution.bias = nn.Parameter(kernel), nn.Parameter(bias.clone())
            layers += [(f"conv{name[4:]}", convolution), (name, nn.ReLU())]
        self.names = [name for name, _ in layers]
        self.layers = nn.ModuleList(module for _, module in layers)
        self.register_buffer("mean", torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1))

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Give every layer's output by name."""
        x, found = (x - self.mean) / self.std, {}
        for name, layer in zip(self.names, self.layers, strict=True):
            x = found[name] = layer(x)
        return found


class PlainLoop:
    """The loop; each call is one step of the optimiser. picture: (1, 3, H, W), painted in place."""

    def __init__(
        self, network: PlainNetwork, content: Tensor, style: Tensor, style_weight: float = STYLE_WEIGHT
    ) -> None:
        targets = {name: gram(f.detach()) for name, f in network(style).items() if name in STYLE_LAYERS}
        aim = network(content)[CONTENT_LAYER].detach()
        self.picture = content.clone().requires_grad_(True)
        self._optimizer = torch.optim.LBFGS([self.picture], max_iter=1, tolerance_grad=0, tolerance_change=0)

        def closure() -> Tensor:
            self._optimizer.zero_grad()
            found = network(self.picture)
            style_loss = sum(F.mse_loss(gram(found[name]), targets[name]) for name in STYLE_LAYERS)
            loss = style_weight * style_loss + F.mse_loss(found[CONTENT_LAYER], aim)
            loss.backward()
            return loss

        self._closure: Callable[[], Tensor] = closure

    def __call__(self) -> None:
        """Take a step."""
        self._optimizer.step(self._closure)


def gram(features: Tensor) -> Tensor:
    """Give the Gram matrix over the number of entries."""
    maps = features[0].flatten(1)
    return maps @ maps.T / maps.numel()
