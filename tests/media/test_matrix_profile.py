"""Profiles of curves and a matrix, in floating point, agree with LittleCMS."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from stylepipe.media import matrix_profile, read_picture
from stylepipe.media.color import deep_to_srgb

RANDOM = np.random.default_rng(11)
LEVELS = RANDOM.integers(0, 65536, (300, 5, 3), dtype=np.uint16)


def fixed(*numbers: float) -> bytes:
    return struct.pack(f">{len(numbers)}i", *(round(n * 65536) for n in numbers))


def parametric(kind: int, *numbers: float) -> bytes:
    return b"para\0\0\0\0" + struct.pack(">HH", kind, 0) + fixed(*numbers)


CURVES = {
    "identity": b"curv\0\0\0\0\0\0\0\0",
    "gamma": b"curv\0\0\0\0" + struct.pack(">IH", 1, round(1.8 * 256)),
    "table": b"curv\0\0\0\0" + struct.pack(">I", 64) + (np.linspace(0, 1, 64) ** 2.2 * 65535).astype(">u2").tobytes(),
    "parametric 0": parametric(0, 2.2),
    "parametric 1": parametric(1, 2.2, 1 / 1.1, 0.1 / 1.1),
    "parametric 2": parametric(2, 2.2, 0.9, 0.05, 0.02),
    "parametric 3": parametric(3, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045),
    "parametric 4": parametric(4, 2.4, 0.9, 0.05, 0.07, 0.05, 0.02, 0.01),
}


@pytest.mark.parametrize("curve", CURVES)
def test_every_kind_of_curve_agrees_with_littlecms(rgb_profile, curve: str) -> None:
    profile = rgb_profile(CURVES[curve])
    levels = (LEVELS >> 8).astype(np.uint8)
    expected = ImageCms.profileToProfile(
        Image.fromarray(levels), ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
    )  # fmt: skip
    pixels = matrix_profile.to_srgb((levels / 255).astype(np.float32), profile)
    np.testing.assert_allclose(pixels * 255, np.asarray(expected), atol=1.6)


def test_sixteen_bits_are_not_rounded_to_eight_on_the_way(tmp_path: Path, rgb_profile, png_file) -> None:
    ramp = np.repeat(np.arange(30000, 30512, dtype=np.uint16)[np.newaxis, :, np.newaxis], 3, axis=2)
    profile = rgb_profile()
    path = tmp_path / "a.png"
    path.write_bytes(png_file(ramp, 2, before=[(b"iCCP", b"adobe\0\0" + zlib.compress(profile))]))
    picture = read_picture(path)
    assert picture.bits == 16
    assert (np.diff(picture.pixels[0, :, 1]) > 0).all()
    # Greys of Adobe RGB only change their curve, from a gamma of 563/256 to sRGB's.
    linear = (ramp[0, :, 1] / 65535) ** (563 / 256)
    np.testing.assert_allclose(picture.pixels[0, :, 1], 1.055 * linear ** (1 / 2.4) - 0.055, atol=2e-4)


def test_linear_greys_of_sixteen_bits_are_encoded(grey_profile: bytes) -> None:
    greys = np.linspace(0, 1, 999, dtype=np.float32).reshape(3, 333)
    converted = deep_to_srgb(greys, grey_profile)
    assert converted.shape == greys.shape
    np.testing.assert_allclose(
        converted, np.where(greys <= 0.0031308, 12.92 * greys, 1.055 * greys ** (1 / 2.4) - 0.055), atol=1e-4
    )


def test_profiles_of_tables_and_broken_ones_are_somebody_elses(cmyk_profile: bytes, rgb_profile) -> None:
    pixels = np.zeros((1, 1, 3), np.float32)
    assert matrix_profile.to_srgb(pixels, cmyk_profile) is None
    for length in range(0, len(rgb_profile()), 7):
        matrix_profile.to_srgb(pixels, rgb_profile()[:length])
    assert matrix_profile.to_srgb(pixels, rgb_profile(b"curv\0\0\0\0\0\0\1\0")) is None
    assert matrix_profile.to_srgb(pixels, rgb_profile(parametric(9, 1.0))) is None
