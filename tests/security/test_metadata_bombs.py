"""A picture of sixteen pixels whose texts, profile or EXIF fill the memory."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from PIL import Image

from .conftest import READ, Bounded, chunk, png

PIXELS = zlib.compress(bytes(4 * 13))


def test_texts_and_profiles_that_unpack_to_gigabytes_are_refused(tmp_path: Path, bounded: Bounded) -> None:
    zeros = zlib.compress(bytes(10**8))
    texts = {
        "iTXt": [(b"iTXt", b"stylepipe\0\1\0\0\0" + zeros)],
        "zTXt": [(b"zTXt", b"stylepipe\0\0" + zeros)],
        "iCCP": [(b"iCCP", b"a\0\0" + zeros)],
        "many": [(b"zTXt", b"stylepipe\0\0" + zlib.compress(bytes(900_000)))] * 2000,
    }
    for name, before in texts.items():
        (tmp_path / f"{name}.png").write_bytes(png((4, 4), PIXELS, before))
    said = bounded(READ, *tmp_path.glob("*.png"), megabytes=400)
    assert said.count("is cut short or damaged") == 12
    assert said.count("is a still picture") == 4


def test_exif_that_claims_a_gigabyte_behind_the_pixels_is_not_read(tmp_path: Path, bounded: Bounded) -> None:
    with (tmp_path / "a.png").open("wb") as file:
        file.write(png((4, 4), PIXELS)[:-12] + struct.pack(">I", 2**30) + b"eXIf")
        file.truncate(2**30)
    said = bounded(READ, tmp_path / "a.png", megabytes=600).splitlines()
    assert said[0] == "picture_size reads it"  # which the run itself asks
    assert said[1] == "read_picture does not fit into this machine's memory: make it smaller"


def test_hundreds_of_thousands_of_chunks_take_seconds(tmp_path: Path, bounded: Bounded) -> None:
    (tmp_path / "a.png").write_bytes(png((4, 4), PIXELS, after=chunk(b"abCd", b"") * 300_000))
    bounded(READ, tmp_path / "a.png", megabytes=600, seconds=20)


def test_exif_whose_entries_claim_more_than_there_is_is_as_good_as_none(tmp_path: Path, bounded: Bounded) -> None:
    entries = b"".join(struct.pack("<HHII", tag, 5, 2**32 - 1, 0) for tag in range(0x100, 0x4000))
    exif = b"Exif\0\0II*\0" + struct.pack("<IH", 8, 0xFFFF) + entries[:60_000]
    Image.new("RGB", (4, 4)).save(tmp_path / "a.jpg", exif=exif)
    assert bounded(READ, tmp_path / "a.jpg", megabytes=600).count("reads it") == 3
