"""What is measured of an artwork, beside pictures of any size: its style, and how it is unlike any photograph."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from torch import Tensor

from stylepipe.engine.network import FeatureNetwork, mask_at
from stylepipe.engine.products import second_moment_and_mean
from stylepipe.engine.pyramid import stride
from stylepipe.engine.regions import Style
from stylepipe.engine.style_memory import Statistics, StyleMemory
from stylepipe.engine.tiling import moments_by_tiles
from stylepipe.engine.units import energy_and_mean
from stylepipe.errors import UnpaintableError
from stylepipe.spec.settings import Settings

MOST_AT_ONCE = 2_000_000
"""Pixels of an artwork beyond which it is measured tile by tile."""
SIDE = 512
"""Of such a tile, in pixels."""


def style_statistics(
    style: Style, longest: int, settings: Settings, network: FeatureNetwork, memory: StyleMemory
) -> Statistics:
    """Give second moment about zero (1, N, N) and mean (1, N) at each style layer, beside a picture that long.

    Raises UnpaintableError when no part of the artwork counts.
    """
    _, layers = settings.layer_weights()
    size = _size(style, longest, settings, layers)

    def measure() -> Statistics:
        artwork = style.to(network.device).resized(*size)
        if artwork.source_mask is not None and not artwork.source_mask.any():
            raise UnpaintableError("an artwork is masked or transparent everywhere: no part of it counts as style")
        masks = {name: mask_at(artwork.source_mask, name) for name in layers}
        if _is_large(artwork.image):
            moments = moments_by_tiles(artwork.image, [*masks.items()], network, SIDE)
            return dict(zip(layers, moments, strict=True))
        measures = [(name, partial(second_moment_and_mean, mask=mask)) for name, mask in masks.items()]
        return dict(zip(layers, network.measure(artwork.image, measures), strict=True))

    return memory.recall(style, size, network, ("style", *layers), measure)


def content_statistics(
    style: Style, longest: int, settings: Settings, network: FeatureNetwork, memory: StyleMemory
) -> Statistics:
    """Give mean energy () and mean (N,) at each content layer, of the whole artwork, as `strangers_loss` wants them."""
    layers, _ = settings.layer_weights()
    size = _size(style, longest, settings, layers)

    def measure() -> Statistics:
        image = style.to(network.device).resized(*size).image
        if _is_large(image):
            moments = moments_by_tiles(image, [(name, None) for name in layers], network, SIDE)
            return {name: (second[0].trace(), mean[0]) for name, (second, mean) in zip(layers, moments, strict=True)}
        measures = [(name, energy_and_mean) for name in layers]
        return dict(zip(layers, network.measure(image, measures), strict=True))

    return memory.recall(style, size, network, ("content", *layers), measure)


def _is_large(image: Tensor) -> bool:
    """Say whether an artwork is measured in tiles: by its size alone, so that what is remembered depends on no more."""
    return image.shape[2] * image.shape[3] > MOST_AT_ONCE


def _size(style: Style, longest: int, settings: Settings, layers: Collection[str]) -> tuple[int, int]:
    return style.size_beside(longest, settings.style_scale, smallest=max(map(stride, layers)))
