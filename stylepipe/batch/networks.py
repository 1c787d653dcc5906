"""From a verified weights file to a network that reads pictures."""

from __future__ import annotations

import pickle
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import replace
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from stylepipe.batch.statistics_shelf import StatisticsShelf
from stylepipe.engine.network import CAFFE, LITE, TORCHVISION, Convention, FeatureNetwork
from stylepipe.engine.style_memory import StyleMemory
from stylepipe.errors import EnvironmentLacksError, StoppedError
from stylepipe.spec.settings import LAYERS, Settings, has_layer
from stylepipe.store import fetching, weights

_SAFE_PICKLES = (2, 10)
"""The first torch that a crafted .pth does not make write where it should not (CVE-2026-24747)."""


class Networks:
    """The networks of a run on one device, each loaded once.

    memory: what was measured of artworks with them. spared: how many ways to paint have taken too much memory.
    """

    def __init__(self, device: torch.device) -> None:
        self.device = device
        self.memory = StyleMemory(shelf=StatisticsShelf(device))
        self.spared = 0
        self._loaded: dict[tuple[str, str], FeatureNetwork] = {}

    def sparing(self) -> Networks:
        """Give the same networks for paintings that take less memory, and more time."""
        thrifty = copy(self)
        thrifty.spared += 1
        return thrifty

    def network(self, settings: Settings) -> FeatureNetwork:
        """Give the network that `backbone` and `weights` name.

        Raises EnvironmentLacksError, which names the ways out, when its weights are missing, damaged or something else.
        """
        key = (settings.backbone, settings.weights)
        if key not in self._loaded:
            self._loaded[key] = _load(*key, self.device)
        return self._loaded[key]


def fetch_weights(name: str, on_progress: fetching.Progress | None = None) -> Path:
    """Download known weights from where they are published today; errors as `store.fetching.fetch`."""
    published = _torchvision_urls()
    catalogue = [replace(entry, url=published.get(entry.name, entry.url)) for entry in weights.CATALOGUE]
    return fetching.fetch(name, on_progress, catalogue=catalogue)


def _torchvision_urls() -> dict[str, str]:
    """Give torchvision's own word for where its files are, which may move with its releases.

    A torchvision that cannot be imported (built for another torch, say) leaves the catalogue's addresses.
    """
    try:
        from torchvision.models import VGG16_Weights, VGG19_Weights
    except (ImportError, RuntimeError, AttributeError):
        return {}
    return {"vgg19": str(VGG19_Weights.IMAGENET1K_V1.url), "vgg16": str(VGG16_Weights.IMAGENET1K_V1.url)}


def _load(backbone: str, source: str, device: torch.device) -> FeatureNetwork:
    path = weights.require(backbone, source)
    found = _read(path)
    tensors = _by_layer(found, backbone, path)
    if backbone == "lite":
        convention = _with_gains(found, path)
    else:
        known = weights.known_by(weights.sha256_of_weights(path))
        convention = CAFFE if known is not None and known.source == "caffe" else TORCHVISION
    return FeatureNetwork(tensors, convention, device=device, name=weights.identity_of(backbone, source))


def _with_gains(found: Mapping[str, Tensor], path: Path) -> Convention:
    """Give how to read a lite of one's own: as the shipped one, with its own poolings' gains if it tells them."""
    if "average_gain" not in found or "l2_gain" not in found:
        return LITE
    average, l2 = (found[name].float().flatten() for name in ("average_gain", "l2_gain"))
    if average.numel() != 4 or l2.numel() != 4 or not (torch.cat([average, l2]) > 0).all():
        raise EnvironmentLacksError(f"{path}: average_gain and l2_gain have to be four factors each; train it again")
    return replace(LITE, average_gain=_four(average), l2_gain=_four(l2))


def _four(gains: Tensor) -> tuple[float, float, float, float]:
    first, second, third, fourth = gains.tolist()
    return first, second, third, fourth


