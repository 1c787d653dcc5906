#!/usr/bin/env python3
"""Train `lite`, the small feature network inside stylepipe, from a folder of photographs and a teacher.

    python scripts/train_lite.py IMAGES TEACHER OUT.safetensors [--steps N] [--start EARLIER.safetensors] ...

What it does. A student with VGG-19's plan of convolutions, but a fraction of its width, watches SqueezeNet (ImageNet
weights, the teacher) look at crops of photographs, and learns to see what it sees. No labels are needed: any folder of
some thousand pictures will do. TEACHER is torchvision's squeezenet1_0 (.pth), or the 8-bit file that its authors
published with Deep Compression (S. Han, H. Mao, W. Dally, ICLR 2016).

What it learns, each term with its weight (`--maps`, `--kernel`, `--gram`, `--logits`):

* maps: each of the teacher's maps is predicted by a linear head from the student's map of the same stride; squared
  error over the channel's mean square. The heads are thrown away afterwards.
* kernel: the inner products between positions, F^T F, are those of the teacher's map. Maps ask that the student
  *knows* what the teacher sees; this asks that it *weighs* it alike. Style transfer needs that: the distance of two
  Gram matrices depends on the inner products between positions alone, so a student with the teacher's inner products
  has the teacher's style loss, whatever its channels are (the similarity that F. Tung and G. Mori preserve, ICCV 2019,
  between positions rather than pictures).
* gram: the heads' predictions have the teacher's Gram matrices.
* logits: the teacher's 1000 class probabilities, from the mean of relu5_4.

Each batch is looked at twice: as it is, and moved by up to `--reach` along the sign of the loss's gradient, to where
the student errs more (adversarial examples by the fast gradient sign method, I. Goodfellow, J. Shlens, C. Szegedy, ICLR
2015). An optimiser that paints with the student will find such pictures; here it meets them first. The teacher looks
at the moved crops as they are.

What it writes. Batch normalisation holds the training together and is folded into the convolutions at the end: OUT has
`conv1_1.weight` (out, in, 3, 3), `conv1_1.bias` .. `conv5_4.bias` in float16, for RGB in [0, 1] minus the ImageNet mean
over its standard deviation, ReLU after each, 2x2 maximum before each block but the first; `average_gain` and `l2_gain`
say how the other poolings compare. In a job file: `backbone: lite` and `weights: OUT.safetensors`.

Every step's crops follow from the seed and the step's number; OUT.checkpoint, written every few minutes and when the
run is stopped (Ctrl-C, SIGTERM), holds the rest, so that the same command goes on as if nothing had happened. One
picture in twenty, by its name, is kept for validation and never trained on.

How long, how large, how good. With the defaults a step takes 1.4 s on one CPU core and 20,000 steps eight hours. All
pictures are held in memory, reduced, at some 0.4 MB each. Every hundred steps a line
gives the means of the terms; at validation, maps of 0.44 and kernel of 0.28 are what the shipped network reached.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import signal
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before torch: its threads otherwise spin while Python works

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from stylepipe.engine.network import TORCHVISION, FeatureNetwork

Maps = dict[str, Tensor]

CONVOLUTIONS = (2, 2, 4, 4, 4)  # VGG-19's, block by block
WARM_UP = 200  # steps in which the learning rate rises
MOMENTUM = 0.02  # of the normalisation's running means
SECONDS_BETWEEN_CHECKPOINTS = 300
MEAN, STD = TORCHVISION.mean, TORCHVISION.std

TEACHER_GRID = {"conv1": (2, 3), **dict.fromkeys(("fire2", "fire3", "fire4"), (4, 5))}
TEACHER_GRID |= {**dict.fromkeys(("fire5", "fire6", "fire7", "fire8"), (8, 9)), "fire9": (16, 17)}
"""Each of the teacher's maps: its stride, and the pixel on which its first position is centred."""

LESSONS = {
    "relu2_1": "conv1", "relu2_2": "conv1",
    "relu3_1": "fire2", "relu3_2": "fire3", "relu3_3": "fire4", "relu3_4": "fire4",
    "relu4_1": "fire5", "relu4_2": "fire6", "relu4_3": "fire7", "relu4_4": "fire8",
    "relu5_1": "fire9", "relu5_4": "fire9",
}  # fmt: skip
"""Which of the teacher's maps each of the student's layers learns: one that has seen about as many pixels."""


# -- The teacher -----------------------------------------------------------------------------------------------------

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


