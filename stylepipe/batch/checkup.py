"""What this machine can do, what it lacks, and how to mend that."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import get_args

import psutil

from stylepipe.batch.checkup_places import check_caches, check_folder
from stylepipe.batch.finding import Finding, checked
from stylepipe.batch.machine import crowd_of, memory
from stylepipe.spec.formats import Container
from stylepipe.spec.items import Item
from stylepipe.spec.settings import Settings
from stylepipe.store import weights

PACKAGES = ("torch", "torchvision", "numpy", "pillow", "opencv-python", "opencv-python-headless", "imageio-ffmpeg")
LITTLE_MEMORY = 2 * 10**9
"""Bytes under which a second program can make a picture fail."""
_MANY = 1000
"""Pictures of an imagined night, where no job file says how many there are."""
_LITE = ("lite", "torchvision")
"""The settings `backbone` and `weights` by default."""
_ALL: tuple[Container, ...] = get_args(Container)
_USUAL: tuple[Container, ...] = ("mp4", "webm", "gif")
"""Kinds of clip that are tried where no job file says which are wanted: one of each that needs another encoder."""


def check_up(folder: Path, items: Sequence[Item] = (), *, every_network: bool = False) -> Iterator[Finding]:
    """Look at everything that painting needs.

    folder: where pictures would be written. items: what a job file asks for, whose networks and kinds of clip must be
    here; without any, what is usual. every_network: also look at weights that nobody has asked for.
    """
    yield Finding("python", "ok", f"{platform.python_version()} at {sys.executable}")
    yield from _packages()
    yield checked("opencv", _opencv)
    yield checked("ffmpeg", _ffmpeg)
    yield from _encoders(items)
    yield from _weights(items, every=every_network)
    yield from check_folder(folder)
    yield from check_caches()
    yield _memory()
    yield checked("device", _device)
    yield checked("workers", partial(_workers, items))


def _packages() -> Iterator[Finding]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    yield Finding("packages", "ok", ", ".join(f"{name} {number}" for name, number in found.items()))


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
    from stylepipe.media.ffmpeg_program import ffmpeg_version

    path, number = ffmpeg_version()
    return Finding("ffmpeg", "ok", f"{number} at {path}")


def _encoders(items: Iterable[Item]) -> Iterator[Finding]:
    """Encode two frames as each kind of clip that is wanted; a folder of frames needs no encoder."""
    clips = [item for item in items if item.clip]
    wanted = {
        (container, item.settings.video.codec) for item in clips for container in _ALL if item.format == container
    }
    for container, codec in sorted(wanted) if clips else [(usual, "auto") for usual in _USUAL]:
        yield checked(f"{container} clips", partial(_encoder, container, codec))


def _encoder(container: Container, codec: str) -> Finding:
    from stylepipe.media import choose_coding

    name, coding = f"{container} clips", choose_coding(container, 64, 64, codec=codec)
    text = "palette by ffmpeg" if container == "gif" else f"{coding.family} by {coding.encoder}"
    if coding.notes:
        remedy = "install imageio-ffmpeg again, which brings an ffmpeg that has it"
        return Finding(name, "note", "; ".join([text, *coding.notes]), remedy)
    return Finding(name, "ok", text)


def _weights(items: Iterable[Item], *, every: bool) -> Iterator[Finding]:
    wanted = {(str(item.settings.backbone), item.settings.weights) for item in items} or {_LITE}
    for backbone, source in sorted(wanted):
        name = f"weights {_weights_name(backbone, source)}"
        yield checked(name, partial(_verified, name, backbone, source))
    named = {_weights_name(*one) for one in wanted}
    for entry in weights.CATALOGUE if every else ():
        name = f"weights {entry.name}"
        if entry.name in named:
            continue
        if weights.find(entry.backbone, entry.source) is None:
            remedy = f"only if a job asks for them: stylepipe weights fetch {entry.name}"
            yield Finding(name, "note", "not on this machine", remedy)
        else:
            yield checked(name, partial(_verified, name, entry.backbone, entry.source))


def _weights_name(backbone: str, source: str) -> str:
    """Name weights as `stylepipe weights` does; a file of one's own by its network."""
    return f"{backbone}-caffe" if source == "caffe" else backbone


def _verified(name: str, backbone: str, source: str) -> Finding:
    return Finding(name, "ok", str(weights.require(backbone, source)))


def _memory() -> Finding:
    free = psutil.virtual_memory().available
    text = f"{free / 1e9:.1f} of {memory() / 1e9:.1f} GB free"
    if free < LITTLE_MEMORY:
        return Finding("memory", "note", text, "close other programs, or paint with --workers 1 and a smaller size")
    return Finding("memory", "ok", text)


def _device() -> Finding:
    from stylepipe.batch.devices import choose_device, device_name, why_no_cuda

    device = choose_device()
    if device.type != "cpu":
        return Finding("device", "ok", device_name(device))
    text = f"{device_name(device)}: {why_no_cuda()}"
    return Finding("device", "note", text, "a GPU paints many times faster; a CPU does well with backbone: lite")


def _workers(items: Sequence[Item]) -> Finding:
    from stylepipe.batch.devices import choose_device, spread

    device = choose_device()
    if device.type == "cuda":
        return Finding("workers", "ok", f"one for each GPU: {', '.join(spread('auto', device))}")
    settings = {id(item.settings): item.settings for item in items}.values() or [Settings()]
    crowd = crowd_of(len(items) or _MANY, settings)
    what = "of this job" if items else "of 512 px"
    threads = f"{crowd.threads} thread{'s' * (crowd.threads > 1)}"
    return Finding("workers", "ok", f"{crowd.processes} at once for pictures {what}, with {threads} each")
