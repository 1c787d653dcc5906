"""Other programs' loss weights in the paper's units, in which the same pictures cost the same, up to one factor.

They measure, on activations of the Caffe weights for pixels from 0 to 255,

    sum_l K_l mean((F - P)^2) + sum_l S_l mean((F F^T / (C M) - A)^2) + a total variation,

with C channels and M positions in layer l. `normalization: paper` measures

    alpha sum_l w_l 1/2 sum (F - P)^2 + beta sum_l w_l 1/(4 C^2) sum (F F^T / M - A)^2 + gamma V,

the layer weights adding up to one. So alpha w_l = 2 K_l / (C M), beta w_l = 4 S_l / C^2, and M follows from the
picture's size, for which the conversion therefore holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

_CHANNELS = (64, 128, 256, 512, 512)
"""Of VGG's five blocks."""
_LEVELS = 255.0
_CHANNELS_OF_A_PICTURE = 3


class PaperWeights(NamedTuple):
    """The settings that the weights of another program come to; content weighs 1 where there is any."""

    content_weight: float
    style_weight: float
    tv_weight: float
    content_layers: dict[str, float]
    style_layers: dict[str, float]


def paper_weights(
    contents: Mapping[str, float], styles: Mapping[str, float], *, tv: float, width: int, height: int
) -> PaperWeights:
    """Convert weights.

    contents, styles: K_l and S_l by layer. tv: the factor of mean(d^2) over all differences d of neighbouring pixels
    from 0 to 255, the horizontal and the vertical ones. width, height: of the painted picture, in pixels.
    """
    alphas = {layer: 2 * k / (channels(layer) * positions(layer, width, height)) for layer, k in contents.items()}
    betas = {layer: 4 * s / channels(layer) ** 2 for layer, s in styles.items()}
    alpha, beta = sum(alphas.values()), sum(betas.values())
    unit = alpha or beta or 1.0
    return PaperWeights(
        content_weight=rounded(alpha / unit),
        style_weight=rounded(beta / unit),
        tv_weight=rounded(tv * _LEVELS**2 / unit),
        content_layers=_relative(alphas),
        style_layers=_relative(betas),
    )


def mean_of_sum(weight: float, width: int, height: int) -> float:
    """Give the factor of mean(d^2) that is as much as a factor of the sum 1/2 d^2, as `paper_weights` wants it."""
    return weight * _CHANNELS_OF_A_PICTURE * width * height / 2


def channels(layer: str) -> int:
    """Count the maps of one of VGG's layers."""
    return _CHANNELS[int(layer[4]) - 1]


def positions(layer: str, width: int, height: int) -> int:
    """Count the positions of a layer's maps for a picture of that size."""
    columns, rows = sides(layer, width, height)
    return columns * rows


def sides(layer: str, width: int, height: int) -> tuple[int, int]:
    """Give the columns and rows of a layer's maps for a picture of that size."""
    halvings = int(layer[4]) - 1
    return max(1, width >> halvings), max(1, height >> halvings)


def rounded(value: float) -> float:
    """Leave out digits that mean nothing."""
    return float(f"{value:.6g}")


def _relative(weights: Mapping[str, float]) -> dict[str, float]:
    largest = max(weights.values(), default=0.0) or 1.0
    return {layer: rounded(weight / largest) for layer, weight in weights.items()}
