"""What the tests of the disk share."""

import hashlib
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from stylepipe.spec.settings import Settings
from stylepipe.store.fingerprint import Identity, StyleInput, fingerprint, identify
from stylepipe.store.records import Input, Record
from stylepipe.store.weights import Weights

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def python(spawn: Start) -> Start:
    """Start real Python processes."""
    return lambda code, *arguments: spawn([sys.executable, "-c", code, *arguments])


@pytest.fixture
def identity() -> Identity:
    """Give the identity of a photograph in one style, painted with the built-in settings."""
    return identify("c" * 64, [StyleInput("5" * 64)], Settings(), weights_sha256="w" * 64, output={"format": "png"})


@pytest.fixture
def record(identity: Identity, tmp_path: Path) -> Record:
    """Give the record of that picture, whose output of five bytes lies in `tmp_path`."""
    (tmp_path / "cat--starry.png").write_bytes(b"paint")
    return Record(
        item="cat--starry",
        output="cat--starry.png",
        fingerprint=fingerprint(identity),
        identity=identity,
        inputs=[Input("content", "photos/cat.jpg", "c" * 64), Input("style", "art/starry.jpg", "5" * 64)],
        settings=Settings().model_dump(mode="json"),
        weights_sha256="w" * 64,
        versions={"stylepipe": "0.1.0"},
        device="cpu",
        seconds=12.5,
        iterations=200,
        output_sha256="0" * 64,
        output_size=5,
        finished="2026-03-01T22:15:00Z",
        losses=[[1, 3.0, 1.0, 2.0, 0.0], [2, 2.5, 1.0, 1.5, 0.0]],
        notes=["no snapshot 300: painted in 200 iterations"],
    )


@pytest.fixture
def changed(record: Record) -> Callable[..., Record]:
    """Give that record with other values."""
    return lambda **values: replace(record, **values)


VGG = b"not really a network" * 50_000
"""What stands for half a gigabyte of weights: one megabyte."""


@pytest.fixture
def vgg() -> bytes:
    """Give the content of the test catalogue's one file to fetch."""
    return VGG


@pytest.fixture
def catalogue() -> tuple[Weights, ...]:
    """Give a catalogue of two small files, known like the real ones by the first 8 digits of their SHA-256."""

    def entry(name: str, source: str, content: bytes) -> Weights:
        sha256 = hashlib.sha256(content).hexdigest()[:8]
        file_name = f"vgg19-{sha256}.pth"
        return Weights(name, "vgg19", source, file_name, sha256, 1.0, "MIT", f"http://0.0.0.0/{file_name}")

    return entry("vgg19", "torchvision", VGG), entry("vgg19-caffe", "caffe", b"caffe")


@pytest.fixture
def weights_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep weights in a folder of the test's own, and hide this machine's."""
    monkeypatch.setenv("STYLEPIPE_WEIGHTS_DIR", str(tmp_path / "weights"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    return tmp_path / "weights"
