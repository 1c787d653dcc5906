"""ICC profiles made of tone curves and a matrix, in floating point: Adobe RGB, Display P3, ProPhoto and their like.

The numbers are those of ICC.1:2022: section 8.3 (what a matrix profile holds), 10.6 and 10.18 (its curves).
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stylepipe.media.picture import Float32

Curve = Callable[[Float32], NDArray[np.floating[Any]]]

# sRGB's primaries seen under the D50 white of the profile connection space (IEC 61966-2-1, Bradford adaptation).
_SRGB_TO_XYZ = np.array(
    [[0.4360747, 0.3850649, 0.1430804], [0.2225045, 0.7168786, 0.0606169], [0.0139322, 0.0971045, 0.7141733]]
)
_ROWS = 256  # rows converted at a time, so that a large picture needs no second large picture


def to_srgb(pixels: Float32, profile: bytes) -> Float32 | None:
    """Convert (H, W, 3) RGB or (H, W) grey in [0, 1] to sRGB in [0, 1]; None when the profile is of another kind."""
    tags = _tags(profile)
    names = ["rTRC", "gTRC", "bTRC"] if pixels.ndim == 3 else ["kTRC"]
    try:
        if profile[20:24] != b"XYZ " or "A2B0" in tags or "A2B1" in tags:
            return None
        curves = [_curve(tags[name]) for name in names]
        to_linear_srgb = np.ones((1, 1))
        if pixels.ndim == 3:
            columns = [struct.unpack(">3i", tags[name][8:20]) for name in ("rXYZ", "gXYZ", "bXYZ")]
            to_linear_srgb = np.linalg.inv(_SRGB_TO_XYZ) @ (np.array(columns).T / 65536)
    except (KeyError, struct.error, ValueError):
        return None
    converted = np.empty_like(pixels)
    for top in range(0, len(pixels), _ROWS):
        rows = np.atleast_3d(pixels[top : top + _ROWS])
        linear = np.stack([curve(rows[..., k]) for k, curve in enumerate(curves)], axis=-1)
        encoded = _encode(linear @ to_linear_srgb.T.astype(np.float32))
        converted[top : top + _ROWS] = encoded.reshape(converted[top : top + _ROWS].shape)
    return converted


def _tags(profile: bytes) -> dict[str, bytes]:
    """Read a profile's tag table (ICC.1 section 7.3), as far as it goes."""
    count = int.from_bytes(profile[128:132], "big")
    entries = (profile[132 + 12 * k : 144 + 12 * k] for k in range(min(count, 100)))
    found = (struct.unpack(">4sII", entry) for entry in entries if len(entry) == 12)
    return {name.decode("latin-1"): profile[start : start + size] for name, start, size in found}


def _curve(tag: bytes) -> Curve:
    """Read a tone curve, from encoded to linear light, both in [0, 1]."""
    if tag[:4] == b"para":
        return _parametric(tag)
    if tag[:4] != b"curv":
        raise ValueError("not a tone curve")
    (count,) = struct.unpack(">I", tag[8:12])
    if count == 0:
        return lambda x: x
    numbers = np.frombuffer(tag[12 : 12 + 2 * count], dtype=">u2")
    if len(numbers) != count:
        raise ValueError("a tone curve shorter than it says")
    if count == 1:
        gamma = float(numbers[0]) / 256
        return lambda x: x**gamma
    places, table = np.linspace(0, 1, count), numbers / 65535
    return lambda x: np.interp(x, places, table)


def _parametric(tag: bytes) -> Curve:
    """Read a parametricCurveType: all five functions are (a x + b)^g + e from d on and c x + f below it."""
    (kind,) = struct.unpack(">H", tag[8:10])
    given = {0: 1, 1: 3, 2: 4, 3: 5, 4: 7}.get(kind)
    if given is None:
        raise ValueError("an unknown parametric curve")
    numbers = [n / 65536 for n in struct.unpack(f">{given}i", tag[12 : 12 + 4 * given])]
    g, a, b, c, d, e, f = numbers + [1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0][given:]
    if kind in (1, 2):  # these two put the knee at -b / a, and their third number is the constant
        e = f = c if kind == 2 else 0.0
        c, d = 0.0, -b / a if a else 0.0
    return lambda x: np.where(x >= d, np.maximum(a * x + b, 0) ** g + e, c * x + f)


def _encode(linear: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    """Apply sRGB's own curve (IEC 61966-2-1); what lies outside its gamut is clipped."""
    linear = np.clip(linear, 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
