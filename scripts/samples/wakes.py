"""Wakes: the waves a boat under way draws behind it, which keep their place beside it."""

from __future__ import annotations

import numpy as np

from samples.boats import Boat
from samples.compositing import cut_out, mix
from samples.evening_light import SKY_LIGHT, SUNSET_LIGHT
from samples.fields import Field, Rng, pixel_grid, smoothstep
from samples.noise import noise
from samples.planes import Sheet, haze_before, in_haze

# Metres of water that a wake is drawn on, before the boat's middle, behind it and to each side; pixels a metre.
BEFORE, BEHIND, ASIDE, METRE = 5.5, 26.0, 7.0, 24
# Metres that each arm leaves the boat's course a metre behind the bow, and from one of its crests to the next.
SPREAD, CREST = 0.24, 1.5
# Less than half, so that a wake is water wherever it is asked what a pixel shows.
COVER = 0.48


def wake_texture(rng: Rng) -> Field:
    """Two arms of short waves that open behind the bow, and the foam of the screw, RGBA, bow to the right."""
    rows, columns = pixel_grid(round(2 * ASIDE * METRE), round((BEFORE + BEHIND) * METRE))
    behind, aside = BEFORE + BEHIND - columns / METRE, np.abs(rows / METRE - ASIDE)
    outside = aside - 0.3 - SPREAD * behind
    arm = np.exp(-((outside / (0.5 + 0.05 * behind)) ** 2)) * np.exp(-behind / 11)
    wave = arm * np.cos(2 * np.pi * outside / CREST)
    foam = np.exp(-((aside / 1.3) ** 2)) * smoothstep(9.5, 11, behind) * np.exp(-(behind - 10) / 7)
    patches = 1 + 0.5 * noise(rows.shape, rng, 0.9 * METRE, 1.4, (0.5, 1.2))
    height = (
        (wave + 0.8 * foam) * patches * smoothstep(0, 1.5, ASIDE - aside) * smoothstep(0, 4, BEFORE + BEHIND - behind)
    )
    crest, trough = SUNSET_LIGHT * 0.5 + SKY_LIGHT, np.float32((0.03, 0.05, 0.09))
    return cut_out(mix(trough, crest, (height > 0).astype(np.float32)), np.minimum(np.abs(height), 1) * COVER)


def wake(boat: Boat, texture: Field, time: float) -> Sheet:
    """The wake of a boat after some seconds, flat on the water."""
    ahead = boat.side / np.linalg.norm(boat.side)
    abeam = np.float32((-ahead[2], 0, ahead[0])) * ASIDE
    middle = boat.at(time) * np.float32((1, 0, 1))
    bow, astern = middle + ahead * BEFORE, middle - ahead * BEHIND
    corners = np.stack([astern + abeam, bow + abeam, bow - abeam, astern - abeam])
    return Sheet(corners, in_haze(texture, haze_before(float(middle[2]))))
