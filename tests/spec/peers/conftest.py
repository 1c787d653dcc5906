"""A folder with the files that other programs' command lines name, and what such a command line becomes in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from stylepipe.spec.expand import expand
from stylepipe.spec.items import Item
from stylepipe.spec.load import load_spec
from stylepipe.spec.peers.tools import imported_text

PHOTOGRAPH = (800, 600)

Imported = Callable[[str, str], Item]


def text_of(tool: str, command: str, size: tuple[int, int] | None = PHOTOGRAPH) -> str:
    return imported_text(tool, command, Path(), size_of=lambda _: size)


def comments_of(text: str) -> str:
    """The comments of a job file, as if each were one line."""
    return " ".join(text.replace(" # ", " ").replace("\n#", " ").split())


@pytest.fixture
def imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Imported:
    """Import a command line whose files are here; give its only item."""
    monkeypatch.chdir(tmp_path)
    for name in ("cat.jpg", "starry_night.jpg", "the_scream.jpg", "init.png"):
        (tmp_path / name).touch()

    def make(tool: str, command: str) -> Item:
        (tmp_path / "job.yaml").write_text(text_of(tool, command), encoding="utf-8")
        (item,) = expand(load_spec("job.yaml"))
        return item

    return make
