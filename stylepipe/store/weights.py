"""The networks' weights files: which there are, where they lie, and that they are what they claim to be.

A file is known by its SHA-256, which is checked before anything loads it. Turning it into tensors happens elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from platformdirs import user_cache_dir

from stylepipe.errors import EnvironmentLacksError, OutputError, PictureError, UsageError
from stylepipe.spec.patterns import WEIGHTS_SUFFIXES
from stylepipe.store.hashing import HashCache

WITHOUT_NETWORK = (
    "bring them from another machine with `stylepipe weights import FILE`, or set `backbone: lite`, which needs none"
)
"""What to do about missing weights where nothing can be downloaded, for the end of a sentence."""


@dataclass(frozen=True)
class Weights:
    """A weights file that stylepipe knows.

    name: as in `stylepipe weights fetch NAME`. backbone, source: the settings `backbone` and `weights` that mean it.
    sha256: the whole of it, or the first 8 digits, where the publisher gives no more than those in the file's name.
    mebibytes: about. url: None when the file is inside the package.
    """

    name: str
    backbone: str
    source: str
    file_name: str
    sha256: str
    mebibytes: float
    licence: str
    url: str | None


_TORCHVISION_LICENCE = "BSD-3-Clause (torchvision); trained on ImageNet, whose pictures are for research"
_CAFFE_LICENCE = "CC BY 4.0 (Simonyan & Zisserman, Visual Geometry Group, Oxford), converted by J. Johnson"
_TORCHVISION = "https://download.pytorch.org/models"
_JOHNSON = "https://web.eecs.umich.edu/~justincj/models"
_LITE_SHA256 = "745850431e27948f78177fd8243947946ff0c936f5d1944327e33068c5193963"


def _vgg(backbone: str, source: str, prefix: str, mebibytes: float) -> Weights:
    caffe = source == "caffe"
    file_name = f"{backbone}-{prefix}.pth"
    return Weights(
        name=f"{backbone}-caffe" if caffe else backbone,
        backbone=backbone,
        source=source,
        file_name=file_name,
        sha256=prefix,
        mebibytes=mebibytes,
        licence=_CAFFE_LICENCE if caffe else _TORCHVISION_LICENCE,
        url=f"{_JOHNSON if caffe else _TORCHVISION}/{file_name}",
    )


LITE = Weights("lite", "lite", "package", "lite.safetensors", _LITE_SHA256, 4.4, "MIT", url=None)

CATALOGUE = (
    LITE,
    _vgg("vgg19", "torchvision", "dcbb9e9d", 548),
    _vgg("vgg19", "caffe", "d01eb7cb", 548),
    _vgg("vgg16", "torchvision", "397923af", 528),
    _vgg("vgg16", "caffe", "00b39a1b", 528),
)
"""Every weights file that stylepipe knows."""


def cache_dir() -> Path:
    """Give the folder where fetched and imported weights are kept: $STYLEPIPE_WEIGHTS_DIR, or the user's cache."""
    return Path(os.environ.get("STYLEPIPE_WEIGHTS_DIR") or Path(user_cache_dir("stylepipe")) / "weights")


def entry_named(name: str, catalogue: Sequence[Weights] = CATALOGUE) -> Weights:
    """Give the catalogue's entry of that name; raises UsageError, which lists the names."""
    for entry in catalogue:
        if entry.name == name:
            return entry
    names = [entry.name for entry in catalogue]
    close = get_close_matches(name, names, n=1)
    hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(names)}"
    raise UsageError(f"{name}: no weights of that name; {hint}")


def known_by(sha256: str, catalogue: Sequence[Weights] = CATALOGUE) -> Weights | None:
    """Recognise a file by its SHA-256, wherever it lies and whatever it is called."""
    return next((entry for entry in catalogue if sha256.startswith(entry.sha256)), None)