def _shapes() -> Iterator[tuple[str, tuple[int, int, int, int]]]:
    yield "conv1", (96, 3, 7, 7)
    for number, (channels, squeezed, expanded) in FIRES.items():
        yield f"fire{number}/squeeze", (squeezed, channels, 1, 1)
        yield f"fire{number}/expand1", (expanded, squeezed, 1, 1)
        yield f"fire{number}/expand3", (expanded, squeezed, 3, 3)
    yield "classes", (1000, 512, 1, 1)


def _torchvision_weights(path: Path) -> tuple[Tensor, Tensor, Weights]:
    state = loaded(path, torch.device("cpu"))
    # In the order of _shapes(), weight and bias in turn.
    tensors = [tensor for tensor in state.values() if isinstance(tensor, Tensor)]
    names = [name for name, _ in _shapes()]
    weights = dict(zip(names, zip(tensors[::2], tensors[1::2], strict=False), strict=False))
    if [weight.shape for weight, _ in weights.values()] != [shape for _, shape in _shapes()]:
        raise SystemExit(f"{path}: not the weights of SqueezeNet 1.0; take torchvision's squeezenet1_0-b66bff10.pth")
    return torch.tensor(MEAN).view(1, 3, 1, 1), torch.tensor(STD).view(1, 3, 1, 1), weights


def _compressed_weights(path: Path) -> tuple[Tensor, Tensor, Weights]:
    """Read a count of non-zero weights for each layer, then for each: codebook, biases, codes, gaps between them."""
    shapes = list(_shapes())
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


# -- The student -----------------------------------------------------------------------------------------------------


class Student(nn.Module):
    """VGG-19's plan at the given widths, each convolution normalised over the batch, and a head for each lesson."""

    def __init__(self, widths: tuple[int, ...], channels: dict[str, int]) -> None:
        super().__init__()
        self.convolutions, self.norms, self.heads = nn.ModuleDict(), nn.ModuleDict(), nn.ModuleDict()
        before = 3
        for block, (count, width) in enumerate(zip(CONVOLUTIONS, widths, strict=True), start=1):
            for number in range(1, count + 1):
                name = f"relu{block}_{number}"
                self.convolutions[name] = nn.Conv2d(before, width, 3, padding=0 if before == 3 else 1, bias=False)
                self.norms[name] = nn.BatchNorm2d(width, momentum=MOMENTUM)
                if name in LESSONS:
                    self.heads[name] = nn.Linear(width, channels[LESSONS[name]])
                before = width
        self.classes = nn.Linear(before, channels["logits"])
        self.register_buffer("mean", torch.tensor(MEAN).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(STD).view(1, 3, 1, 1))

    def forward(self, image: Tensor) -> Maps:
        """Give the maps of the layers with a lesson, and the logits."""
        x = F.pad((image - self.mean) / self.std, (1, 1, 1, 1), mode="replicate")  # as stylepipe pads
        x = x.contiguous(memory_format=torch.channels_last)
        maps = {}
        for name, convolution in self.convolutions.items():
            if name.endswith("_1") and name != "relu1_1":
                x = F.max_pool2d(x, 2)
            x = F.relu(self.norms[name](convolution(x)))
            if name in LESSONS:
                maps[name] = x
        maps["logits"] = self.classes(x.mean((2, 3)))
        return maps

    @torch.no_grad()
    def folded(self) -> dict[str, Tensor]:
        """Give the convolutions with their normalisation folded in, as stylepipe reads them."""
        found = {}
        for name, convolution in self.convolutions.items():
            norm = self.norms[name]
            gain = norm.weight / (norm.running_var + norm.eps).sqrt()
            found[f"conv{name[4:]}.weight"] = (convolution.weight * gain[:, None, None, None]).half().contiguous()
            found[f"conv{name[4:]}.bias"] = (norm.bias - gain * norm.running_mean).half()
        return found

    @torch.no_grad()
    def start_from(self, earlier: dict[str, Tensor], image: Tensor) -> None:
        """Take over an earlier, narrower network; what is new hears the old channels and is not heard by them yet.

        image: (B, 3, H, W), on which the normalisation is measured so that it changes nothing.
        """
        x = F.pad((image - self.mean) / self.std, (1, 1, 1, 1), mode="replicate")
        for name, convolution in self.convolutions.items():
            norm, weight = self.norms[name], convolution.weight
            if name.endswith("_1") and name != "relu1_1":
                x = F.max_pool2d(x, 2)
            old = earlier.get(f"conv{name[4:]}.weight")
            rows = columns = 0
            if old is not None:
                rows, columns = old.shape[:2]
                weight[:rows, columns:] = 0
                weight[:rows, :columns] = old.float()
            x = convolution(x)
            mean, variance = x.mean((0, 2, 3)), x.var((0, 2, 3))
            deviation = (variance + norm.eps).sqrt()
            norm.running_mean.copy_(mean)
            norm.running_var.copy_(variance)
            if old is not None:
                norm.weight[:rows] = deviation[:rows]
                norm.bias[:rows] = mean[:rows] + earlier[f"conv{name[4:]}.bias"].float()
                norm.weight[rows:] = deviation[:rows].mean()
            x = F.relu(F.batch_norm(x, mean, variance, norm.weight, norm.bias, eps=norm.eps))


