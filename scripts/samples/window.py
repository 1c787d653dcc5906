"""A tall window at the left: panes between bars, through which the light of an overcast sky falls into the room."""

from __future__ import annotations

import numpy as np

from samples.fields import Field, smoothstep
from samples.rays import vector

# Its plane (x), its span (y and z), its panes across and down, and how wide the bars are, in cm.
AT, LOW, HIGH, NEAR, FAR = -105.0, 20.0, 125.0, -76.0, 12.0
ACROSS, DOWN, BAR = 2, 3, 5.0
PANE_Y, PANE_Z = (HIGH - LOW) / DOWN, (FAR - NEAR) / ACROSS
AREA = (PANE_Y - BAR) * (PANE_Z - BAR) * ACROSS * DOWN
ROOM = vector(0.042, 0.040, 0.037)


def sky_through(y: Field, z: Field) -> Field:
    """The light that comes through the panes: cool from the upper sky, warmer and dimmer from the houses opposite."""
    up = smoothstep(LOW, LOW + 0.5 * (HIGH - LOW), y + 0.15 * (z - NEAR))
    return vector(5.6, 5.0, 4.1) * (1 - up) * 0.55 + vector(7.6, 7.9, 8.1) * up


def sample_window(first: Field, second: Field, pane: Field) -> Field:
    """Places on the panes for random numbers of 0..1 and pane numbers."""
    down, across = pane // ACROSS, pane % ACROSS
    y = LOW + down * PANE_Y + BAR / 2 + first * (PANE_Y - BAR)
    z = NEAR + across * PANE_Z + BAR / 2 + second * (PANE_Z - BAR)
    return np.stack([np.full_like(y, AT), y, z]).astype(np.float32)


def odds_of(away: Field, way: Field) -> Field:
    """The odds (per steradian) that a ray to a sampled place on the panes, so far away, has its direction."""
    return away * away / (AREA * np.maximum(-way[0], 1e-6))


def light_along(origin: Field, way: Field, odds: Field) -> Field:
    """The light that rays meet which struck nothing: the window's, or the dim room's.

    Of the window only a share counts where it was sampled, too (the balance heuristic, Veach and Guibas 1995).
    """
    toward = np.minimum(way[0], -1e-6)
    t = (AT - origin[0]) / toward
    share = np.where(np.isinf(odds), 1, odds / (np.where(np.isinf(odds), 0, odds) + odds_of(t, way)))
    y, z = origin[1] + way[1] * t, origin[2] + way[2] * t
    within_y, within_z = (y - LOW) % PANE_Y, (z - NEAR) % PANE_Z
    open_y = (y > LOW) & (y < HIGH) & (within_y > BAR / 2) & (within_y < PANE_Y - BAR / 2)
    open_z = (z > NEAR) & (z < FAR) & (within_z > BAR / 2) & (within_z < PANE_Z - BAR / 2)
    seen = open_y & open_z & (way[0] < -1e-6)
    return np.where(seen, share * sky_through(y, z), room_light(way))


def room_light(way: Field) -> Field:
    """What the walls and the ceiling of the room give back, more from above and from the side of the window."""
    return ROOM * (0.75 + 0.45 * way[1] - 0.35 * way[0])
