"""What the objective measures of a picture, tile by tile: distances to the photograph, moments, total variation.

The photograph's activations are not kept either: they take more memory than the picture, and are computed again with
each tile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor

from stylepipe.engine.network import FeatureNetwork, Measure
from stylepipe.engine.products import second_moment_and_mean
from stylepipe.engine.pyramid import stride
from stylepipe.engine.resize import Extended, halve
from stylepipe.engine.tiles import Span, Term, Tile, sums_over_tiles, tiles
from stylepipe.engine.variation import variation_across, variation_down

Moments = tuple[Tensor, Tensor]
"""Second moment (1, N, N) and mean (1, N) of a layer's maps."""

MaskedLayer = tuple[str, Tensor | None]
"""A layer, and how much each position of its map counts, (1, 1, h, w)."""

_STRIP = 1 << 19
"""Pixels of a strip in which total variation is taken."""


@dataclass(frozen=True, eq=False)
class Measured:
    """What was measured of a picture.

    distances: sum (F - P)^2 to the photograph at each content layer. moments: for each octave, of its masked layers.
    variation: total variation.
    """

    distances: Sequence[Tensor]
    moments: Sequence[Sequence[Moments]]
    variation: Tensor


@dataclass(frozen=True, eq=False)
class Tiling:
    """Looks at pictures in tiles of about side x side pixels. photograph: what content is measured against."""

    network: FeatureNetwork
    side: int
    photograph: Extended

    def measure(self, picture: Tensor, content: Sequence[str], style: Sequence[Sequence[MaskedLayer]]) -> Measured:
        """Measure a picture (1, 3, H, W) at content layers, and at each octave's style layers; differentiable once."""
        height, width = picture.shape[2:]
        terms = [_variation_term(height, width)]
        for octave, layers in enumerate(style or [()]):
            term = self._term(height >> octave, width >> octave, octave, () if octave else content, layers)
            terms += [term] if term.count else []
        (variation,), *found = sums_over_tiles(picture, terms)
        found = found or [()]
        distances, first = found[0][: len(content)], found[0][len(content) :]
        return Measured(distances, [_in_pairs(sums) for sums in (first, *found[1:])], variation)

    def _term(self, height: int, width: int, octave: int, content: Sequence[str], style: Sequence[MaskedLayer]) -> Term:
        """Give what is added up of one octave."""
        deepest = [*self.network.up_to([*content, *(layer for layer, _ in style)])]
        cut = tiles(height, width, self.side, deepest, octave) if deepest else []
        weighed = [(layer, mask, _total(mask, layer, height, width)) for layer, mask in style]
        return Term(cut, partial(self._look, content=content, style=weighed), len(content) + 2 * len(style))

    def _look(
        self,
        seen: Tensor,
        tile: Tile,
        content: Sequence[str],
        style: Sequence[tuple[str, Tensor | None, Tensor | float]],
    ) -> list[Tensor]:
        """Measure what one tile adds to the sums."""
        targets = self._targets(tile, content, seen.device)
        for _ in range(tile.octave):
            seen = halve(seen)
        measures: list[Measure[tuple[Tensor, ...]]] = [
            (layer, partial(_distance, target=targets[layer], tile=tile, step=stride(layer))) for layer in content
        ]
        measures += [
            (layer, partial(_moments, mask=mask, total=total, tile=tile, step=stride(layer)))
            for layer, mask, total in style
        ]
        return [tensor for found in self.network.measure(seen, measures) for tensor in found]

    @torch.no_grad()
    def _targets(self, tile: Tile, content: Sequence[str], device: torch.device) -> dict[str, Tensor]:
        """Compute the photograph's activations at the tile's own positions."""
        if not content:
            return {}
        seen = self.photograph.piece(slice(tile.rows.low, tile.rows.high), slice(tile.columns.low, tile.columns.high))
        return {layer: tile.own(maps, stride(layer)) for layer, maps in self.network(seen, content).items()}


def moments_by_tiles(
    picture: Tensor, layers: Sequence[MaskedLayer], network: FeatureNetwork, side: int
) -> list[Moments]:
    """Give second moments and means of a picture's maps, tile by tile."""
    tiling = Tiling(network, side, Extended(picture, 0))
    return [*tiling.measure(picture, (), [layers]).moments[0]]


def _distance(features: Tensor, target: Tensor, tile: Tile, step: int) -> tuple[Tensor]:
    return ((tile.own(features, step) - target).square().sum(),)


def _moments(features: Tensor, mask: Tensor | None, total: Tensor | float, tile: Tile, step: int) -> Moments:
    part = None if mask is None else tile.part_of(mask, step)
    return second_moment_and_mean(tile.own(features, step), part, total)


def _total(mask: Tensor | None, layer: str, height: int, width: int) -> Tensor | float:
    return (height // stride(layer)) * (width // stride(layer)) if mask is None else mask.sum()


def _in_pairs(sums: Sequence[Tensor]) -> list[Moments]:
    return [*zip(sums[::2], sums[1::2], strict=True)]


def _variation_term(height: int, width: int) -> Term:
    """Give total variation as a sum over strips, each with the first row of the next."""
    rows = max(1, _STRIP // width)
    columns = Span(0, width, 0, width)
    begins = range(0, height, rows)
    strips = [Tile(Span(a, min(height, a + rows), a, min(height, a + rows + 1)), columns) for a in begins]

    def measure(seen: Tensor, tile: Tile) -> list[Tensor]:
        own = tile.rows.end - tile.rows.begin
        variation = variation_across(seen[:, :, :own]) * (own / height)
        if (steps := seen.shape[2] - 1) > 0:
            variation = variation + variation_down(seen) * (steps / (height - 1))
        return [variation]

    return Term(strips, measure, 1)