# -- The pictures ----------------------------------------------------------------------------------------------------


class Crops:
    """Random crops of some pictures; those of a step follow from the seed and the step's number alone.

    A picture smaller than a crop is enlarged.
    """

    def __init__(self, paths: list[Path], size: int, seed: int, painted: float) -> None:
        self._size, self._seed, self._painted = size, seed, painted
        with ThreadPoolExecutor() as pool:
            self._images = list(pool.map(_read, paths))

    def batch(self, step: int, count: int, *, plain: bool = False) -> Tensor:
        """Give (count, 3, size, size) float32, RGB in [0, 1]."""
        rng = np.random.default_rng([self._seed, step])
        chosen = rng.integers(len(self._images), size=count)
        crops = [self._crop(self._images[k], rng) for k in chosen]
        if not plain:
            crops = [painted(crop, rng) if rng.random() < self._painted else crop for crop in crops]
        batch = torch.from_numpy(np.stack(crops)).permute(0, 3, 1, 2).float() / 255
        return batch if plain else jittered(batch, rng)

    def _crop(self, image: Image.Image, rng: np.random.Generator) -> np.ndarray:
        side = min(rng.uniform(0.75, 2.0) * self._size, *image.size)
        left, top = (rng.uniform(0, length - side) for length in image.size)
        box = (left, top, left + side, top + side)
        crop = np.asarray(image.resize((self._size, self._size), Image.Resampling.BICUBIC, box))
        return crop[:, ::-1] if rng.random() < 0.5 else crop


