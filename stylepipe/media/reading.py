"""Image files of any kind, depth and colour space, read as upright sRGB pixels in [0, 1]."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageFile

from stylepipe.errors import PictureError
from stylepipe.media import color
from stylepipe.media.deep_samples import deep_samples
from stylepipe.media.opening import c_libraries_silenced, opened, orientation_of
from stylepipe.media.picture import Float32, Picture
from stylepipe.media.provenance import kept_exif
from stylepipe.spec.formats import Bits
from stylepipe.spec.settings import MAX_MEGAPIXELS

# ITU-R BT.709 luma: how much of a colour's lightness each channel carries.
_LUMA = np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)


@dataclass(frozen=True, eq=False)
class Samples:
    """What a decoder gave, before orientation: an image of 8 bits, or a deeper file's numbers in [0, 1].

    alpha: (H, W) float32 in [0, 1], or None.
    """

    colors: Image.Image | Float32
    alpha: Float32 | None
    profile: bytes | None
    bits: Bits


def read_picture(path: Path, *, max_megapixels: float = MAX_MEGAPIXELS) -> Picture:
    """Read a still image, or an animation's first frame, as it looks: upright, in sRGB, with its transparency.

    JPEG, PNG, WebP, TIFF, BMP, GIF and AVIF; 1 to 16 bits, and TIFFs of floats in [0, 1]; grey, RGB, CMYK, Lab,
    palettes. 16 bits stay 16 bits, except those of a CMYK file.
    Raises PictureError, one sentence that begins with the path.
    """
    path = Path(path)
    with opened(path, max_megapixels) as image:
        orientation, exif = orientation_of(image), kept_exif(image)
        samples = decode(path, image)
        return picture_of(samples, orientation, exif)


def read_mask(path: Path, *, max_megapixels: float = MAX_MEGAPIXELS) -> Float32:
    """Read an image as a mask, (H, W) float32 in [0, 1]: white counts, black does not, grey in between.

    Grey numbers are shares and are taken as they stand, whatever profile is attached; colours count by their luma.
    A file that is partly transparent is a cut-out: its transparency is the mask and its colours do not matter.
    Raises PictureError as `read_picture` does.
    """
    path = Path(path)
    with opened(path, max_megapixels) as image:
        orientation = orientation_of(image)
        samples = decode(path, image)
        if samples.alpha is not None and samples.alpha.min() < 1:
            return upright(samples.alpha, orientation)
        shares = _floats(samples.colors)
        return upright(shares if shares.ndim == 2 else shares @ _LUMA, orientation)


def picture_of(samples: Samples, orientation: int, exif: dict[str, str]) -> Picture:
    """Bring decoded samples into sRGB and upright; an alpha that hides nothing is dropped."""
    if isinstance(samples.colors, Image.Image):
        pixels = _floats(color.to_srgb(samples.colors, samples.profile))
    else:
        pixels = color.deep_to_srgb(samples.colors, samples.profile)
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[..., np.newaxis], 3, axis=2)
    alpha = samples.alpha if samples.alpha is not None and samples.alpha.min() < 1 else None
    return Picture(
        pixels=upright(pixels, orientation),
        alpha=None if alpha is None else upright(alpha, orientation),
        bits=samples.bits,
        exif=exif,
    )


def shallow_samples(image: Image.Image, profile: bytes | None) -> Samples:
    """Take a decoded image of at most 8 bits a channel apart into colours (L, RGB, CMYK or LAB) and alpha."""
    if image.mode in ("RGBa", "La"):  # multiplied by alpha: undo it
        image = image.convert(image.mode.upper())
    alpha = None
    if image.has_transparency_data:
        alpha = _floats(image.convert("RGBA").getchannel("A"))
    if image.mode not in ("CMYK", "LAB"):
        image = image.convert("L" if image.mode in ("1", "L", "LA") else "RGB")
    return Samples(image, alpha, profile, bits=8)


def upright(values: NDArray[np.float32], orientation: int) -> Float32:
    """Apply an EXIF orientation, 1 to 8, to an array of rows and columns."""
    if orientation >= 5:  # rows were stored as columns
        values = values.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        values = values[::-1]
    if orientation in (2, 3, 6, 7):
        values = values[:, ::-1]
    return np.ascontiguousarray(values)


def decode(path: Path, image: ImageFile.ImageFile) -> Samples:
    """Decode an opened image with the decoder that keeps its depth."""
    packing = _packing(image)
    # A TIFF brings libtiff in, the sixteen bits OpenCV; Pillow's other decoders are quiet by themselves.
    deep = None
    with c_libraries_silenced() if image.format == "TIFF" or ";16" in packing else nullcontext():
        image.load()
        if ";16" in packing and image.mode in ("RGB", "RGBA"):
            deep = deep_samples(path, image, packing)
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I;16"):
        return _deep_grey(image, profile)
    if image.mode == "F":
        return Samples(_float_grey(path, image), None, profile, bits=16)
    if image.mode == "I":
        raise PictureError(f"{path} holds whole numbers of 32 bits, which have no white: save it with 8 or 16 bits")
    if deep is None:
        return shallow_samples(image, profile)
    return Samples(deep.colors, deep.alpha, profile, bits=16)


def _packing(image: ImageFile.ImageFile) -> str:
    """Give Pillow's name for how the file packs its samples, such as RGB;16B; the only place that tells the depth."""
    arguments: Any = image.tile[0].args if image.tile else ""
    return str(arguments if isinstance(arguments, str) else next(iter(arguments or ("",))))


def _deep_grey(image: ImageFile.ImageFile, profile: bytes | None) -> Samples:
    """Read grey of 12 or 16 bits, of which one level may stand for transparent (PNG) or 0 for white (TIFF)."""
    levels = np.asarray(image)
    tags = getattr(image, "tag_v2", {})
    white = 4095 if tags.get(ExifTags.Base.BitsPerSample) == (12,) else 65535
    shares = np.divide(levels, white, dtype=np.float32)
    if tags.get(ExifTags.Base.PhotometricInterpretation) == 0:
        shares = 1 - shares
    clear = image.info.get("transparency")
    alpha = (levels != clear).astype(np.float32) if isinstance(clear, int) else None
    return Samples(shares, alpha, profile, bits=16)


def _float_grey(path: Path, image: ImageFile.ImageFile) -> Float32:
    """Read a TIFF of floats; a resampling filter's overshoot is clipped, other units are refused."""
    values = np.asarray(image, dtype=np.float32)
    low, high = float(values.min()), float(values.max())
    if not (low >= -0.1 and high <= 1.1):  # also when one of them is NaN
        raise PictureError(
            f"{path} holds floats from {low:g} to {high:g}, where 0 should be black and 1 white: "
            "rescale it, or save it with 8 or 16 bits"
        )
    return np.clip(values, 0, 1)


def _floats(image: Image.Image | Float32) -> Float32:
    """Give an 8-bit image as floats in [0, 1], (H, W) or (H, W, 3); CMYK and LAB as RGB."""
    if not isinstance(image, Image.Image):
        return image
    if image.mode in ("CMYK", "LAB"):
        image = color.to_srgb(image, None)
    values: Float32 = np.divide(np.asarray(image), 255, dtype=np.float32)
    return values
