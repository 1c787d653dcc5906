"""How large a picture is can be told without the libraries that decode it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, features

from stylepipe.errors import PictureError
from stylepipe.media import picture_size
from stylepipe.media.stored_size import stored_size

KINDS = [
    ("a.png", {}),
    ("a.jpg", {}),
    ("gray.jpg", {"progressive": True, "exif": b"Exif\0\0" + bytes(60_000)}),
    ("a.gif", {}),
    ("a.bmp", {}),
    ("a.tif", {}),
    ("big.tiff", {"big_tiff": True}),
    ("lossy.webp", {}),
    ("lossless.webp", {"lossless": True}),
    ("clear.webp", {"lossless": True, "save_all": True}),
    *((("a.avif", {}),) if features.check("avif") else ()),
]


@pytest.mark.parametrize(("name", "options"), KINDS)
@pytest.mark.parametrize("size", [(1, 1), (40, 30), (301, 1000)])
def test_it_is_the_size_that_the_decoder_finds(
    tmp_path: Path, name: str, options: dict[str, bool], size: tuple[int, int]
) -> None:
    levels = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    image, others = Image.fromarray(levels), [Image.fromarray(255 - levels)] * (name == "clear.webp")
    image.save(tmp_path / name, append_images=others, **options)
    assert stored_size(tmp_path / name) == picture_size(tmp_path / name) == size


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a\1",
        b"BM",
        b"BM" + bytes(14),
        b"\xff\xd8\xff",
        b"\xff\xd8" + b"\xff" * 200_000,
        b"\xff\xd8" + b"\xff\xe0\0\0" * 200_000,
        b"\xff\xd8\xff\xe0\xff\xff",
        b"\xff\xd8\xff\xe0\0\2junk",
        b"\xff\xd8\xff\xc0\0\x11\x08\0",
        b"II*\0\xff\xff\xff\xff",
        b"II+\0" + b"\xff" * 12,
        b"II*\0\x08\0\0\0\xff\xff" + b"\0\1\5\0\xff\xff\xff\xff\0\0\0\0" * 3,
        b"RIFF\x10\0\0\0WEBPVP8X",
        b"RIFF\xff\xff\xff\xffWEBPjunk" + bytes(40),
        b"\0\0\0\x10ftypavif" + bytes(8),
        b"\0\0\0\x10ftypavif" + bytes(4) + b"\0\0\0\0meta" * 3,
        b"\0\0\0\x10ftypavif" + bytes(4) + b"\xff\xff\xff\xffmeta\0\0\0\0" * 1000,
    ],
)
def test_what_does_not_say_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.webp").write_bytes(content)
    with pytest.raises(PictureError, match="does not say how large it is"):
        stored_size(tmp_path / "a.webp")


def test_what_claims_too_many_pixels_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.gif").write_bytes(b"GIF89a" + b"\xff" * 40)
    with pytest.raises(PictureError, match=r"4294\.8 megapixels \(65535 x 65535\).* raise max_megapixels"):
        stored_size(tmp_path / "a.gif")