def _read(path: Path) -> Image.Image:
    try:
        with Image.open(path) as file:
            image = file.convert("RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise SystemExit(f"{path}: cannot be read as a picture ({error}); mend it, or take it out") from error
    scale = 288 / min(image.size)
    return image if scale >= 1 else image.resize([round(side * scale) for side in image.size], Image.Resampling.LANCZOS)


def jittered(batch: Tensor, rng: np.random.Generator) -> Tensor:
    """Change colours as other light, other film and other paints would: mixed channels, gain, offset, gamma."""
    count = len(batch)

    def normal(*shape: int, spread: float) -> Tensor:
        return torch.from_numpy(rng.normal(0, spread, (count, *shape))).float()

    mixing = torch.eye(3) + normal(3, 3, spread=0.1)
    colours = torch.einsum("bij,bjhw->bihw", mixing, batch)
    gain, offset = 1 + normal(3, 1, 1, spread=0.1), normal(3, 1, 1, spread=0.05)
    return ((colours - 0.5) * gain + 0.5 + offset).clamp(1e-3, 1).pow(normal(1, 1, 1, spread=0.25).exp())


def painted(crop: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Turn a crop into something a hand might have made: the network will look at paintings."""
    kind = rng.integers(4)
    if kind == 0:
        return _strokes(crop, rng)
    if kind == 1:  # flat areas of few colours, as in prints and gouache
        flat = cv2.pyrMeanShiftFiltering(np.ascontiguousarray(crop), rng.uniform(3, 8), rng.uniform(20, 50), maxLevel=2)
        return np.asarray(flat)
    if kind == 2:  # contours in ink
        dark = cv2.adaptiveThreshold(
            cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY), 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY,
            int(rng.integers(2, 8)) * 2 + 1, rng.uniform(2, 8),
        )  # fmt: skip
        paper = cv2.GaussianBlur(crop, (0, 0), rng.uniform(1, 4))
        return np.minimum(paper, dark[..., None]) if rng.random() < 0.7 else np.repeat(dark[..., None], 3, 2)
    noise = rng.normal(
        0, rng.uniform(8, 60), (*(max(2, side // int(rng.choice([1, 1, 2, 4]))) for side in crop.shape[:2]), 3)
    )
    grain = cv2.resize(noise, crop.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    return (crop + grain).clip(0, 255).astype(np.uint8)  # what a picture is full of before it is painted well


def _strokes(crop: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Paint over a crop with brushstrokes along its contours, coarse ones first."""
    height, width = crop.shape[:2]
    smooth = cv2.GaussianBlur(crop, (0, 0), 3)
    gray = cv2.cvtColor(smooth, cv2.COLOR_RGB2GRAY)
    along = np.arctan2(-cv2.Sobel(gray, cv2.CV_32F, 1, 0), cv2.Sobel(gray, cv2.CV_32F, 0, 1))
    canvas = smooth.copy()
    brush = rng.uniform(2, 9)
    for thickness in (brush, brush / 2):
        for _ in range(int(0.9 * height * width / (4 * thickness**2))):
            y, x = int(rng.integers(height)), int(rng.integers(width))
            length, angle = thickness * rng.uniform(1, 3), along[y, x] + rng.normal(0, 0.3)
            reach = np.array([np.cos(angle), np.sin(angle)]) * length
            ends = [tuple(int(value) for value in (x, y) + sign * reach) for sign in (-1, 1)]
            colour = (crop[y, x] + rng.normal(0, 12)).clip(0, 255).tolist()
            cv2.line(canvas, *ends, colour, max(1, round(thickness)), cv2.LINE_AA)
    return canvas


# -- The lessons -----------------------------------------------------------------------------------------------------


def at_some_positions(maps: Tensor, chosen: Tensor) -> Tensor:
    """Give the vectors (N, C) of maps (B, C, h, w) at some positions, counted row by row through the batch."""
    return maps.permute(0, 2, 3, 1).flatten(0, 2)[chosen].float()


def at_the_same_places(maps: Tensor, teacher_map: str, like: Tensor, chosen: Tensor) -> Tensor:
    """Give the student's vectors where the teacher's positions are centred, linearly between its own."""
    stride, centre = TEACHER_GRID[teacher_map]
    shift = (centre - (stride - 1) / 2) / stride  # the student's first position is centred on pixel (stride - 1) / 2
    first, between = int(shift), shift - int(shift)
    rows, columns = like.shape[2:]
    height, width = maps.shape[2:]
    picture, row, column = chosen // (rows * columns), chosen // columns % rows, chosen % columns
    corner = (picture * height + row + first) * width + column + first
    above, below = (
        torch.lerp(at_some_positions(maps, start), at_some_positions(maps, start + 1), between)
        for start in (corner, corner + width)
    )
    return torch.lerp(above, below, between)


def kernel_distance(found: Tensor, target: Tensor) -> Tensor:
    """Compare the inner products between N vectors with those between N others, about zero and about their mean."""
    distances = []
    for centre in (torch.zeros_like, lambda vectors: vectors.mean(0)):
        products = []
        for vectors in (found, target):
            vectors = vectors - centre(vectors)
            products.append((vectors @ vectors.T).float() / vectors.square().sum(1).mean().clamp_min(1e-6))
        distances.append(relative(*products))
    return (distances[0] + distances[1]) / 2


def gram(vectors: Tensor) -> Tensor:
    """Give the Gram matrix (C, C) of vectors (N, C)."""
    return vectors.T @ vectors / len(vectors)


def relative(found: Tensor, target: Tensor) -> Tensor:
    """Give the squared error over the target's energy."""
    return (found - target).square().sum() / target.square().sum()


Terms = dict[str, dict[str, Tensor]]


def lessons(
    student: Student, seen: Maps, taught: Maps, energy: Maps, chosen: Maps, options: argparse.Namespace
) -> Terms:
    """Give the terms of the loss, each with its value by layer; kernel and gram only if they have a weight.

    seen, taught: the student's and the teacher's maps. energy: the mean square of the teacher's channels. chosen: the
    positions of each of the teacher's maps that count.
    """
    found: Terms = {"maps": {}, "kernel": {}, "gram": {}, "logits": {}}
    for layer, name in LESSONS.items():
        target = at_some_positions(taught[name], chosen[name])
        own = at_the_same_places(seen[layer], name, taught[name], chosen[name])
        with torch.autocast(own.device.type, torch.bfloat16, enabled=options.bf16):
            predicted = student.heads[layer](own)
            if options.kernel:
                found["kernel"][layer] = kernel_distance(own[: options.compared], target[: options.compared])
        found["maps"][layer] = ((predicted.float() - target).square().mean(0) / energy[name]).mean()
        if options.gram:
            found["gram"][layer] = relative(gram(predicted.float()), gram(target))
    wanted = taught["logits"].float().log_softmax(1)
    found["logits"]["KL"] = F.kl_div(
        seen["logits"].float().log_softmax(1), wanted, reduction="batchmean", log_target=True
    )
    return {term: values for term, values in found.items() if values}


def positions(taught: Maps, count: int, seed: list[int]) -> Maps:
    """Choose positions of each of the teacher's maps, over the whole batch."""
    rng = np.random.default_rng(seed)
    sizes = {name: taught[name][:, 0].numel() for name in TEACHER_GRID}
    device = taught["conv1"].device
    return {name: torch.from_numpy(rng.permutation(size)[:count]).to(device) for name, size in sizes.items()}


# -- The training ----------------------------------------------------------------------------------------------------


class Training:
    """The student, its optimiser and the pictures, at some step of the run."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.device = torch.device(options.device)
        torch.manual_seed(options.seed)
        trained, kept = divided(options.images)
        self.pictures = zlib.crc32("\n".join(str(path.relative_to(options.images)) for path in trained + kept).encode())
        self.crops = Crops(trained, options.crop, options.seed, options.painted)
        self.kept = Crops(kept, options.crop, options.seed, 0)
        self.teacher = Teacher(options.teacher, self.device)
        first = self.crops.batch(0, 32).to(self.device)
        taught = self.teacher(first)
        self.energy = self._energy(8)
        self.student = Student(options.widths, {name: maps.shape[1] for name, maps in taught.items()}).to(self.device)
        if options.start and not checkpoint_of(options.out).exists():
            self._start(options.start, first)
        self.student = self.student.to(memory_format=torch.channels_last)
        groups = [
            {"params": [p for p in self.student.parameters() if p.ndim > 1], "weight_decay": 0.02},
            {"params": [p for p in self.student.parameters() if p.ndim == 1], "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW(groups, lr=options.rate, betas=(0.9, 0.98))
        self.step, self.seconds = 0, 0.0

    def _start(self, path: Path, image: Tensor) -> None:
        if path.suffix == ".checkpoint":
            self._take_over(loaded(path, self.device), path)
            return
        earlier = loaded(path, self.device)
        for name, convolution in self.student.convolutions.items():
            kernel, bias = (earlier.get(f"conv{name[4:]}.{part}") for part in ("weight", "bias"))
            if kernel is None and name != "relu1_1":
                continue  # an earlier network may end before this one
            widest = convolution.weight.shape
            if kernel is None or bias is None or any(a > b for a, b in zip(kernel.shape, widest, strict=True)):
                raise SystemExit(f"{path}: conv{name[4:]} is missing or wider than {widest[0]}; see --widths")
        self.student.start_from(earlier, image)

    def _take_over(self, parts: dict[str, Any], path: Path) -> None:
        try:
            self.student.load_state_dict(parts["student"])
        except (KeyError, RuntimeError) as error:
            raise SystemExit(f"{path}: no checkpoint of a student of --widths {self.options.widths}") from error

    def _energy(self, batches: int) -> Maps:
        """Give the mean square of each of the teacher's channels, over some batches that are no step's."""
        squares: dict[str, list[Tensor]] = {name: [] for name in TEACHER_GRID}
        for k in range(batches):
            taught = self.teacher(self.crops.batch(10**9 + k, 32).to(self.device))
            for name in squares:
                squares[name].append(taught[name].square().mean((0, 2, 3)))
        means = {name: torch.stack(found).mean(0) for name, found in squares.items()}
        # A channel that is hardly ever active would otherwise count for more than all that it was seen in.
        return {name: mean.clamp_min(0.1 * float(mean.mean())) for name, mean in means.items()}

    def learn(self, crops: Tensor) -> Terms:
        """Take a step, and with `reach` another one on the same crops, changed to where the student errs more."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.options.rate * self._share()
        crops = crops.to(self.device).contiguous(memory_format=torch.channels_last)
        found, slope = self._update(crops, crops)
        if self.options.reach:
            rng = np.random.default_rng([self.options.seed, self.step, 1])
            reach = torch.from_numpy(rng.uniform(0, self.options.reach, (len(crops), 1, 1, 1))).to(crops)
            changed = (crops + reach * slope.sign()).clamp(0, 1)
            self._update(changed, crops if self.options.robust else changed)
        self.step += 1
        return found

    def _update(self, crops: Tensor, for_teacher: Tensor) -> tuple[Terms, Tensor]:
        """Change the weights; give the terms of the loss, and its slope over the crops."""
        crops = crops.detach().requires_grad_(self.options.reach > 0)
        found = self._lessons(crops, for_teacher)
        loss = sum(getattr(self.options, term) * _mean(values) for term, values in found.items())
        if not torch.isfinite(loss):
            raise SystemExit(
                f"step {self.step + 1}: the loss is {loss.item()}; take a lower --rate than {self.options.rate}"
            )
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        if self.step < WARM_UP and self.options.start and self.options.start.suffix != ".checkpoint":
            for parameter in (*self.student.convolutions.parameters(), *self.student.norms.parameters()):
                parameter.grad = None  # heads that know nothing yet would teach the body nonsense
        nn.utils.clip_grad_norm_(self.student.parameters(), 5.0)
        self.optimizer.step()
        slope = crops.grad if crops.grad is not None else torch.zeros(())
        return found, slope

    def _share(self) -> float:
        """Give the learning rate over the highest one: a rise, then half a cosine down to zero."""
        progress = self.step / self.options.steps
        return min(1.0, (self.step + 1) / WARM_UP) * 0.5 * (1 + math.cos(math.pi * progress))

    def _lessons(self, crops: Tensor, for_teacher: Tensor, step: int | None = None) -> Terms:
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.options.bf16):
            taught, seen = self.teacher(for_teacher.detach()), self.student(crops)
        chosen = positions(taught, self.options.positions, [self.options.seed, self.step if step is None else step])
        return lessons(self.student, seen, taught, self.energy, chosen, self.options)

    @torch.no_grad()
    def settle(self, batches: int = 40) -> None:
        """Measure the batch normalisation anew: while the weights move, its running means lag behind."""
        norms = [module for module in self.student.modules() if isinstance(module, nn.BatchNorm2d)]
        for norm in norms:
            norm.reset_running_stats()
            norm.momentum = None  # a plain mean
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.options.bf16):
            for k in range(batches):
                self.student(self.crops.batch(10**9 + k, self.options.batch).to(self.device))
        for norm in norms:
            norm.momentum = MOMENTUM

    @torch.no_grad()
    def validate(self) -> Terms:
        """Give every term on pictures that are never trained on, always at the same positions of the same crops."""
        self.student.eval()
        kept = (self.kept.batch(k, 32, plain=True).to(self.device) for k in range(4))
        rounds = [self._lessons(crops, crops, step=k) for k, crops in enumerate(kept)]
        self.student.train()
        return {
            term: {layer: torch.stack([r[term][layer] for r in rounds]).mean() for layer in values}
            for term, values in rounds[0].items()
        }

    def save(self, path: Path) -> None:
        """Write the checkpoint, whole or not at all."""
        parts = {"student": self.student.state_dict(), "optimizer": self.optimizer.state_dict()}
        parts |= {"step": self.step, "seconds": self.seconds, "course": self._course()}
        torch.save(parts, path.with_suffix(".part"))
        os.replace(path.with_suffix(".part"), path)

    def resume(self, path: Path) -> None:
        """Go on where a checkpoint was written, if it is one of this very run."""
        parts = loaded(path, self.device)
        before, now = parts.get("course"), self._course()
        if not isinstance(before, dict):
            raise SystemExit(f"{path}: no checkpoint of this program; move it away to begin anew")
        if changed := [f"{key} was {before.get(key)}, is {now[key]}" for key in now if before.get(key) != now[key]]:
            raise SystemExit(f"{path}: of another run ({'; '.join(changed)}); take the same options, or another OUT")
        self._take_over(parts, path)
        self.optimizer.load_state_dict(parts["optimizer"])
        self.step, self.seconds = parts["step"], parts["seconds"]

    def _course(self) -> dict[str, object]:
        """Give what the weights at a step depend on."""
        free = ("images", "teacher", "out", "start", "every", "device")
        course: dict[str, object] = {k: v for k, v in sorted(vars(self.options).items()) if k not in free}
        return {**course, "pictures": self.pictures}

    def write(self, path: Path) -> None:
        """Write the network, whole or not at all."""
        weights = self.student.folded()
        if not all(bool(torch.isfinite(tensor).all()) for tensor in weights.values()):
            raise SystemExit(
                f"step {self.step}: the weights are not finite; take a lower --rate than {self.options.rate}"
            )
        gains = pooling_gains(weights, self.kept.batch(0, 32, plain=True))
        save_file({**weights, **{name: torch.tensor(gain) for name, gain in gains.items()}}, path.with_suffix(".part"))
        os.replace(path.with_suffix(".part"), path)


