"""The feature network: VGG's plan of convolutions, of which only the layers asked for are computed.

VGG-19, VGG-16 and `lite` differ in their weights alone. A layer's name, relu4_2 say, means the same place in each:
block 4, after the second convolution's ReLU, at an eighth of the picture's resolution (K. Simonyan, A. Zisserman,
ICLR 2015).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from typing import TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from stylepipe.engine.footprint import Allowance
from stylepipe.engine.precision import bf16_is_faster
from stylepipe.engine.pyramid import stride
from stylepipe.spec.settings import LAYERS, Settings

LAYOUT = torch.channels_last
"""The order of the maps in memory: a position's channels side by side, which is how convolutions and poolings of few
channels are fastest (docs/benchmarks.md)."""


T = TypeVar("T")
Measure = tuple[str, Callable[[Tensor], T]]
"""A layer, and what to measure of its activations, which come as bf16 from a network that computes in it."""

Convolutions = Mapping[str, tuple[Tensor, Tensor]]
"""Kernel (out, in, 3, 3) and bias (out,) of the convolution before each layer's ReLU."""


@dataclass(frozen=True)
class Convention:
    """How a network wants its pixels, `(x * scale - mean) / std` on RGB in [0, 1], and how its poolings compare.

    average_gain, l2_gain: at each of the four poolings, the factor that gives a mean or a root mean square the scale of
    the maximum that the network was trained with.
    """

    mean: tuple[float, float, float]
    std: tuple[float, float, float] = (1.0, 1.0, 1.0)
    scale: float = 1.0
    bgr: bool = False
    average_gain: tuple[float, float, float, float] = (2.0, 2.0, 2.0, 2.0)  # VGG-19, as measured by K. Crowson
    l2_gain: tuple[float, float, float, float] = (1.56, 1.56, 1.56, 1.56)


TORCHVISION = Convention(mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))
CAFFE = Convention(mean=(103.939, 116.779, 123.68), scale=255.0, bgr=True)
LITE = replace(  # gains: root mean squares of its maps over photographs
    TORCHVISION, average_gain=(1.09, 1.41, 1.53, 1.79), l2_gain=(1.09, 1.30, 1.39, 1.49)
)


