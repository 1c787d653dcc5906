"""Sums over a picture that is looked at tile by tile, exact to rounding: the same numbers, and the same gradient.

A map's position sees a piece of the picture, its receptive field. A tile is read with a halo as wide as that, so that
at its own positions the network computes what it computes in the whole picture; at what the halo's edge has spoilt,
nobody looks. Tiles begin at multiples of the deepest layer's stride, so that poolings take the same pixels together,
and the picture's true border is every border tile's own, with the same padding and the same odd rows left out.

Nothing of a tile is kept for the gradient: it is computed again, tile by tile, against the gradient of the sums, which
are a few small matrices. Memory then grows with the picture itself, and no more with its activations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import torch
from torch import Tensor

from stylepipe.engine.pyramid import receptive_radius, stride


class Span(NamedTuple):
    """A tile along one side of the picture, in pixels: its own, begin to end, and with its halo, low to high."""

    begin: int
    end: int
    low: int
    high: int

    def own(self, step: int) -> slice:
        """Say where its own positions are in a map of what it sees, a position of which stands for `step` pixels."""
        return slice((self.begin - self.low) // step, (self.end - self.low) // step)

    def placed(self, step: int) -> slice:
        """Say where its own positions are in such a map of the whole picture."""
        return slice(self.begin // step, self.end // step)


class Tile(NamedTuple):
    """A piece of a picture, or of a copy of it that is `octave` times half its size."""

    rows: Span
    columns: Span
    octave: int = 0

    def seen(self, picture: Tensor) -> Tensor:
        """Give what the tile sees of the picture itself, (1, C, h, w), a view."""
        rows, columns = (slice(s.low << self.octave, s.high << self.octave) for s in (self.rows, self.columns))
        return picture[:, :, rows, columns]

    def own(self, map_seen: Tensor, step: int) -> Tensor:
        """Give its own positions in a layer's map of what it sees."""
        return map_seen[:, :, self.rows.own(step), self.columns.own(step)]

    def part_of(self, whole: Tensor, step: int) -> Tensor:
        """Give its own positions in a layer's map of everything, such as a mask."""
        return whole[:, :, self.rows.placed(step), self.columns.placed(step)]


def tiles(height: int, width: int, side: int, layers: Sequence[str], octave: int = 0) -> list[Tile]:
    """Cut a picture of height x width, which is `octave` times half of another, into tiles of about side x side pixels.

    layers: all that are computed, in the network's order; the picture has at least one position of the last.
    """
    step, halo = stride(layers[-1]), receptive_radius(layers)
    rows, columns = (spans(length, side, step, halo) for length in (height, width))
    return [Tile(row, column, octave) for row in rows for column in columns]


def spans(length: int, side: int, step: int, halo: int) -> list[Span]:
    """Cut a length into spans of about equal size, all but the last of whole steps."""
    steps = length // step
    count = -(-steps // max(1, side // step))
    ends = [k * steps // count * step for k in range(count)] + [length]
    return [Span(a, b, max(0, a - halo), min(length, b + halo)) for a, b in pairwise(ends)]


@dataclass(frozen=True, eq=False)
class Term:
    """What is added up over some tiles.

    measure: from what a tile sees of the picture to as many tensors as `count` says, differentiable.
    """

    tiles: Sequence[Tile]
    measure: Callable[[Tensor, Tile], Sequence[Tensor]]
    count: int


def sums_over_tiles(picture: Tensor, terms: Sequence[Term]) -> list[tuple[Tensor, ...]]:
    """Add up each term's measurements of a picture (1, 3, H, W); differentiable once."""
    found: Iterator[Tensor] = iter(_SumsOverTiles.apply(picture, terms) if terms else ())
    return [tuple(next(found) for _ in range(term.count)) for term in terms]


class _SumsOverTiles(torch.autograd.Function):
    @staticmethod
    def forward(context: Any, picture: Tensor, terms: Sequence[Term]) -> tuple[Tensor, ...]:
        context.save_for_backward(picture)
        context.terms = terms
        sums: list[Tensor] = []
        for term in terms:
            first, *others = term.tiles
            totals = [*term.measure(first.seen(picture), first)]
            for tile in others:
                for total, part in zip(totals, term.measure(tile.seen(picture), tile), strict=True):
                    total += part
            sums += totals
        return tuple(sums)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(context: Any, *slopes: Tensor) -> tuple[Tensor, None]:
        (picture,) = context.saved_tensors
        gradient = torch.zeros_like(picture)
        for term in context.terms:
            here, slopes = slopes[: term.count], slopes[term.count :]
            for tile in term.tiles:
                seen = tile.seen(picture).detach().requires_grad_(True)
                with torch.enable_grad():
                    parts = term.measure(seen, tile)
                tile.seen(gradient).add_(torch.autograd.grad(parts, seen, here)[0])
        return gradient, None