def divided(folder: Path) -> tuple[list[Path], list[Path]]:
    """Give a folder's pictures to train on, and one in twenty, chosen by its name, to validate on."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
    if len(paths) < 20:
        raise SystemExit(
            f"{folder}: {len(paths)} pictures (.jpg, .jpeg, .png); give a folder of at least 20, better thousands"
        )
    kept = [path for path in paths if zlib.crc32(str(path.relative_to(folder)).encode()) % 20 == 0] or paths[:1]
    return [path for path in paths if path not in set(kept)], kept


def loaded(path: Path, device: torch.device) -> dict[str, Any]:
    """Read a file of tensors; never runs what may be in it."""
    try:
        found = (
            load_file(path, device=str(device))
            if path.suffix == ".safetensors"
            else torch.load(path, map_location=device, weights_only=True)
        )
    except Exception as error:  # damaged bytes raise anything
        reason = " ".join(str(error).split()).partition(". ")[0]
        raise SystemExit(f"{path}: cannot be read ({reason or type(error).__name__}); copy it again") from error
    if not isinstance(found, dict):
        raise SystemExit(f"{path}: holds no tensors by name")
    return found


def checkpoint_of(out: Path) -> Path:
    """Say where a run keeps what it needs to go on."""
    return out.with_suffix(".checkpoint")


def _mean(values: dict[str, Tensor]) -> Tensor:
    return torch.stack(list(values.values())).mean()


def report(step: int, seconds: float, terms: dict[str, float], what: str) -> None:
    """Print a line: the step, the time spent, each term."""
    values = "  ".join(f"{term} {value:.3f}" for term, value in terms.items())
    print(f"{what} {step:6d}  {seconds / 60:6.1f} min  {values}", flush=True)


def means(rounds: list[Terms]) -> dict[str, float]:
    """Give each term's mean over its layers and over some steps."""
    return {term: torch.stack([_mean(r[term]).detach() for r in rounds]).mean().item() for term in rounds[0]}


