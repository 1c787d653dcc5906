"""A still image in memory: what the painting reads and what an encoder writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from stylepipe.spec.formats import Bits

Float32 = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Picture:
    """The pixels of an upright picture in sRGB, whatever its file's colour space, depth and orientation were.

    pixels: (H, W, 3), float32, RGB in [0, 1], gamma-encoded as sRGB and not multiplied by alpha.
    alpha: (H, W), float32 in [0, 1], 1 is opaque; None when every pixel is opaque.
    bits: how many bits of each channel the source held, 8 or 16 (a file of 12 bits or of floats counts as 16).
    exif: what is worth keeping of the source's EXIF, by the names in `stylepipe.media.provenance.KEPT`:
        artist, copyright, taken. Never its position.
    """

    pixels: Float32
    alpha: Float32 | None = None
    bits: Bits = 8
    exif: Mapping[str, str] = field(default_factory=dict)

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.pixels.shape[0])
