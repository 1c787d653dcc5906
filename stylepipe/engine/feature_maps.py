"""What a layer of the network sees in a picture: its maps, those first that see most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from stylepipe.engine.network import FeatureNetwork
from stylepipe.engine.pyramid import stride
from stylepipe.errors import UnpaintableError

_BRIGHT = 0.995
"""Share of a map's positions that stay below white: a single spike must not leave all else dark."""


@dataclass(frozen=True, eq=False)
class FeatureMaps:
    """Maps of one layer, the most active first.

    maps: (K, h, w) in [0, 1], each relative to its own brightest parts. numbers: of these maps in the layer, from 0.
    shares: mean activation of each against that of the most active. total: how many maps the layer has.
    """

    layer: str
    maps: Tensor
    numbers: tuple[int, ...]
    shares: tuple[float, ...]
    total: int


@torch.no_grad()
def strongest_maps(image: Tensor, layers: Sequence[str], most: int, network: FeatureNetwork) -> list[FeatureMaps]:
    """Give at most so many maps of each layer for a picture (1, 3, H, W), RGB in [0, 1].

    Raises UnpaintableError for a picture so small that a layer sees nothing of it.
    """
    height, width = image.shape[2:]
    for layer in layers:
        if min(height, width) < stride(layer):
            raise UnpaintableError(
                f"{width}x{height} px is too small: {layer} needs {stride(layer)} px; choose a larger --size, or a "
                "layer nearer to the picture"
            )
    return [_strongest(layer, features[0], most) for layer, features in network(image, layers).items()]


def _strongest(layer: str, features: Tensor, most: int) -> FeatureMaps:
    activity = features.mean((1, 2))
    strengths, order = activity.sort(descending=True, stable=True)
    chosen = features[order[:most]]
    flat = chosen.flatten(1)
    bright = flat.kthvalue(max(1, round(_BRIGHT * flat.shape[1])), dim=1).values
    bright = torch.where(bright > 0, bright, flat.amax(1)).clamp_min(1e-12)
    return FeatureMaps(
        layer=layer,
        maps=(chosen / bright[:, None, None]).clamp(0, 1),
        numbers=tuple(order[:most].tolist()),
        shares=tuple((strengths[:most] / strengths[0].clamp_min(1e-12)).tolist()),
        total=features.shape[0],
    )
