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


def test_megabytes_of_tags_do_not_keep_the_run_itself_busy(tmp_path: Path, bounded: Bounded) -> None:
    numbers = 64 << 20
    exif = b"II*\0" + struct.pack("<IHHHIII", 8, 1, 315, 5, numbers // 8, 26, 0) + bytes(numbers)
    Image.new("RGB", (4, 4)).save(tmp_path / "plain.jpg")
    plain = (tmp_path / "plain.jpg").read_bytes()
    pieces = (b"Exif\0\0" + exif[at : at + 65_000] for at in range(0, len(exif), 65_000))
    segments = b"".join(b"\xff\xe1" + struct.pack(">H", len(piece) + 2) + piece for piece in pieces)
    (tmp_path / "a.jpg").write_bytes(plain[:2] + segments + plain[2:])
    width = struct.pack("<HHIIHHII", 256, 5, numbers // 8, 38, 257, 4, 1, 4)
    (tmp_path / "a.tif").write_bytes(b"II*\0" + struct.pack("<IH", 8, 2) + width + bytes(4 + numbers))
    code = """
from stylepipe.media.stored_size import stored_size
for path in map(Path, sys.argv[1:]):
    try:
        print(stored_size(path))
    except StylepipeError as error:
        print(error)
"""
    said = bounded(code, tmp_path / "a.jpg", tmp_path / "a.tif", megabytes=400, seconds=5).splitlines()
    assert said[0] == "(4, 4)"
    assert "does not say how large it is" in said[1]


def test_exif_of_which_each_number_becomes_an_object_is_not_taken_apart(tmp_path: Path, bounded: Bounded) -> None:
    numbers = 64 << 20
    exif = b"II*\0" + struct.pack("<IHHHIII", 8, 1, 315, 5, numbers // 8, 26, 0) + bytes(numbers)
    (tmp_path / "a.png").write_bytes(png((4, 4), PIXELS, [(b"eXIf", exif)]))
    assert bounded(READ, tmp_path / "a.png", megabytes=700, seconds=5).count("reads it") == 3
