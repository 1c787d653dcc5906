"""The light of a harbour at dusk: a low sun, the blue of the sky above, lamps and haze."""

from __future__ import annotations

import numpy as np

from samples.fields import Field

SUNSET = np.float32((-0.75, 0.22, -0.62))
SUNSET_LIGHT = np.float32((0.62, 0.36, 0.20))
SKY_LIGHT = np.float32((0.17, 0.22, 0.34))
LAMP = np.float32((2.1, 1.15, 0.36))
HAZE = np.float32((0.40, 0.33, 0.36))


def daylight(normal: Field) -> Field:
    """Evening light on a surface: warm from the sunset, blue from the sky above."""
    return SUNSET_LIGHT * max(float(normal @ SUNSET), 0) + SKY_LIGHT * (0.75 + 0.35 * float(normal[1]))
