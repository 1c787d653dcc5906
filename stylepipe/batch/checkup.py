"""What this machine can do, what it lacks, and how to mend that."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from stylepipe.errors import StylepipeError
from stylepipe.store import weights

PACKAGES = ("torch", "torchvision", "numpy", "pillow", "opencv-python", "opencv-python-headless", "imageio-ffmpeg")
LITTLE_DISK = 2 * 10**9
"""Bytes under which a night's batch may not fit."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. remedy: what to do, empty when all is well."""

    name: str
    state: Literal["ok", "note", "problem"]
    text: str
    remedy: str = ""


def check_up(folder: Path) -> Iterator[Finding]:
    """Look at everything that painting needs; `folder` is where pictures would be written."""
    yield Finding("python", "ok", f"{platform.python_version()} at {sys.executable}")
    yield from _packages()
    for name, check in (("device", _device), ("opencv", _opencv), ("ffmpeg", _ffmpeg)):
        yield _checked(name, check)
    yield from _weights()
    yield _disk(folder)


def _checked(name: str, check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except StylepipeError as error:
        text, _, remedy = str(error).partition("; ")
        return Finding(name, "problem", text, remedy)
    except (ImportError, OSError, RuntimeError) as error:
        return Finding(name, "problem", f"{type(error).__name__}: {error}", "install stylepipe's requirements again")


def _packages() -> Iterator[Finding]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    yield Finding("packages", "ok", ", ".join(f"{name} {number}" for name, number in found.items()))


def _device() -> Finding:
    from stylepipe.batch.devices import choose_device, device_name, why_no_cuda

    device = choose_device()
    if device.type != "cpu":
        return Finding("device", "ok", device_name(device))
    text = f"{device_name(device)}: {why_no_cuda()}"
    return Finding("device", "note", text, "a GPU paints many times faster; a CPU does well with backbone: lite")


def _opencv() -> Finding:
    try:
        import cv2
    except ImportError as error:
        if "libGL" not in str(error):
            raise
        remedy = "pip uninstall opencv-python && pip install opencv-python-headless, or apt install libgl1"
        return Finding("opencv", "problem", f"cannot be loaded: {error}", remedy)
    return Finding("opencv", "ok", str(cv2.__version__))


def _ffmpeg() -> Finding:
    from stylepipe.media.ffmpeg import ffmpeg_version

    path, number = ffmpeg_version()
    return Finding("ffmpeg", "ok", f"{number} at {path}")


def _weights() -> Iterator[Finding]:
    for entry in weights.CATALOGUE:
        name = f"weights {entry.name}"
        if weights.find(entry.backbone, entry.source) is None:
            remedy = f"only if a job asks for them: stylepipe weights fetch {entry.name}"
            yield Finding(name, "note", "not on this machine", remedy)
        else:
            yield _checked(name, lambda entry=entry, name=name: _verified(entry, name))  # type: ignore[misc]


def _verified(entry: weights.Weights, name: str) -> Finding:
    return Finding(name, "ok", str(weights.require(entry.backbone, entry.source)))


def _disk(folder: Path) -> Finding:
    there = next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.exists())
    free = shutil.disk_usage(there).free
    text = f"{free / 1e9:.1f} GB free at {there}"
    if free < LITTLE_DISK:
        return Finding("disk", "problem", text, "make room, or choose another output directory")
    return Finding("disk", "ok", text)