class Stop:
    """Whether someone asked to stop, by Ctrl-C or SIGTERM: the step is finished first."""

    def __init__(self) -> None:
        self.signal = 0
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def _ask(self, number: int, _: object) -> None:
        self.signal = number
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)


def train(options: argparse.Namespace) -> None:
    """Run, or go on with, a training."""
    training, stop = Training(options), Stop()
    checkpoint = checkpoint_of(options.out)
    if checkpoint.exists():
        training.resume(checkpoint)
        print(f"goes on from step {training.step} of {checkpoint}", flush=True)
    began = saved = time.monotonic()
    before = training.seconds
    recent: list[Terms] = []
    with ThreadPoolExecutor(1) as pool:
        ahead = pool.submit(training.crops.batch, training.step + 1, options.batch)
        while training.step < options.steps and not stop.signal:
            batch, ahead = ahead.result(), pool.submit(training.crops.batch, training.step + 2, options.batch)
            recent.append(training.learn(batch))
            training.seconds = before + time.monotonic() - began
            if training.step % 100 == 0:
                report(training.step, training.seconds, means(recent), "train")
                recent.clear()
            if training.step % options.every == 0 and training.step < options.steps:
                training.settle()
                training.write(options.out)
                training.save(checkpoint)
                report(training.step, training.seconds, means([training.validate()]), "valid")
            elif time.monotonic() - saved > SECONDS_BETWEEN_CHECKPOINTS:
                training.save(checkpoint)
                saved = time.monotonic()
        ahead.cancel()
    training.save(checkpoint)
    if training.step < options.steps:
        print(f"stopped at step {training.step}; the same command goes on", flush=True)
        raise SystemExit(128 + stop.signal)
    finish(training)