def find(backbone: str, weights: str, catalogue: Sequence[Weights] = CATALOGUE) -> Path | None:
    """Give where the file of these two settings lies, unchecked and unread; None when it is not on this machine."""
    entry = _entry_for(backbone, weights, catalogue)
    places = [Path(weights)] if entry is None else _places(entry)
    return next((place for place in places if os.path.isfile(place)), None)


def require(backbone: str, weights: str, catalogue: Sequence[Weights] = CATALOGUE) -> Path:
    """Give the file of these two settings, its SHA-256 checked; torch hub's own copy will do.

    Raises EnvironmentLacksError, which names the ways out, and UsageError for a path that can be no weights file.
    """
    entry = _entry_for(backbone, weights, catalogue)
    if entry is None:
        return _own_file(Path(weights))
    damaged = []
    for place in _places(entry):
        if os.path.isfile(place):
            if sha256_of_weights(place).startswith(entry.sha256):
                return place
            damaged.append(place)
    if damaged:
        raise EnvironmentLacksError(
            f"{damaged[0]}: damaged, or not the weights of {entry.name}: its SHA-256 does not begin with "
            f"{entry.sha256[:8]}; delete it, then {ways_out(entry.name)}"
        )
    raise EnvironmentLacksError(f"the weights of {entry.name} are not on this machine; {ways_out(entry.name)}")


def identity_of(backbone: str, weights: str, catalogue: Sequence[Weights] = CATALOGUE) -> str:
    """Give what stands for the file in a fingerprint: its SHA-256, as many digits as the catalogue has of it.

    A known file need not be there, nor is it read, so that what is due can be said before anything is fetched.
    """
    entry = _entry_for(backbone, weights, catalogue)
    if entry is None:
        sha256 = sha256_of_weights(_own_file(Path(weights)))
        entry = known_by(sha256, catalogue)
        return entry.sha256 if entry else sha256
    return entry.sha256


def sha256_of_weights(path: Path) -> str:
    """Give a weights file's SHA-256; half a gigabyte is hashed once, then remembered while it is unchanged."""
    cache = HashCache(cache_dir() / "hashes.json")
    try:
        sha256 = cache.sha256(path)
    except PictureError as error:
        raise EnvironmentLacksError(f"{error}; mend its permissions, or use other weights") from error
    with suppress(OutputError):  # a shared cache may be read-only; then it is hashed again next time
        cache.save()
    return sha256


def ways_out(name: str) -> str:
    """Say what to do about missing weights, for the end of a sentence."""
    return f"download them with `stylepipe weights fetch {name}`, {WITHOUT_NETWORK}"


def _entry_for(backbone: str, weights: str, catalogue: Sequence[Weights]) -> Weights | None:
    """Give the catalogue's entry of two settings; None when `weights` is a path."""
    if (backbone, weights) == (LITE.backbone, "torchvision"):  # the setting's default, which no one wrote
        return LITE
    return next((entry for entry in catalogue if (entry.backbone, entry.source) == (backbone, weights)), None)


def _places(entry: Weights) -> list[Path]:
    """Give where a known file may lie, the likeliest first."""
    if entry.url is None:
        return [Path(__file__).parent.parent / "data" / entry.file_name]
    # The rules of torch.hub.get_dir, said again because asking torch would take two seconds.
    user_cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    torch_home = Path(os.environ.get("TORCH_HOME") or user_cache / "torch")
    return [cache_dir() / entry.file_name, torch_home / "hub" / "checkpoints" / entry.file_name]


def _own_file(path: Path) -> Path:
    """Check a file that the user named; what is inside is checked when it is loaded."""
    if path.suffix not in WEIGHTS_SUFFIXES:  # job files are checked before; this is for settings from Python
        endings = " or ".join(WEIGHTS_SUFFIXES)
        raise UsageError(f"{path}: weights are torchvision, caffe, or a file that ends in {endings}")
    if not os.path.isfile(path):
        raise EnvironmentLacksError(f"{path}: there is no such weights file; correct `weights`, or leave it out")
    if not os.access(path, os.R_OK):
        raise EnvironmentLacksError(f"{path}: permission to read these weights is denied; mend its permissions")
    return path