def _read(path: Path) -> Mapping[str, Tensor]:
    if path.suffix != ".safetensors":
        _refuse_unsafe_pickle(path)
        _refuse_packed(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch's advice is for whoever wrote the file
            # weights_only: a pickle from elsewhere may hold code, and must not run it.
            found = load_file(path) if path.suffix == ".safetensors" else torch.load(path, "cpu", weights_only=True)
    except StoppedError:
        raise
    except Exception as error:  # struct.error, IndexError, AssertionError: damaged bytes raise anything
        raise EnvironmentLacksError(f"{path}: cannot be read as network weights: {_reason(error)}") from error
    if not isinstance(found, dict) or not all(isinstance(tensor, Tensor) for tensor in found.values()):
        raise EnvironmentLacksError(f"{path}: holds no network weights (a state dict of tensors is needed)")
    return found


def _refuse_unsafe_pickle(path: Path) -> None:
    """Let an old torch unpickle nothing but the files that are known."""
    version = tuple(int(part) for part in torch.__version__.split(".")[:2])
    if version < _SAFE_PICKLES and weights.known_by(weights.sha256_of_weights(path)) is None:
        least = ".".join(map(str, _SAFE_PICKLES))
        raise EnvironmentLacksError(
            f"{path}: cannot be read as network weights: a crafted .pth may harm torch {torch.__version__}; install "
            f"torch {least} or newer, or save the weights as .safetensors"
        )


def _refuse_packed(path: Path) -> None:
    """Refuse an archive that unpacks to more than it is; torch packs none."""
    with suppress(zipfile.BadZipFile, OSError), zipfile.ZipFile(path) as archive:
        if sum(member.file_size for member in archive.infolist()) > path.stat().st_size:
            raise EnvironmentLacksError(
                f"{path}: cannot be read as network weights: it unpacks to more than it is; save it with torch.save"
            )


def _reason(error: Exception) -> str:
    if isinstance(error, pickle.UnpicklingError):  # torch's own words advise to run what is in the file
        return "it is damaged, or holds more than tensors; copy it again, or save the network's state_dict() alone"
    first_sentence = " ".join(str(error).split()).partition(". ")[0]
    return f"{first_sentence or type(error).__name__}; copy it again from its source"


def _by_layer(found: Mapping[str, Tensor], backbone: str, path: Path) -> dict[str, Tensor]:
    """Give the weights by layer name, from our own names or torchvision's `features.N`; check that all are there."""
    layers = [f"conv{name[4:]}" for name in LAYERS if has_layer(backbone, name)]
    others = [f"conv{name[4:]}" for name in LAYERS if not has_layer(backbone, name)]
    if strange := [layer for layer in others if f"{layer}.weight" in found]:
        raise EnvironmentLacksError(f"{path}: these are not the weights of {backbone}, which has no {strange[0]}")
    keys = _numbered(layers) if "features.0.weight" in found else layers
    tensors, width = {}, 3
    for layer, key in zip(layers, keys, strict=True):
        kernel, bias = found.get(f"{key}.weight"), found.get(f"{key}.bias")
        if kernel is None or bias is None:
            raise EnvironmentLacksError(f"{path}: these are not the weights of {backbone}: {layer} is missing")
        if kernel.shape[1:] != (width, 3, 3) or bias.shape != kernel.shape[:1]:
            raise EnvironmentLacksError(
                f"{path}: these are not the weights of {backbone}: {layer} is of shape {tuple(kernel.shape)} with "
                f"{bias.numel()} biases, where (N, {width}, 3, 3) with N is needed"
            )
        if any(tensor.untyped_storage().nbytes() < tensor.nbytes for tensor in (kernel, bias)):
            raise EnvironmentLacksError(f"{path}: {layer} has fewer numbers than it says; copy or train it again")
        if not (torch.isfinite(kernel).all() and torch.isfinite(bias).all() and kernel.any()):
            raise EnvironmentLacksError(f"{path}: {layer} is all zero or not finite; copy or train it again")
        tensors[f"{layer}.weight"], tensors[f"{layer}.bias"] = kernel.float(), bias.float()
        width = int(kernel.shape[0])
    return tensors


def _numbered(layers: Sequence[str]) -> list[str]:
    """Give the convolutions' names in torchvision's `features`, where each has a ReLU behind it, each block a pooling.

    The exact places matter: the 16 kernels of VGG-19 would fit into the 13 of VGG-16 one after the other.
    """
    return [f"features.{2 * k + int(layer[4]) - 1}" for k, layer in enumerate(layers)]
