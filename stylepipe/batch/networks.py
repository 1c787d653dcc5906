"""From a verified weights file to a network that reads pictures."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from stylepipe.engine.network import CAFFE, LITE, TORCHVISION, FeatureNetwork
from stylepipe.errors import EnvironmentLacksError
from stylepipe.spec.settings import LAYERS, Settings, has_layer
from stylepipe.store import fetching, weights


class Networks:
    """The networks of a run on one device, each loaded once."""

    def __init__(self, device: torch.device) -> None:
        self.device = device
        self._loaded: dict[tuple[str, str], FeatureNetwork] = {}

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
    tensors = _by_layer(_read(path), backbone, path)
    if backbone == "lite":
        convention = LITE
    else:
        known = weights.known_by(weights.sha256_of_weights(path))
        convention = CAFFE if known is not None and known.source == "caffe" else TORCHVISION
    return FeatureNetwork(tensors, convention, device=device)


def _read(path: Path) -> Mapping[str, Tensor]:
    try:
        # weights_only: a pickle from elsewhere may hold code, and must not run it.
        found = load_file(path) if path.suffix == ".safetensors" else torch.load(path, "cpu", weights_only=True)
    except (OSError, SafetensorError, pickle.UnpicklingError, RuntimeError, EOFError, ValueError, KeyError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise EnvironmentLacksError(f"{path}: cannot be read as network weights: {reason}") from error
    if not isinstance(found, dict) or not all(isinstance(tensor, Tensor) for tensor in found.values()):
        raise EnvironmentLacksError(f"{path}: holds no network weights (a state dict of tensors is needed)")
    return found


def _by_layer(found: Mapping[str, Tensor], backbone: str, path: Path) -> dict[str, Tensor]:
    """Give the weights by layer name, from our own names or torchvision's `features.N`; check that all are there."""
    layers = [f"conv{name[4:]}" for name in LAYERS if has_layer(backbone, name)]
    if "features.0.weight" in found:
        numbered = sorted((int(key.split(".")[1]), key) for key in found if _is_convolution(key))
        keys = [key.removesuffix(".weight") for _, key in numbered]
    else:
        keys = layers
    tensors, width = {}, 3
    for layer, key in zip(layers, [*keys, *layers][: len(layers)], strict=True):
        kernel, bias = found.get(f"{key}.weight"), found.get(f"{key}.bias")
        if kernel is None or bias is None or kernel.shape[1:] != (width, 3, 3) or bias.shape != kernel.shape[:1]:
            raise EnvironmentLacksError(f"{path}: these are not the weights of {backbone}: {layer} is missing or odd")
        tensors[f"{layer}.weight"], tensors[f"{layer}.bias"] = kernel.float(), bias.float()
        width = int(kernel.shape[0])
    return tensors


def _is_convolution(key: str) -> bool:
    parts = key.split(".")
    return len(parts) == 3 and parts[0] == "features" and parts[1].isdigit() and parts[2] == "weight"
