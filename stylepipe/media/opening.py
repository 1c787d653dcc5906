"""The way into an image file: every check that comes before its pixels are decoded.

Pillow knows 43 formats, among them PostScript, and lets almost any exception out of a damaged file. Here are the
formats that we read, the cap on pixels, and the one kind of error that leaves this room.
"""

from __future__ import annotations

import logging
import math
import os
import stat
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from PIL import ExifTags, Image, ImageFile, UnidentifiedImageError

from stylepipe.errors import PictureError, StylepipeError
from stylepipe.spec.settings import MAX_MEGAPIXELS

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "AVIF")

# Pillow also logs what it raises, which Python prints on stderr where nobody has said otherwise.
logging.getLogger("PIL").addHandler(logging.NullHandler())

_LONGEST_EXIF = 1 << 20
"""Bytes of EXIF that are looked at: a JPEG can hold 65 533, and a PNG may claim 4 GiB."""
_MOST_CHUNKS = 100_000
"""Chunks of a PNG behind its pixels that are looked at."""
_AGAIN = "copy it again from its source"
# Pillow's limit on pixels and Python's warning filters belong to the whole process: one decoder at a time.
_ONE_DECODER = threading.RLock()


@contextmanager
def opened(path: Path, max_megapixels: float = MAX_MEGAPIXELS) -> Iterator[ImageFile.ImageFile]:
    """Open an image file and read its header; what fails here or inside the block is one PictureError.

    Raises PictureError for a file that is missing, not to be read, no picture, damaged, or of more megapixels than
    allowed. The pixels are not decoded yet.
    """
    with open_file(path) as file, decoding(path, max_megapixels), Image.open(file, formats=FORMATS) as image:
        check_size(path, image.size, max_megapixels)
        yield image


@contextmanager
def decoding(path: Path, max_megapixels: float = MAX_MEGAPIXELS) -> Iterator[None]:
    """Turn whatever a decoder raises into one PictureError, and keep its warnings from the reader."""
    with _ONE_DECODER, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pillows_limit = Image.MAX_IMAGE_PIXELS
        # Pillow refuses only what is over twice its limit; the exact check is check_size's.
        Image.MAX_IMAGE_PIXELS = None if math.isinf(max_megapixels) else math.ceil(max_megapixels * 1e6)
        try:
            yield
        except StylepipeError:
            raise
        except Exception as error:  # struct.error, SyntaxError, zlib.error, KeyError: hostile bytes raise anything
            raise _in_words(path, error, max_megapixels) from error
        finally:
            Image.MAX_IMAGE_PIXELS = pillows_limit


@contextmanager
def c_libraries_silenced() -> Iterator[None]:
    """Keep libtiff and libpng from writing about damaged files to stderr, where our log may be JSON.

    Neither Pillow nor OpenCV has a switch for it, so the process's file descriptor is turned away meanwhile.
    """
    try:
        stderr = os.dup(2)
    except OSError:  # a daemon may have none
        yield
        return
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)


def picture_size(path: Path, *, max_megapixels: float = MAX_MEGAPIXELS) -> tuple[int, int]:
    """Give an image's (width, height) as it is looked at, upright, from its header alone.

    Raises PictureError as `read_picture` does, except for damage that only decoding finds.
    """
    path = Path(path)
    with opened(path, max_megapixels) as image:
        width, height = image.size
        return (height, width) if orientation_of(image) >= 5 else (width, height)


def orientation_of(image: ImageFile.ImageFile) -> int:
    """Give the EXIF orientation that is still to be applied, 1 to 8; 1 is upright.

    A TIFF is always 1: Pillow and OpenCV both turn it themselves, and its size is already the turned one.
    """
    if image.format == "TIFF":
        return 1
    orientation = exif_of(image).get(ExifTags.Base.Orientation, 1)
    return orientation if orientation in range(1, 9) else 1


