"""The glass that a window is chosen from, by the names of its hues."""

from __future__ import annotations

AMBER, GOLD, FLAME, ROSE = (0.93, 0.55, 0.06), (1.0, 0.80, 0.20), (0.86, 0.24, 0.05), (0.74, 0.10, 0.16)
COBALT, NIGHT, AZURE, TEAL = (0.04, 0.13, 0.56), (0.03, 0.05, 0.30), (0.12, 0.42, 0.80), (0.04, 0.40, 0.46)
VIOLET, PLUM, OPAL, ICE = (0.40, 0.16, 0.66), (0.56, 0.07, 0.36), (0.97, 0.95, 0.86), (0.74, 0.88, 0.93)
LEAF, MOSS, LIME, SLATE = (0.05, 0.34, 0.14), (0.16, 0.40, 0.10), (0.52, 0.66, 0.12), (0.05, 0.08, 0.16)
