"""Smoothing of traced light: what few paths a pixel leave uneven is evened out, but not across edges or textures."""

from __future__ import annotations

import cv2
import numpy as np

from samples.fields import Field

SPLINE = np.float32((1, 4, 6, 4, 1)) / 16
LUMINANCE = np.float32((0.2126, 0.7152, 0.0722))


def smooth_light(light: Field, guide: Field, steps: int, tolerance: float) -> Field:
    """Blur light (h, w, 3) with an ever wider holed kernel wherever the guide (h, w, k) is alike (Dammertz 2010).

    `tolerance` is how far brightness may differ, as a share of its surroundings; it halves with every step.
    """
    for step in range(steps):
        apart = 2**step
        level = cv2.GaussianBlur(light @ LUMINANCE, (0, 0), 2.0 * apart)
        allowed = tolerance / 2**step * level + 1e-3
        light = pass_over(light, guide, apart, allowed)
    return light


def without_sparks(light: Field, size: int) -> Field:
    """Dim single pixels that outshine all around them: what they gathered was luck."""
    return np.minimum(light, 2 * cv2.medianBlur(light, size) + 0.01)


def pass_over(light: Field, guide: Field, apart: int, allowed: Field) -> Field:
    """One pass with taps so many pixels apart."""
    height, width = light.shape[:2]
    reach = 2 * apart
    bordered = cv2.copyMakeBorder(light, reach, reach, reach, reach, cv2.BORDER_REFLECT_101)
    guides = np.pad(guide, ((reach, reach), (reach, reach), (0, 0)), mode="reflect")
    bright, total, weights = light @ LUMINANCE, np.zeros_like(light), np.zeros((height, width), np.float32)
    for i, down in enumerate(range(0, 5 * apart, apart)):
        for j, right in enumerate(range(0, 5 * apart, apart)):
            there = bordered[down : down + height, right : right + width]
            unlike = np.square(guides[down : down + height, right : right + width] - guide).sum(-1)
            unlike += np.square((there @ LUMINANCE - bright) / allowed)
            weight = np.exp(-unlike) * (SPLINE[i] * SPLINE[j])
            total += there * weight[..., None]
            weights += weight
    return total / weights[..., None]
