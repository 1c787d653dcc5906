"""What a file says about how it was made: the recipe that painted it, and whose photograph it was.

The recipe is JSON. In a PNG it is an iTXt chunk with the keyword "stylepipe"; in JPEG, WebP and TIFF it is the EXIF
UserComment, `{"stylepipe": recipe}`, beside the Software tag. Where a photograph was taken is nobody's business:
GPS is neither read nor written.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image, ImageFile

from stylepipe.media.opening import exif_of, opened

KEYWORD = "stylepipe"
KEPT = {
    "artist": ExifTags.Base.Artist,
    "copyright": ExifTags.Base.Copyright,
    "taken": ExifTags.Base.DateTimeOriginal,
}
"""The EXIF of a photograph that is carried over to its painting: our name, and the tag's number."""

_ASCII = b"ASCII\0\0\0"  # EXIF 2.32, UserComment: eight bytes that name the encoding of what follows
_LONGEST = 500  # characters kept of a name or a copyright


def read_provenance(path: Path) -> dict[str, Any] | None:
    """Read back the recipe from a picture, or None when it carries none; its pixels are not decoded.

    Raises PictureError when the file is no picture that can be read.
    """
    with opened(Path(path), math.inf) as image:
        if image.format == "PNG":
            recipe = _json_object(image.info.get(KEYWORD))
        else:
            comment = exif_of(image).get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.UserComment, b"")
            text = comment.removeprefix(_ASCII) if isinstance(comment, bytes) else None
            recipe = (_json_object(text) or {}).get(KEYWORD)
    return recipe if isinstance(recipe, dict) else None


def recipe_json(provenance: Mapping[str, Any]) -> str:
    """Write a recipe as one line of ASCII JSON, its keys in the order given."""
    return json.dumps(provenance, separators=(",", ":"))


def kept_exif(image: ImageFile.ImageFile) -> dict[str, str]:
    """Read the artist, the copyright and the date taken, whichever an image has."""
    try:
        exif = exif_of(image)
        tags = {**exif.get_ifd(ExifTags.IFD.Exif), **exif}
    except Exception:  # a broken EXIF block is no reason to refuse a photograph
        return {}
    texts = {name: _text(tags.get(tag)) for name, tag in KEPT.items()}
    return {name: text for name, text in texts.items() if text}


def exif_tags(kept: Mapping[str, str], provenance: Mapping[str, Any] | None, *, comment: bool) -> dict[int, Any]:
    """Lay out the EXIF of an output as {tag: value}, its inner directory as {34665: {tag: value}}.

    kept: as `Picture.exif`. comment: whether the recipe belongs here too (not in a PNG, which has its own place).
    """
    # Pillow would write "?" for every letter that is not ASCII; as bytes they stay UTF-8, as everybody reads them.
    tags: dict[int, Any] = {int(KEPT[name]): kept[name].encode() for name in ("artist", "copyright") if kept.get(name)}
    # A date has its place in the inner directory, and bytes would have the wrong type there.
    inner: dict[int, Any] = {int(KEPT["taken"]): kept["taken"]} if kept.get("taken") else {}
    if provenance is not None:
        tags[ExifTags.Base.Software] = KEYWORD.encode()
        if comment:
            inner[ExifTags.Base.UserComment] = _ASCII + recipe_json({KEYWORD: provenance}).encode()
    if inner:
        tags[ExifTags.IFD.Exif] = inner
    return tags


def exif_bytes(tags: Mapping[int, Any]) -> bytes:
    """Write tags as the EXIF block that JPEG, WebP and PNG embed, without the prefix that only JPEG needs.

    No tags are no block: empty bytes.
    """
    if not tags:
        return b""
    exif = Image.Exif()
    for tag, value in tags.items():
        exif[tag] = value
    return exif.tobytes().removeprefix(b"Exif\0\0")


def _json_object(text: object) -> dict[str, Any] | None:
    try:
        value = json.loads(text) if isinstance(text, str | bytes) else None
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _text(value: object) -> str | None:
    """Clean a text of EXIF, which is bytes of no declared encoding: UTF-8 where it is that, else Latin-1."""
    if not isinstance(value, str):
        return None
    with suppress(UnicodeError):
        value = value.encode("latin-1").decode()
    return "".join(letter for letter in value if letter.isprintable()).strip()[:_LONGEST]
