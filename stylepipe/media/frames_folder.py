"""A clip as a folder of numbered PNGs: bytes and names, because only `stylepipe.store.atomic` opens an output."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stylepipe.media.encoding import encode_picture
from stylepipe.media.picture import Picture

_FEWEST_DIGITS = 5


def frame_name(number: int, count: int) -> str:
    """Name a frame, counted from 0, of `count`: frame_00000.png; names sort as the frames follow each other.

    Raises ValueError for a frame that is none of them.
    """
    if not 0 <= number < count:
        raise ValueError(f"frame {number} of {count}")
    digits = max(_FEWEST_DIGITS, len(str(count - 1)))
    return f"frame_{number:0{digits}}.png"


def encode_frame(
    frame: NDArray[np.uint8], *, width: int, height: int, provenance: Mapping[str, Any] | None = None
) -> bytes:
    """Encode one frame, (height, width, 3) uint8 RGB, as a PNG of sRGB with exactly these levels.

    Raises ValueError for a frame of another size or kind than the clip's.
    """
    if frame.shape != (height, width, 3) or frame.dtype != np.uint8:
        raise ValueError(f"a frame of {frame.shape} {frame.dtype} in a clip of {(height, width, 3)} uint8")
    pixels = np.divide(frame, 255, dtype=np.float32)
    return encode_picture(Picture(pixels=pixels), format="png", bits=8, provenance=provenance)
