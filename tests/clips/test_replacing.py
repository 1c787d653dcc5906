"""What lies where a clip shall lie is replaced at once by the whole of it, or stays; an input always stays."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from .conftest import Render


@contextmanager
def watched(path: Path) -> Iterator[set[bytes]]:
    """Read a file again and again, and give all that was ever found in it; nothing is b""."""
    found: set[bytes] = set()
    over = threading.Event()

    def watch() -> None:
        while not over.is_set():
            try:
                found.add(path.read_bytes())
            except FileNotFoundError:
                found.add(b"")

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()


def test_a_name_never_shows_half_a_clip(render: Render, encode: Callable[..., Path], moving: np.ndarray) -> None:
    source, output = encode("a.mp4", moving[:4]), Path("out.mp4")

    with watched(output) as found:
        assert render(source, output).code == 0
        first = output.read_bytes()
    assert found <= {b"", first}

    with watched(output) as found:
        assert render(source, output, "--set", "style_weight=3").code == 0
    assert found <= {first, output.read_bytes()}
    assert first != output.read_bytes()


def test_what_is_there_stays_when_a_clip_cannot_be_painted(render: Render) -> None:
    Path("out.mp4").write_bytes(b"yesterday's")
    Path("broken.mp4").write_bytes(b"\0\0\0\x08ftyp" + bytes(100))

    assert render("broken.mp4", "out.mp4").code == 3

    assert Path("out.mp4").read_bytes() == b"yesterday's"


def test_an_input_is_never_replaced(
    render: Render, encode: Callable[..., Path], moving: np.ndarray, tmp_path: Path
) -> None:
    data = encode("a.mp4", moving[:2]).read_bytes()
    source = tmp_path / "clip.mp4"
    source.write_bytes(data)
    (tmp_path / "other.mp4").hardlink_to(source)
    (tmp_path / "link.mp4").symlink_to(source)

    for output in ("clip.mp4", "./clip.mp4", "other.mp4", "link.mp4"):
        answer = render(source, output)
        assert answer.code == 2
        assert "this is one of the inputs" in answer.err
    assert source.read_bytes() == data
