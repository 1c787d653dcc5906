"""A folder with photographs, artworks and masks; empty files, because their pixels do not matter here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from stylepipe.spec.jobfile import Spec
from stylepipe.spec.load import load_spec

FILES = (
    "photos/cat.jpg",
    "photos/dog.jpg",
    "photos/draft-1.jpg",
    "photos/notes.txt",
    "art/night.jpg",
    "art/wave.png",
    "masks/cat.png",
    "masks/dog.png",
    "masks/draft-1.png",
    "masks/sky.png",
)

Write = Callable[..., Path]
Load = Callable[..., Spec]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    return tmp_path


@pytest.fixture
def write(folder: Path) -> Write:
    def write(text: str, name: str = "job.yaml") -> Path:
        path = folder / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def load(write: Write) -> Load:
    def load(text: str, **overrides: object) -> Spec:
        return load_spec(write(text), {key.replace("__", "."): value for key, value in overrides.items()})

    return load