def exif_of(image: ImageFile.ImageFile) -> Image.Exif:
    """Read an image's EXIF without decoding it; a broken block is an empty one, the picture is still good."""
    if image.format == "PNG" and "exif" not in image.info and (late := _late_png_exif(image)):
        image.info["exif"] = late
    if len(image.info.get("exif") or b"") > _LONGEST_EXIF:  # each of its numbers would become an object
        return Image.Exif()
    try:
        # The base class's method: a PNG's own decodes the picture when it finds no EXIF before the pixels.
        return Image.Image.getexif(image)
    except Exception:
        return Image.Exif()


def _late_png_exif(image: ImageFile.ImageFile) -> bytes | None:
    """Find the eXIf chunk that some writers put behind the pixels, where Pillow sees it only after decoding."""
    file = image.fp
    assert file is not None
    here = file.tell()
    try:
        file.seek(8)
        for _ in range(_MOST_CHUNKS):
            head = file.read(8)
            if len(head) < 8:
                break
            length, kind = int.from_bytes(head[:4], "big"), head[4:]
            if kind == b"eXIf":
                return bytes(file.read(min(length, _LONGEST_EXIF)))
            file.seek(length + 4, 1)
        return None
    finally:
        file.seek(here)


def open_file(path: Path) -> BinaryIO:
    """Open a regular file for reading; a pipe or a device is refused, opening one can wait for ever."""
    try:
        mode = path.stat()
        if stat.S_ISREG(mode.st_mode) and mode.st_size > 0:
            return path.open("rb")
    except FileNotFoundError:
        raise PictureError(f"{path} does not exist: check the path, or take it out of the job") from None
    except PermissionError:
        raise PictureError(f"{path} may not be read by this user: change its or its folder's permissions") from None
    except (OSError, ValueError) as error:
        raise PictureError(f"{path} cannot be opened ({_brief(error)}): check the path and the disk") from None
    if stat.S_ISDIR(mode.st_mode):
        raise PictureError(f"{path} is a folder, not a picture: name a file in it, or {path / '*.jpg'} for all")
    if not stat.S_ISREG(mode.st_mode):
        raise PictureError(f"{path} is no regular file but a pipe or a device: save the picture to a file first")
    raise PictureError(f"{path} is empty (0 bytes): {_AGAIN}")


def check_size(path: Path, size: tuple[int, int], max_megapixels: float) -> None:
    """Raise PictureError for a (width, height) without pixels, or with more of them than allowed."""
    width, height = size
    if width < 1 or height < 1:
        raise PictureError(f"{path} has no pixels ({width} x {height}): {_AGAIN}")
    if width * height > max_megapixels * 1e6:
        raise PictureError(
            f"{path} has {width * height / 1e6:.1f} megapixels ({width} x {height}), more than the "
            f"{max_megapixels:g} allowed: make it smaller, or raise max_megapixels"
        )


def _in_words(path: Path, error: Exception, max_megapixels: float) -> PictureError:
    if isinstance(error, UnidentifiedImageError):
        return PictureError(_unknown(path))
    if isinstance(error, Image.DecompressionBombError):
        return PictureError(
            f"{path} has more than twice the {max_megapixels:g} megapixels allowed: "
            "make it smaller, or raise max_megapixels"
        )
    if isinstance(error, MemoryError):
        return PictureError(f"{path} does not fit into this machine's memory: make it smaller")
    return PictureError(f"{path} is cut short or damaged ({_brief(error)}): {_AGAIN}")


def _unknown(path: Path) -> str:
    with open_file(path) as file:
        head = file.read(12)
    if head[4:11] in (b"ftyphei", b"ftyphev"):
        return f"{path} is a HEIC photograph, which stylepipe does not read: save it as JPEG or PNG"
    return (
        f"{path} is no picture that stylepipe reads (JPEG, PNG, WebP, TIFF, BMP, GIF, AVIF), or its beginning is "
        "damaged: convert it, or copy it again from its source"
    )


def _brief(error: Exception) -> str:
    """Give a library's complaint as a few words on one line."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return " ".join(text.split())[:120] or type(error).__name__
