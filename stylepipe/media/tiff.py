"""TIFF files of 8 or 16 bits with everything on board: Pillow writes no 16-bit colour, OpenCV no profile.

The numbers are those of TIFF 6.0 and its supplement 2 (deflate).
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from stylepipe.errors import UnpaintableError

_DEFLATE, _RGB, _CHUNKY, _DIFFERENCES, _STRAIGHT_ALPHA = 8, 2, 1, 2, 2
_EXTRA_SAMPLES, _ROWS_PER_STRIP, _SAMPLES_PER_PIXEL = 338, 278, 277
_ROWS = 64  # some readers hold a whole strip in memory


def tiff_bytes(levels: NDArray[np.uint8] | NDArray[np.uint16], profile: bytes, tags: Mapping[int, Any]) -> bytes:
    """Write (H, W, 3) RGB or (H, W, 4) RGB and straight alpha as a TIFF file.

    tags: further tags, an inner directory as a mapping.
    Raises UnpaintableError when the file would be over 4 GiB, where a TIFF's 32-bit offsets end.
    """
    height, width, channels = levels.shape
    strips = [_strip(levels[top : top + _ROWS]) for top in range(0, height, _ROWS)]
    lengths = [len(strip) for strip in strips]
    if sum(lengths) > 2**32 - 2**20:
        raise UnpaintableError(f"a TIFF of {width} x {height} pixels would be over 4 GiB: choose png")
    directory = ImageFileDirectory_v2(prefix=b"II")
    layout: dict[int, Any] = {
        ExifTags.Base.ImageWidth: width,
        ExifTags.Base.ImageLength: height,
        ExifTags.Base.BitsPerSample: (8 * levels.itemsize,) * channels,
        ExifTags.Base.Compression: _DEFLATE,
        ExifTags.Base.PhotometricInterpretation: _RGB,
        _SAMPLES_PER_PIXEL: channels,
        _ROWS_PER_STRIP: _ROWS,
        # Counted from the end of this directory; Pillow adds where that is when it writes them.
        ExifTags.Base.StripOffsets: tuple(sum(lengths[:k]) for k in range(len(strips))),
        ExifTags.Base.StripByteCounts: tuple(lengths),
        ExifTags.Base.PlanarConfiguration: _CHUNKY,
        ExifTags.Base.Predictor: _DIFFERENCES,
        ExifTags.Base.InterColorProfile: profile,
    }
    if channels == 4:
        layout[_EXTRA_SAMPLES] = _STRAIGHT_ALPHA
    for tag, value in {**layout, **tags}.items():
        directory[tag] = value
    head = b"II*\0" + (8).to_bytes(4, "little")
    return b"".join([head, directory.tobytes(len(head)), *strips])


def _strip(rows: NDArray[Any]) -> bytes:
    """Compress rows as differences from pixel to pixel, which wrap around as the format has it."""
    differences = rows.copy()
    differences[:, 1:] = rows[:, 1:] - rows[:, :-1]
    # Differences repeat themselves at a distance of one or not at all: run lengths (the strategy that libpng's users
    # choose too) make them smaller than searching does, in a tenth of the time.
    deflate = zlib.compressobj(strategy=zlib.Z_RLE)
    return deflate.compress(differences.astype(differences.dtype.newbyteorder("<")).tobytes()) + deflate.flush()
