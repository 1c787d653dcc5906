"""What the student of `lite` learns of its teacher: the terms of the loss."""

from __future__ import annotations

import argparse

import numpy as np
import torch
import torch.nn.functional as F
from lite_student import LESSONS, Student
from lite_teacher import TEACHER_GRID
from lite_tensors import Maps
from torch import Tensor

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


def mean(values: dict[str, Tensor]) -> Tensor:
    """Give a term's mean over its layers."""
    return torch.stack(list(values.values())).mean()


def means(rounds: list[Terms]) -> dict[str, float]:
    """Give each term's mean over its layers and over some steps."""
    return {term: torch.stack([mean(r[term]).detach() for r in rounds]).mean().item() for term in rounds[0]}
