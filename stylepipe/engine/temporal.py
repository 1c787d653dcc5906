"""The temporal loss: what holds a frame of a clip to the one before it.

M. Ruder, A. Dosovitskiy, T. Brox, Artistic Style Transfer for Videos, GCPR 2016: squared distance to the last painted
frame brought into this one's place, where the motion is known. It is divided by how much is known, not by the whole
picture as theirs is, so that its strength on a pixel does not fall when much of a frame was hidden before.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from stylepipe.engine.resize import resize

LEAST_KNOWN = 0.01
"""Share of the picture that counts as known at the least: a few pixels must not outweigh all others."""

EVEN_DEVIATION = 0.1
"""Deviation (RMS, of a range of 1) from the last frame at which a weight of one pulls back as hard as style pulls away:
a little less than what lies between two frames that are painted on their own (0.17, docs/benchmarks.md)."""


@dataclass(frozen=True, eq=False)
class Hold:
    """What holds a frame to the last one.

    warped: the last painted frame in this one's place, (1, 3, H, W) float, sRGB in [0, 1]. trust: how much each pixel
    of it counts, (1, 1, H, W) in [0, 1]. weight: of this loss beside the others' weights.
    """

    warped: Tensor
    trust: Tensor
    weight: float

    def at(self, height: int, width: int, device: torch.device) -> Hold:
        """Give the same for a picture of that size, on that device."""
        warped, trust = (resize(part.to(device), height, width) for part in (self.warped, self.trust))
        return Hold(warped, trust, self.weight)

    def loss(self, picture: Tensor) -> Tensor:
        """Give the temporal loss of a picture (1, 3, H, W)."""
        return temporal_loss(picture, self.warped, self.trust)


def temporal_loss(picture: Tensor, warped: Tensor, trust: Tensor) -> Tensor:
    """Mean squared distance over what is trusted: L_temp = sum c (x - w)^2 / (3 sum c), zero where nothing is.

    picture x and warped w: (1, 3, H, W) in [0, 1]; trust c: (1, 1, H, W) in [0, 1].
    """
    return (trust * (picture - warped).square()).sum() / (3 * _known(trust))


def temporal_unit(style_gradient: Tensor, trust: Tensor) -> float:
    """Give the weight at which the temporal loss is about as strong as style.

    A painting starts at x = w, where the gradient of L_temp is zero and nothing can be compared. So it is compared at a
    deviation of r = EVEN_DEVIATION on every trusted pixel, where the norm of its gradient 2 c (x - w) / (3 sum c) is
    2 r sqrt(3 sum c^2) / (3 sum c): the weight is the norm of style's gradient over that. Painted frames then stay
    much nearer than r, since style pulls less, the longer it has had its way.

    style_gradient: (1, 3, H, W), of the weighted style loss at the warped picture. trust: (1, 1, H, W), not all zero.
    """
    pull = 2 * EVEN_DEVIATION * (3 * trust.square().sum()).sqrt() / (3 * _known(trust))
    return float(style_gradient.norm() / pull)


def _known(trust: Tensor) -> Tensor:
    return trust.sum().clamp_min(LEAST_KNOWN * trust.numel())
