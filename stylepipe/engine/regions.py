"""Which styles reach which part of the picture.

Styles without masks share all of it. With masks, each pixel's paint is shared among the styles that reach it, in
proportion to their weights: two styles on complementary masks both paint at full strength, each on its own ground.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from stylepipe.engine.pyramid import fit
from stylepipe.engine.resize import extend, resize
from stylepipe.errors import UnpaintableError


@dataclass(frozen=True, eq=False)
class Style:
    """An artwork and its part in the picture.

    image: (1, 3, h, w) float, sRGB in [0, 1]. weight: against the other styles'. scale: its size against the output's,
    None for the setting's. mask: (1, 1, H, W) in [0, 1], where on the picture it is painted, None for everywhere.
    source_mask: (1, 1, h, w) in [0, 1], which part of the artwork counts, None for all. key: says to a StyleMemory
    which artwork with which source mask this is; None is never remembered.
    """

    image: Tensor
    weight: float = 1.0
    scale: float | None = None
    mask: Tensor | None = None
    source_mask: Tensor | None = None
    key: str | None = None

    def to(self, device: torch.device) -> Style:
        """Give the same on another device."""
        mask, source_mask = (None if m is None else m.to(device) for m in (self.mask, self.source_mask))
        return replace(self, image=self.image.to(device), mask=mask, source_mask=source_mask)

    def masked_on(self, device: torch.device) -> Style:
        """Give the same with its mask on another device; the artwork, which may be large, goes where it is measured."""
        return replace(self, mask=None if self.mask is None else self.mask.to(device))

    def size_beside(self, longest: int, usual_scale: float, *, smallest: int) -> tuple[int, int]:
        """Give the artwork's height and width against a picture of that longest side.

        It is never enlarged, since blown-up strokes have no grain to teach, unless its shorter side would not reach the
        `smallest` pixels that the deepest layer needs to see anything.
        """
        height, width = self.image.shape[2:]
        wanted = max(1, round(longest * (usual_scale if self.scale is None else self.scale)))
        least = -(-smallest * max(height, width) // min(height, width))
        return fit(height, width, max(least, min(wanted, max(height, width))))

    def resized(self, height: int, width: int) -> Style:
        """Give the artwork, and which part of it counts, at another size."""
        source_mask = None if self.source_mask is None else resize(self.source_mask, height, width)
        return replace(self, image=resize(self.image, height, width), source_mask=source_mask)


@dataclass(frozen=True, eq=False)
class Region:
    """Styles that are painted on the same ground: their shares of it, and the region's share of the whole picture."""

    styles: tuple[tuple[Style, float], ...]
    share: float
    mask: Tensor | None


def regions(
    styles: Sequence[Style], ground: Tensor | None, height: int, width: int, *, margin: int = 0, blend_targets: bool
) -> list[Region]:
    """Divide a canvas of height x width among its styles; the masks cover it up to a margin, and continue into that.

    ground: (1, 1, H, W) in [0, 1], where the picture is painted at all, None for everywhere. blend_targets: styles on
    the same ground become one region with a blended target; otherwise each is a region of its own.
    Raises UnpaintableError when no style has any weight, or no mask any white.
    """
    reaching = [style for style in styles if style.weight > 0]
    if not reaching:
        raise UnpaintableError("all styles weigh nothing: there is no style to paint")
    grounds = [_reach(style.mask, ground, height, width, margin) for style in reaching]
    groups = _group(reaching, blend_targets=blend_targets)
    weights = [sum(reaching[i].weight for i in group) for group in groups]
    masks = [grounds[group[0]] for group in groups]
    shares = _shares(masks, weights)
    found = [
        Region(tuple((reaching[i], reaching[i].weight / weight) for i in group), share, mask)
        for group, weight, share, mask in zip(groups, weights, shares, masks, strict=True)
        if share > 0
    ]
    if not found:
        raise UnpaintableError("the masks are black everywhere: there is no ground to paint on")
    return found


def _reach(mask: Tensor | None, ground: Tensor | None, height: int, width: int, margin: int) -> Tensor | None:
    parts = [resize(part, height - 2 * margin, width - 2 * margin) for part in (mask, ground) if part is not None]
    return extend(torch.stack(parts).prod(0), margin) if parts else None


def _group(styles: Sequence[Style], *, blend_targets: bool) -> list[list[int]]:
    groups: list[list[int]] = []
    for i, style in enumerate(styles):
        ground = next((g for g in groups if blend_targets and _same(styles[g[0]].mask, style.mask)), None)
        if ground is None:
            groups.append([i])
        else:
            ground.append(i)
    return groups


def _same(a: Tensor | None, b: Tensor | None) -> bool:
    return a is b or (a is not None and b is not None and torch.equal(a, b))


def _shares(masks: Sequence[Tensor | None], weights: Sequence[float]) -> list[float]:
    """Give each region's mean share of a pixel's paint; they add up to the part of the picture that is painted."""
    total = sum(weights)
    if all(mask is None for mask in masks):
        return [weight / total for weight in weights]
    reaches = [weight * (1.0 if mask is None else mask) for mask, weight in zip(masks, weights, strict=True)]
    everyone = torch.as_tensor(sum(reaches))
    coverage = torch.stack([torch.ones_like(everyone) if m is None else m for m in masks]).amax(0)
    return [float((reach / everyone.clamp_min(1e-6) * coverage).mean()) for reach in reaches]
