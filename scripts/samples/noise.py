"""Fractional Brownian motion: the one noise behind clouds, waves, plaster, bark, rock and wood grain."""

from __future__ import annotations

import numpy as np

from samples.fields import Field, Rng


def noise(
    shape: tuple[int, int],
    rng: Rng,
    longest: float,
    slope: float = 1.9,
    stretch: tuple[float, float] = (1, 1),
    shortest: float = 0,
) -> Field:
    """Noise of unit deviation with a power-law spectrum (fBm); a stretch under 1 roughens its axis."""
    fy = np.fft.fftfreq(shape[0])[:, None] * stretch[0]
    fx = np.fft.rfftfreq(shape[1])[None, :] * stretch[1]
    frequency = np.sqrt(fy**2 + fx**2)
    gain = (frequency**4 + longest**-4.0) ** (-slope / 4) * np.exp(-((shortest * frequency) ** 2))
    gain[frequency < 0.4 / longest] = 0
    spectrum = np.fft.rfft2(rng.standard_normal(shape, dtype=np.float32))
    field = np.fft.irfft2(spectrum * gain, s=shape).astype(np.float32)
    return field / field.std()