class FeatureNetwork:
    """Convolutions with frozen weights, read layer by layer.

    weights: `conv1_1.weight` (out, in, 3, 3) and `conv1_1.bias` (out,), and so on in VGG's order; where they end,
    the network ends. name: means these weights and this convention to every process, None if nobody knows.
    """

    def __init__(
        self,
        weights: Mapping[str, Tensor],
        convention: Convention = TORCHVISION,
        *,
        device: torch.device | str = "cpu",
        dtype: torch.dtype = torch.float32,
        name: str | None = None,
    ) -> None:
        self.device = torch.device(device)
        self.name = name
        self.layers = tuple(name for name in LAYERS if f"conv{name[4:]}.weight" in weights)
        self._convolutions: Convolutions = {
            name: (
                weights[f"conv{name[4:]}.weight"].detach().to(device=device, dtype=dtype, memory_format=LAYOUT),
                weights[f"conv{name[4:]}.bias"].detach().to(device=device, dtype=dtype),
            )
            for name in self.layers
        }
        self._convention = convention
        self._identity = name or object()  # lives as long as a copy, or what remembers it
        self._mean = torch.tensor(convention.mean, device=device, dtype=dtype).view(1, 3, 1, 1)
        self._std = torch.tensor(convention.std, device=device, dtype=dtype).view(1, 3, 1, 1)
        self._pooling = "max"
        self._keeps_scale = True
        self._rounded: dict[str, tuple[Tensor, Tensor]] = {}  # shared by all copies, filled when first wanted
        self._bf16 = False
        self._recomputes = False
        self.allowance: Allowance | None = None

    def reading(self, settings: Settings) -> FeatureNetwork:
        """Give the same weights, not copied, read with the pooling and arithmetic of some settings."""
        other = copy(self)
        other._pooling = settings.pooling
        other._keeps_scale = settings.normalization == "relative"  # the paper's plain mean does not
        other._bf16 = bf16_is_faster(self.device) if settings.precision == "auto" else settings.precision == "bf16"
        if other._bf16 and not self._bf16:
            other._convolutions = self._in_bf16()
        return other

    def _in_bf16(self) -> Convolutions:
        """Round the weights once: autocast would at every convolution, as it remembers only trainable ones."""
        if not self._rounded:
            self._rounded |= {name: (w.bfloat16(), b.bfloat16()) for name, (w, b) in self._convolutions.items()}
        return self._rounded

    def recomputing(self) -> FeatureNetwork:
        """Give the same network for large pictures: for a gradient, a block's activations are computed again.

        Only what lies between the blocks is kept until then, and what is measured. It takes about two fifths more time.
        """
        other = copy(self)
        other._recomputes = True
        return other

    def within(self, allowance: Allowance) -> FeatureNetwork:
        """Give the same network for paintings that keep to an allowance of memory."""
        other = copy(self)
        other.allowance = allowance
        return other

    @property
    def half(self) -> bool:
        """Whether its activations take two bytes each."""
        return self._bf16

    @property
    def reads_as(self) -> Hashable:
        """What tells this network from one that reads the same picture as other activations."""
        return self._identity, self._pooling, self._keeps_scale, self._bf16

    def convolution(self, layer: str) -> tuple[Tensor, Tensor]:
        """Give the kernel (out, in, 3, 3) and bias (out,) of the convolution before a ReLU."""
        return self._convolutions[layer]

    def __call__(self, image: Tensor, layers: Collection[str]) -> dict[str, Tensor]:
        """Give the activations of some layers.

        image: (B, 3, H, W) float, RGB in [0, 1]. Returns (B, C, H / stride, W / stride) for each layer, in the image's
        dtype. Nothing beyond the deepest layer asked for is computed.
        """
        found = self.measure(image, [(name, _itself) for name in layers])
        return {name: features.to(image.dtype) for name, features in zip(layers, found, strict=True)}

    def up_to(self, layers: Collection[str]) -> tuple[str, ...]:
        """Give all layers that are computed for some, in the network's order."""
        return self.layers[: 1 + max((self.layers.index(layer) for layer in layers), default=-1)]

    def measure(self, image: Tensor, measures: Sequence[Measure[T]]) -> list[T]:
        """Give what is measured of the activations of some layers, as soon as their block is computed.

        measures: layers, each with a function of its activations, which are as a call gives them. What a gradient needs
        of these is kept with the block, or computed again.
        """
        deepest = max((self.layers.index(layer) for layer, _ in measures), default=-1)
        x, values = image, dict[int, T]()
        for _, block in groupby(self.layers[: deepest + 1], key=_block_of):
            layers = [*block]
            here = {k: measure for k, measure in enumerate(measures) if measure[0] in layers}
            last = self.layers[deepest] in layers
            run = partial(self._run, layers, [*here.values()], last=last)
            x, found = checkpoint(run, x, use_reentrant=False, preserve_rng_state=False) if self._recomputes else run(x)
            values |= zip(here, found, strict=True)
        return [values[k] for k in range(len(measures))]

    def _run(
        self, layers: Sequence[str], measures: Sequence[Measure[T]], x: Tensor, *, last: bool
    ) -> tuple[Tensor, list[T]]:
        """Run through a block and the pooling behind it, unless it is the last that is needed; measure its layers."""
        first, wanted, features = layers[0] == "relu1_1", {layer for layer, _ in measures}, dict[str, Tensor]()
        if first:
            x = self._normalize(x)
            # The picture's border is continued outwards: zeros there would be seen, and painted, as a dark frame.
            x = F.pad(x, (1, 1, 1, 1), mode="replicate")
            x = x.to(torch.bfloat16 if self._bf16 else x.dtype, memory_format=LAYOUT)
        for name in layers:
            weight, bias = self.convolution(name)
            # In place: where maps are large, one more of them costs as much as a convolution.
            x = F.relu_(F.conv2d(x, weight, bias, padding=0 if name == "relu1_1" else 1))
            if name in wanted:
                features[name] = x
        if not last:
            x = self._pool(x, block=_block_of(layers[0]))
        return x, [measure(features[layer]) for layer, measure in measures]

    def _normalize(self, image: Tensor) -> Tensor:
        if self._convention.bgr:
            image = image.flip(1)
        return (image * self._convention.scale - self._mean) / self._std

    def _pool(self, x: Tensor, block: int) -> Tensor:
        if self._pooling == "max":
            return F.max_pool2d(x, 2)
        if self._pooling == "average":
            pooled, gains = F.avg_pool2d(x, 2), self._convention.average_gain
        else:
            # The small constant keeps the root's slope finite where a map is all zero.
            pooled, gains = (F.avg_pool2d(x.square(), 2) + 1e-12).sqrt(), self._convention.l2_gain
        return pooled * gains[block - 1] if self._keeps_scale else pooled


def mask_at(mask: Tensor | None, layer: str) -> Tensor | None:
    """Give a soft mask (1, 1, H, W) at the size of a layer's map: the mean over the pixels of each position."""
    if mask is None:
        return None
    return F.interpolate(mask, (mask.shape[2] // stride(layer), mask.shape[3] // stride(layer)), mode="area")


def _block_of(layer: str) -> int:
    return int(layer[4])


def _itself(features: Tensor) -> Tensor:
    return features
