"""The darkroom: what a lens and film make of the light of a scene."""

from __future__ import annotations

import cv2
import numpy as np

from samples.fields import Field, Rng, pixel_grid


def develop(light: Field, rng: Rng, exposure: float) -> Field:
    """Turn scene light into a photograph: lens bloom, vignette, filmic curve, halving, grain."""
    glare = cv2.GaussianBlur(np.clip(light - 0.8, 0, 3), (0, 0), 9) + 0.5 * cv2.GaussianBlur(
        np.clip(light - 0.8, 0, 3), (0, 0), 36
    )
    rows, columns = pixel_grid(*light.shape[:2])
    corner = ((rows / light.shape[0] - 0.5) ** 2 + (columns / light.shape[1] - 0.5) ** 2)[..., None]
    x = (light + 0.45 * glare) * exposure * (1 - 0.55 * corner)
    film = np.clip(x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14), 0, 1) ** (1 / 1.08)
    film = cv2.resize(film, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    grain = cv2.GaussianBlur(rng.standard_normal(film.shape[:2], dtype=np.float32), (0, 0), 0.6)[..., None]
    return film + grain * 0.009
