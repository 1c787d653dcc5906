"""What a file's numbers mean: its ICC profile, and the way from there to sRGB.

LittleCMS, through Pillow, knows every kind of profile but only 8 bits; `matrix_profile.py` knows the usual kind in
floating point, for the pictures of 16 bits.
"""

from __future__ import annotations

from functools import cache
from io import BytesIO

import numpy as np
from PIL import Image, ImageCms

from stylepipe.media import matrix_profile
from stylepipe.media.picture import Float32

# The profile's colour space, as its header spells it, and the Pillow mode whose channels it describes.
_MODE_OF_SPACE = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}


@cache
def srgb_profile() -> bytes:
    """Give the ICC profile that every output is tagged with; its date is fixed: equal pictures are equal files."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = bytes.fromhex("07e6 0001 0001 0000 0000 0000")  # ICC.1 section 7.2.8: 2022-01-01 00:00:00
    return bytes(profile)


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Turn an 8-bit L, RGB, CMYK or LAB image into sRGB: RGB, or L when it is grey without a profile of its own.

    A profile that is broken, or made for other channels than the image has, is ignored, as viewers do.
    """
    if image.mode == "LAB":
        return _transformed(image, ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")))
    source = _profile_for(image.mode, profile)
    if source is not None:
        space_mode = _MODE_OF_SPACE[source.profile.xcolor_space.strip()]
        try:
            if not _is_srgb(source, space_mode):
                return _transformed(image.convert(space_mode), source)
        except ImageCms.PyCMSError:
            pass
    return image.convert("RGB") if image.mode == "CMYK" else image


def deep_to_srgb(pixels: Float32, profile: bytes | None) -> Float32:
    """Turn (H, W) grey or (H, W, 3) RGB in [0, 1] into sRGB without rounding to 8 bits.

    A profile of tables (LUT) has no formula: its pixels do go through LittleCMS at 8 bits.
    """
    source = _profile_for("L" if pixels.ndim == 2 else "RGB", profile)
    if source is None or profile is None:
        return pixels
    space_mode = _MODE_OF_SPACE[source.profile.xcolor_space.strip()]
    if space_mode == "RGB" and pixels.ndim == 2:
        pixels = np.repeat(pixels[..., np.newaxis], 3, axis=2)
    try:
        if _is_srgb(source, space_mode):
            return pixels
        converted = matrix_profile.to_srgb(pixels, profile)
        if converted is not None:
            return converted
        rounded = Image.fromarray(np.rint(pixels * 255).astype(np.uint8))
        in_8_bits: Float32 = np.divide(np.asarray(_transformed(rounded, source)), 255, dtype=np.float32)
        return in_8_bits
    except ImageCms.PyCMSError:
        return pixels


def _profile_for(mode: str, profile: bytes | None) -> ImageCms.ImageCmsProfile | None:
    """Read a profile if it can describe an image of this mode; a grey image may carry the RGB profile of its maker."""
    if not profile:
        return None
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        described = _MODE_OF_SPACE.get(source.profile.xcolor_space.strip())
    except Exception:  # LittleCMS reports a broken profile as OSError, Pillow's wrapper in other ways
        return None
    return source if described == mode or (described, mode) == ("RGB", "L") else None


def _transformed(image: Image.Image, source: ImageCms.ImageCmsProfile) -> Image.Image:
    """Convert as photographers' programs do by default: relative colorimetric, black mapped to black."""
    converted = ImageCms.profileToProfile(
        image,
        source,
        _srgb(),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode="RGB",
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    assert converted is not None
    return converted


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(BytesIO(srgb_profile()))


def _is_srgb(source: ImageCms.ImageCmsProfile, mode: str) -> bool:
    """Say whether a profile is sRGB in effect: then the numbers stay exactly as they are in the file.

    Dozens of sRGB profiles are about, none the same in its bytes; converting between them only adds rounding.
    """
    if mode == "CMYK":
        return False
    steps = np.arange(0, 256, 51, dtype=np.uint8)
    swatches = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(1, -1, 3)
    before = swatches if mode == "RGB" else np.arange(256, dtype=np.uint8).reshape(1, 256)
    after = np.asarray(_transformed(Image.fromarray(before), source)).astype(int)
    expected = before if mode == "RGB" else before[..., np.newaxis]
    return bool(np.abs(after - expected).max() <= 1)
