"""A picture as the bytes of a file: PNG, JPEG, WebP or TIFF, tagged as sRGB, with its recipe inside.

Bytes, not files: only `stylepipe.store.atomic` opens an output. Equal pictures give equal bytes.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from stylepipe.errors import UnpaintableError, UsageError
from stylepipe.media.color import srgb_profile
from stylepipe.media.picture import Picture
from stylepipe.media.provenance import KEYWORD, exif_bytes, exif_tags, recipe_json
from stylepipe.media.tiff import tiff_bytes
from stylepipe.spec.formats import DEFAULT_BITS, DEFAULT_QUALITY, Bits, PictureFormat

_LONGEST_SIDE = {"jpg": 65500, "webp": 16383}  # the formats' own limits, in pixels
_LONGEST_JPEG_EXIF = 65527  # bytes that one APP1 segment holds beside its length and "Exif\0\0"

Levels = NDArray[np.uint8] | NDArray[np.uint16]


def encode_picture(
    picture: Picture,
    *,
    format: PictureFormat,
    bits: Bits = DEFAULT_BITS,
    quality: int = DEFAULT_QUALITY,
    provenance: Mapping[str, Any] | None = None,
) -> bytes:
    """Encode a picture, rounding each channel to the nearest of its levels.

    Alpha is kept in PNG, WebP and TIFF; a JPEG has none and is laid on white. quality (1 to 100) is for JPEG, whose
    chroma is never halved, and WebP, which is lossless at 100. A recipe that is too long for a JPEG (64 kB) is left
    out of it. The artist, copyright and date of `picture.exif` are written with or without a recipe.
    Raises UsageError for a format, depth or quality that does not exist, UnpaintableError for pixels that are not
    finite or a side longer than the format allows.
    """
    _check(picture, format, bits, quality)
    if format == "png":
        return _png(picture, bits, provenance)
    if format == "tiff":
        tags = exif_tags(picture.exif, provenance, comment=True)
        return tiff_bytes(_levels(picture, bits), srgb_profile(), tags)
    return _lossy(picture, format, quality, provenance)


def _check(picture: Picture, format: str, bits: int, quality: int) -> None:
    if format not in get_args(PictureFormat):
        raise UsageError(f"{format} is no format for pictures: choose png, jpg, webp or tiff")
    if bits not in get_args(Bits):
        raise UsageError(f"{bits} bits a channel cannot be written: choose 8 or 16")
    if bits == 16 and format in ("jpg", "webp"):
        raise UsageError(f"{format} has only 8 bits a channel: choose png or tiff for 16")
    if not 1 <= quality <= 100:
        raise UsageError(f"quality {quality} does not exist: choose 1 (small) to 100 (best)")
    longest = _LONGEST_SIDE.get(format)
    if longest is not None and max(picture.width, picture.height) > longest:
        raise UnpaintableError(
            f"a {format} has at most {longest} pixels a side, this picture is {picture.width} x {picture.height}: "
            "choose png or tiff"
        )
    if not np.isfinite(picture.pixels).all():
        raise UnpaintableError("a picture with pixels that are no numbers cannot be written")


def _levels(picture: Picture, bits: Bits) -> Levels:
    """Round to (H, W, 3) levels of 8 or 16 bits, or (H, W, 4) with alpha."""
    channels = [picture.pixels] if picture.alpha is None else [picture.pixels, picture.alpha[..., np.newaxis]]
    return np.concatenate([_rounded(values, bits) for values in channels], axis=2)


def _rounded(values: NDArray[np.float32], bits: Bits) -> Levels:
    highest, kind = (255, np.uint8) if bits == 8 else (65535, np.uint16)
    levels: Levels = np.rint(np.clip(values, 0, 1) * np.float32(highest)).astype(kind)
    return levels


def _lossy(picture: Picture, format: str, quality: int, provenance: Mapping[str, Any] | None) -> bytes:
    if format == "jpg" and picture.alpha is not None:
        alpha = picture.alpha[..., np.newaxis]
        picture = Picture(picture.pixels * alpha + (1 - alpha), exif=picture.exif)
    exif = exif_bytes(exif_tags(picture.exif, provenance, comment=True))
    if format == "jpg" and len(exif) > _LONGEST_JPEG_EXIF:
        exif = exif_bytes(exif_tags(picture.exif, provenance, comment=False))
    if format == "jpg" and exif:
        exif = b"Exif\0\0" + exif  # what marks an APP1 segment as EXIF; Pillow adds it for no one else
    image, file, profile = Image.fromarray(_levels(picture, 8)), BytesIO(), srgb_profile()
    if format == "jpg":
        image.save(file, "JPEG", quality=quality, subsampling=0, optimize=True, icc_profile=profile, exif=exif)
    else:
        # exact: the colours under transparent pixels stay, another program may show them again.
        lossless = quality == 100
        image.save(file, "WEBP", quality=quality, lossless=lossless, exact=True, icc_profile=profile, exif=exif)
    return file.getvalue()


def _png(picture: Picture, bits: Bits, provenance: Mapping[str, Any] | None) -> bytes:
    """Encode the pixels with OpenCV, which knows 16 bits, and put the chunks in between that it does not write."""
    import cv2  # a fifth of a second, which reading pictures need not pay

    levels = _levels(picture, bits)
    in_opencvs_order = levels[..., [2, 1, 0, 3][: levels.shape[2]]]
    done, encoded = cv2.imencode(".png", in_opencvs_order)
    if not done:
        raise UnpaintableError(f"a PNG of {picture.width} x {picture.height} pixels cannot be encoded: choose tiff")
    bare = encoded.tobytes()
    chunks = [_chunk(b"iCCP", b"sRGB\0\0" + zlib.compress(srgb_profile()))]
    if tags := exif_tags(picture.exif, provenance, comment=False):
        chunks.append(_chunk(b"eXIf", exif_bytes(tags)))
    if provenance is not None:
        # Keyword, then: not compressed, no language, no translated keyword (PNG section 11.3.3.4).
        chunks.append(_chunk(b"iTXt", KEYWORD.encode() + b"\0\0\0\0\0" + recipe_json(provenance).encode()))
    after_header = 8 + 25  # the signature, and IHDR, which always has 13 bytes of data
    return b"".join([bare[:after_header], *chunks, bare[after_header:]])


def _chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
