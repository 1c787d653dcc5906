"""Crops of photographs as other light would show them, and as a hand might have painted them."""

from __future__ import annotations

import cv2
import numpy as np
import torch
from torch import Tensor


def jittered(batch: Tensor, rng: np.random.Generator) -> Tensor:
    """Change colours as other light, other film and other paints would: mixed channels, gain, offset, gamma."""
    count = len(batch)

    def normal(*shape: int, spread: float) -> Tensor:
        return torch.from_numpy(rng.normal(0, spread, (count, *shape))).float()

    mixing = torch.eye(3) + normal(3, 3, spread=0.1)
    colours = torch.einsum("bij,bjhw->bihw", mixing, batch)
    gain, offset = 1 + normal(3, 1, 1, spread=0.1), normal(3, 1, 1, spread=0.05)
    return ((colours - 0.5) * gain + 0.5 + offset).clamp(1e-3, 1).pow(normal(1, 1, 1, spread=0.25).exp())


def painted(crop: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Turn a crop into something a hand might have made: the network will look at paintings."""
    kind = rng.integers(4)
    if kind == 0:
        return _strokes(crop, rng)
    if kind == 1:  # flat areas of few colours, as in prints and gouache
        flat = cv2.pyrMeanShiftFiltering(np.ascontiguousarray(crop), rng.uniform(3, 8), rng.uniform(20, 50), maxLevel=2)
        return np.asarray(flat)
    if kind == 2:  # contours in ink
        dark = cv2.adaptiveThreshold(
            cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY), 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY,
            int(rng.integers(2, 8)) * 2 + 1, rng.uniform(2, 8),
        )  # fmt: skip
        paper = cv2.GaussianBlur(crop, (0, 0), rng.uniform(1, 4))
        return np.minimum(paper, dark[..., None]) if rng.random() < 0.7 else np.repeat(dark[..., None], 3, 2)
    noise = rng.normal(
        0, rng.uniform(8, 60), (*(max(2, side // int(rng.choice([1, 1, 2, 4]))) for side in crop.shape[:2]), 3)
    )
    grain = cv2.resize(noise, crop.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    return (crop + grain).clip(0, 255).astype(np.uint8)  # what a picture is full of before it is painted well


def _strokes(crop: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Paint over a crop with brushstrokes along its contours, coarse ones first."""
    height, width = crop.shape[:2]
    smooth = cv2.GaussianBlur(crop, (0, 0), 3)
    gray = cv2.cvtColor(smooth, cv2.COLOR_RGB2GRAY)
    along = np.arctan2(-cv2.Sobel(gray, cv2.CV_32F, 1, 0), cv2.Sobel(gray, cv2.CV_32F, 0, 1))
    canvas = smooth.copy()
    brush = rng.uniform(2, 9)
    for thickness in (brush, brush / 2):
        for _ in range(int(0.9 * height * width / (4 * thickness**2))):
            y, x = int(rng.integers(height)), int(rng.integers(width))
            length, angle = thickness * rng.uniform(1, 3), along[y, x] + rng.normal(0, 0.3)
            reach = np.array([np.cos(angle), np.sin(angle)]) * length
            ends = [tuple(int(value) for value in (x, y) + sign * reach) for sign in (-1, 1)]
            colour = (crop[y, x] + rng.normal(0, 12)).clip(0, 255).tolist()
            cv2.line(canvas, *ends, colour, max(1, round(thickness)), cv2.LINE_AA)
    return canvas
