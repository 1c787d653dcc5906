"""The teacher of `lite`: SqueezeNet, from either of the files in which its weights are published."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from lite_tensors import Maps, loaded
from torch import Tensor

from stylepipe.engine.network import TORCHVISION

TEACHER_GRID = {"conv1": (2, 3), **dict.fromkeys(("fire2", "fire3", "fire4"), (4, 5))}
TEACHER_GRID |= {**dict.fromkeys(("fire5", "fire6", "fire7", "fire8"), (8, 9)), "fire9": (16, 17)}
"""Each of the teacher's maps: its stride, and the pixel on which its first position is centred."""

FIRES = {2: (96, 16, 64), 3: (128, 16, 64), 4: (128, 32, 128), 5: (256, 32, 128)}  # in, squeezed, expanded (twice)
FIRES |= {6: (256, 48, 192), 7: (384, 48, 192), 8: (384, 64, 256), 9: (512, 64, 256)}


class Teacher:
    """SqueezeNet 1.0 (F. Iandola et al., 2016), frozen."""

    def __init__(self, path: Path, device: torch.device) -> None:
        read = _torchvision_weights if path.suffix in (".pth", ".pt") else _compressed_weights
        self._mean, self._std, weights = read(path)
        self._mean, self._std = self._mean.to(device), self._std.to(device)
        like = {"device": device, "memory_format": torch.channels_last}
        self._weights = {name: (weight.to(**like), bias.to(device)) for name, (weight, bias) in weights.items()}

    @torch.no_grad()
    def __call__(self, image: Tensor) -> Maps:
        """Give all maps of RGB in [0, 1], (B, 3, H, W), and the logits (B, 1000)."""
        maps = {"conv1": self._relu((image - self._mean) / self._std, "conv1", stride=2)}
        x = F.max_pool2d(maps["conv1"], 3, 2, ceil_mode=True)
        for number in FIRES:
            squeezed = self._relu(x, f"fire{number}/squeeze")
            expanded = [self._relu(squeezed, f"fire{number}/expand{k}", padding=k // 2) for k in (1, 3)]
            x = maps[f"fire{number}"] = torch.cat(expanded, 1)
            if number in (4, 8):
                x = F.max_pool2d(x, 3, 2, ceil_mode=True)
        maps["logits"] = self._relu(x, "classes").mean((2, 3))
        return maps

    def _relu(self, x: Tensor, name: str, **geometry: int) -> Tensor:
        weight, bias = self._weights[name]
        return F.conv2d(x, weight, bias, **geometry).relu()


Weights = dict[str, tuple[Tensor, Tensor]]


def layer_shapes() -> Iterator[tuple[str, tuple[int, int, int, int]]]:
    """Give each convolution's name, and the shape of its weights: out, in, height, width."""
    yield "conv1", (96, 3, 7, 7)
    for number, (channels, squeezed, expanded) in FIRES.items():
        yield f"fire{number}/squeeze", (squeezed, channels, 1, 1)
        yield f"fire{number}/expand1", (expanded, squeezed, 1, 1)
        yield f"fire{number}/expand3", (expanded, squeezed, 3, 3)
    yield "classes", (1000, 512, 1, 1)


def _torchvision_weights(path: Path) -> tuple[Tensor, Tensor, Weights]:
    state = loaded(path, torch.device("cpu"))
    # In the order of layer_shapes(), weight and bias in turn.
    tensors = [tensor for tensor in state.values() if isinstance(tensor, Tensor)]
    names = [name for name, _ in layer_shapes()]
    weights = dict(zip(names, zip(tensors[::2], tensors[1::2], strict=False), strict=False))
    if [weight.shape for weight, _ in weights.values()] != [shape for _, shape in layer_shapes()]:
        raise SystemExit(f"{path}: not the weights of SqueezeNet 1.0; take torchvision's squeezenet1_0-b66bff10.pth")
    return torch.tensor(TORCHVISION.mean).view(1, 3, 1, 1), torch.tensor(TORCHVISION.std).view(1, 3, 1, 1), weights


def _compressed_weights(path: Path) -> tuple[Tensor, Tensor, Weights]:
    """Read a count of non-zero weights for each layer, then for each: codebook, biases, codes, gaps between them."""
    shapes = list(layer_shapes())
    weights: Weights = {}
    with path.open("rb") as file:
        counts = np.fromfile(file, "<u4", len(shapes)).tolist()
        # Behind the counts: for each layer a codebook and biases in float32, codes in a byte, gaps in half a byte.
        bodies = sum(
            4 * (256 + shape[0]) + count + (count + 1) // 2 for count, (_, shape) in zip(counts, shapes, strict=False)
        )
        if 0 in counts or len(counts) < len(shapes) or path.stat().st_size != 4 * len(shapes) + bodies:
            raise SystemExit(f"{path}: neither a .pth file nor SqueezeNet 1.0 as Deep Compression published it")
        for count, (name, shape) in zip(counts, shapes, strict=True):
            codebook, bias = np.fromfile(file, "<f4", 256), np.fromfile(file, "<f4", shape[0])
            codes, nibbles = np.fromfile(file, "u1", count), np.fromfile(file, "u1", (count + 1) // 2)
            gaps = np.stack([nibbles & 15, nibbles >> 4], 1).ravel()[:count].astype(np.int64)
            index = np.zeros(int(np.prod(shape)), np.uint8)
            index[np.cumsum(gaps + 1) - 1] = codes
            weights[name] = torch.from_numpy(codebook[index].reshape(shape)), torch.from_numpy(bias)
    kernel, bias = weights["conv1"]
    weights["conv1"] = kernel.flip(1), bias  # it was trained on BGR in 0 .. 255
    mean = torch.tensor([123.0, 117.0, 104.0]).view(1, 3, 1, 1) / 255
    return mean, torch.full((1, 3, 1, 1), 1 / 255), weights
