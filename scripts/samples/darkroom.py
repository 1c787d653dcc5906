"""The darkroom: what a lens and film make of the light of a scene."""

from __future__ import annotations

import cv2
import numpy as np

from samples.camera import DRAWN_WIDTH
from samples.fields import Field, Rng, pixel_grid


def develop(light: Field, exposure: float) -> Field:
    """Turn scene light into a photograph: lens bloom, vignette, filmic curve, halving."""
    scale = light.shape[1] / DRAWN_WIDTH
    highlights = np.clip(light - 0.8, 0, 3)
    glare = cv2.GaussianBlur(highlights, (0, 0), 9 * scale) + 0.5 * cv2.GaussianBlur(highlights, (0, 0), 36 * scale)
    rows, columns = pixel_grid(*light.shape[:2])
    corner = ((rows / light.shape[0] - 0.5) ** 2 + (columns / light.shape[1] - 0.5) ** 2)[..., None]
    x = (light + 0.45 * glare) * exposure * (1 - 0.55 * corner)
    film = np.clip(x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14), 0, 1) ** (1 / 1.08)
    return cv2.resize(film, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)


def grain(photograph: Field, rng: Rng) -> Field:
    """Give a photograph the grain of its film."""
    speckles = cv2.GaussianBlur(rng.standard_normal(photograph.shape[:2], dtype=np.float32), (0, 0), 0.6)
    return photograph + speckles[..., None] * 0.009
