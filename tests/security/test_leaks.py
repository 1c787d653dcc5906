"""What a finished picture or clip tells of whoever made it: no place, no path, no name of a user or a machine."""

from __future__ import annotations

import getpass
import json
import os
import socket
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stylepipe.media import read_provenance

from ..batch.conftest import Job
from ..cli.conftest import Stylepipe
from ..clips.conftest import said_of


def private_words(tmp_path: Path) -> list[bytes]:
    """Give what must not be found in an output; a user's name only where it is long enough not to come by chance."""
    words = [str(tmp_path), str(Path.home()) + "/", os.fspath(tmp_path.parent), "Neverland", "4807.038"]
    words += [name for name in (getpass.getuser(), socket.gethostname()) if len(name) > 5]
    return [word.encode() for word in words]


@pytest.mark.parametrize("format", ["png", "jpg", "webp", "tiff"])
def test_a_picture_of_a_photograph_with_a_place_tells_none(
    job: Job, stylepipe: Stylepipe, tmp_path: Path, format: str
) -> None:
    file = job("jobs:\n  - contents: photos/here.jpg\n    styles: art/night.png\n    set: {init: photos/dog.png}\n")
    exif = Image.Exif()
    exif[0x013B] = "Ada"
    exif[0x010F], exif[0xC62F], exif[0x9C9D] = "Neverland Cameras", "serial Neverland", "Neverland".encode("utf-16le")
    exif[0x8825] = {1: "N", 2: (48.0, 7.0, 3.8), 29: "2026:01:01", 27: b"ASCII\0\0\0Neverland"}
    exif[0x8769] = {0xA430: "Neverland owner", 0xA431: "Neverland 1", 0x927C: b"Neverland maker note"}
    with Image.open(tmp_path / "photos" / "cat.png") as image:
        image.save(tmp_path / "photos" / "here.jpg", exif=exif, comment=b"Neverland", xmp=b"<x>Neverland</x>")
    assert stylepipe("run", file, "--set", f"output.format={format}", "--set", "snapshots=[1]").code == 0
    outputs = [path for path in (tmp_path / "out").iterdir() if path.is_file()]
    assert len(outputs) == 2
    for path in outputs:
        content, recipe = path.read_bytes(), read_provenance(path)
        assert recipe is not None
        assert not [word for word in private_words(tmp_path) if word in content or word in json.dumps(recipe).encode()]
        with Image.open(path) as image:
            assert not image.getexif().get_ifd(0x8825)
            assert image.getexif()[0x013B] == "Ada"  # a photographer's name is a wish to be named


def test_a_clip_with_a_place_tells_none(
    job: Job, stylepipe: Stylepipe, tmp_path: Path, encode: Callable[..., Path], moving: np.ndarray
) -> None:
    file = job("jobs:\n  - contents: clips\n    styles: art/night.png\n    set: {video: {frame_iterations: 1}}\n")
    place = "+27.5916+086.5640+4807.038/"
    tags = [part for key in ("location", "location-eng", "com.apple.quicktime.location.ISO6709")
            for part in ("-metadata", f"{key}={place}")]  # fmt: skip
    source = encode("here.mov", moving[:2], *tags, "-movflags", "use_metadata_tags")
    (tmp_path / "clips").mkdir()
    (tmp_path / "clips" / "here.mov").write_bytes(source.read_bytes())
    for format in ("mp4", "mkv"):
        assert stylepipe("run", file, "--set", f"output.format={format}").code == 0
        output = tmp_path / "out" / f"here--night.{format}"
        assert not [word for word in private_words(tmp_path) if word in output.read_bytes()]
        assert "location" not in said_of(output)


def test_metadata_false_tells_nothing_at_all(job: Job, stylepipe: Stylepipe, tmp_path: Path) -> None:
    file = job("jobs:\n  - contents: photos/cat.png\n    styles: art/night.png\n")
    assert stylepipe("run", file, "--set", "metadata=false").code == 0
    content = (tmp_path / "out" / "cat--night.png").read_bytes()
    assert b"stylepipe" not in content
    assert b"night" not in content
