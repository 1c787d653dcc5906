"""Whose colours the painting has.

`luminance` keeps the photograph's chroma under the painted lightness, in OkLab (B. Ottosson, 2020), where lightness
and chroma are as independent as eyes find them. `match` recolours the artwork before painting (Gatys et al., CVPR 2017,
section 5.1), by the linear map that moves one Gaussian of colours onto another with the least change (F. Pitié,
A. Kokaram, 2007).
"""

from __future__ import annotations

import torch
from torch import Tensor

_TO_LMS = torch.tensor(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    dtype=torch.float64,
)
_TO_LAB = torch.tensor(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ],
    dtype=torch.float64,
)

EPSILON = 1e-4
"""Variance added to each colour axis: a grey artwork has an invertible covariance, and its noise is not blown up."""


def keep_luminance_of(painted: Tensor, photograph: Tensor, strength: float) -> Tensor:
    """Give the painted lightness with the photograph's chroma.

    painted, photograph: (1, 3, H, W) float, sRGB in [0, 1]. strength: 0 gives the painting back, 1 takes all chroma.
    """
    lightness, chroma = _oklab(painted).tensor_split((1,), dim=1)
    wanted = _oklab(photograph)[:, 1:]
    mixed = torch.cat((lightness, chroma.lerp(wanted, strength)), dim=1)
    return _srgb(mixed).to(painted)


def match_colors(artwork: Tensor, photograph: Tensor, strength: float) -> Tensor:
    """Move the artwork's colours, their mean and covariance, to the photograph's.

    Both (1, 3, H, W) float, sRGB in [0, 1], of any sizes. strength: 0 leaves the artwork as it is.
    """
    pixels, aim = _exact(artwork)[0].flatten(1), _exact(photograph)[0].flatten(1)
    mean, aim_mean = pixels.mean(1, keepdim=True), aim.mean(1, keepdim=True)
    covariance, aim_covariance = _covariance(pixels - mean), _covariance(aim - aim_mean)
    root = _power(covariance, 0.5)
    inverse = _power(covariance, -0.5)
    transport = inverse @ _power(root @ aim_covariance @ root, 0.5) @ inverse
    moved = (transport @ (pixels - mean) + aim_mean).clamp(0, 1).view_as(artwork)
    return artwork.lerp(moved.to(artwork), strength)


def _covariance(centred: Tensor) -> Tensor:
    return centred @ centred.T / centred.shape[1] + EPSILON * torch.eye(3, dtype=centred.dtype)


def _power(symmetric: Tensor, exponent: float) -> Tensor:
    values, vectors = torch.linalg.eigh(symmetric)
    # Rounding can make the eigenvalues of a nearly flat picture negative, whose root would be NaN.
    powers: Tensor = values.clamp_min(1e-12) ** exponent
    power: Tensor = (vectors * powers) @ vectors.T
    return power


def _exact(image: Tensor) -> Tensor:
    """Give float64 on the CPU: not every GPU has it, and colours are moved but once a picture."""
    return image.cpu().double()


def _oklab(srgb: Tensor) -> Tensor:
    x = _exact(srgb)
    linear = torch.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)
    lms = _mix(_TO_LMS, linear).clamp_min(0)
    return _mix(_TO_LAB, lms ** (1 / 3))


def _srgb(oklab: Tensor) -> Tensor:
    lms = _mix(torch.linalg.inv(_TO_LAB), oklab) ** 3
    linear = _mix(torch.linalg.inv(_TO_LMS), lms).clamp(0, 1)
    return torch.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055).clamp(0, 1)


def _mix(matrix: Tensor, image: Tensor) -> Tensor:
    mixed: Tensor = torch.einsum("ij,bjhw->bihw", matrix, image)
    return mixed