def finish(training: Training) -> None:
    """Write the network at its last step, and print its validation, layer by layer, and its pooling gains."""
    training.settle()
    training.write(training.options.out)
    terms = training.validate()
    report(training.step, training.seconds, means([terms]), "valid")
    print(json.dumps({term: {k: round(float(v), 3) for k, v in values.items()} for term, values in terms.items()}))
    print(json.dumps(pooling_gains(training.student.folded(), training.kept.batch(0, 32, plain=True))))


def pooling_gains(weights: dict[str, Tensor], pictures: Tensor) -> dict[str, list[float]]:
    """Give what `Convention` wants to know: how much larger, at each pooling, the maximum is than the other two."""
    network = FeatureNetwork({name: tensor.float().cpu() for name, tensor in weights.items()})
    before = network(pictures, ("relu1_2", "relu2_2", "relu3_4", "relu4_4")).values()

    def root_mean_square(maps: Tensor) -> float:
        return float(maps.square().mean().sqrt())

    greatest = [root_mean_square(F.max_pool2d(maps, 2)) for maps in before]
    average = [root_mean_square(F.avg_pool2d(maps, 2)) for maps in before]
    l2 = [root_mean_square(F.avg_pool2d(maps.square(), 2).sqrt()) for maps in before]
    gains = {"average_gain": zip(greatest, average, strict=True), "l2_gain": zip(greatest, l2, strict=True)}
    return {name: [round(a / b, 2) for a, b in pairs] for name, pairs in gains.items()}


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Help)
    parser.add_argument("images", type=Path, help="a folder of photographs, searched to the bottom")
    parser.add_argument("teacher", type=Path, help="SqueezeNet's weights")
    parser.add_argument("out", type=Path, help="where to write the network, a .safetensors file")
    parser.add_argument("--start", type=Path, help="a network or checkpoint to begin from, no wider")
    parser.add_argument(
        "--widths", type=positive, nargs=5, default=(16, 32, 80, 160, 192), help="channels of each block"
    )
    parser.add_argument(
        "--steps", type=positive, default=20_000, help="how many; the learning rate falls to 0 over them"
    )
    parser.add_argument("--every", type=positive, default=1000, help="steps from one validation to the next")
    parser.add_argument("--batch", type=positive, default=16, help="crops a step")
    parser.add_argument("--crop", type=crop_side, default=128, help="pixels; a multiple of 32, 64 at the least")
    parser.add_argument("--rate", type=weight, default=4e-3, help="highest learning rate")
    parser.add_argument("--maps", type=weight, default=1.0, help="weight of the teacher's maps")
    parser.add_argument("--kernel", type=weight, default=1.0, help="weight of the inner products between positions")
    parser.add_argument("--gram", type=weight, default=0.0, help="weight of the predictions' Gram matrices")
    parser.add_argument("--logits", type=weight, default=0.1, help="weight of the classes")
    parser.add_argument(
        "--reach", type=share, default=0.06, help="how far, in [0, 1], crops are moved to mislead; 0 for not"
    )
    parser.add_argument("--robust", action="store_true", help="what misleads should be seen as if it were unchanged")
    parser.add_argument("--painted", type=share, default=0.3, help="share of crops that are made to look painted")
    parser.add_argument("--positions", type=positive, default=1024, help="positions of each map that a step looks at")
    parser.add_argument(
        "--compared", type=positive, default=512, help="of them, those whose inner products are compared"
    )
    parser.add_argument("--seed", type=not_negative, default=0, help="of crops, positions and new weights")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu", help="cpu, cuda, cuda:1")
    parser.add_argument("--fp32", dest="bf16", action="store_false", help="where bf16 convolutions are slower")
    options = parser.parse_args()
    try:
        torch.zeros(1, device=options.device)
    except (RuntimeError, AssertionError) as error:
        parser.error(f"--device {options.device}: not on this machine ({str(error).splitlines()[0]})")
    if options.out.suffix != ".safetensors" or options.out.is_dir():
        parser.error(f"{options.out}: OUT has to be the name of a .safetensors file")
    for path, what in ((options.images, "folder of photographs"), (options.teacher, "file of SqueezeNet's weights")):
        if not (path.is_dir() if path == options.images else path.is_file()):
            parser.error(f"{path}: no {what} is there")
    if options.start and not options.start.is_file():
        parser.error(f"{options.start}: there is no such network or checkpoint to start from")
    try:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.with_suffix(".part").touch()
        options.out.with_suffix(".part").unlink()
    except OSError as error:
        parser.error(f"{options.out}: cannot be written ({error.strerror})")
    return options


class _Help(argparse.ArgumentDefaultsHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """The description as it stands, and each option with its default."""


def _checked(number: str, kind: type[int] | type[float], least: float, most: float, what: str) -> Any:
    try:
        value = kind(number)
    except ValueError:
        value = math.nan
    if not least <= value <= most:
        raise argparse.ArgumentTypeError(f"{number} is no {what}")
    return value


def positive(number: str) -> int:
    """Read a count."""
    return _checked(number, int, 1, math.inf, "whole number from 1 on")


def not_negative(number: str) -> int:
    """Read a seed."""
    return _checked(number, int, 0, math.inf, "whole number from 0 on")


def crop_side(number: str) -> int:
    """Read the side of a crop, which the poolings have to halve."""
    side: int = _checked(number, int, 64, 4096, "number of pixels from 64 on")
    if side % 32:
        raise argparse.ArgumentTypeError(f"{number} is no multiple of 32")
    return side


def weight(number: str) -> float:
    """Read a weight or rate."""
    return _checked(number, float, 0, 1e6, "number from 0 on")


def share(number: str) -> float:
    """Read a number in [0, 1]."""
    return _checked(number, float, 0, 1, "number from 0 to 1")


if __name__ == "__main__":
    train(arguments())
