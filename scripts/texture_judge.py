#!/usr/bin/env python3
"""Score a painted picture by texture statistics that share nothing with any trained network.

    python scripts/texture_judge.py CONTENT OUTPUT STYLE     (needs `pip install plenoptic`)

style    distance of the statistics of J. Portilla and E. P. Simoncelli (IJCV 2000: moments, and correlations within and
         between the bands of a steerable pyramid) to the artwork's, over that of the unpainted photograph: 1 = no style
         taken, 0 = all of it. Luminance, red-green and blue-yellow count alike, as do the kinds of statistics.
content  1 less the correlation of local oriented energy with the photograph's, over that of the artwork: 0 = every
         contour is where it was, 1 = none is.

All pictures are brought to the output's size. Prints one JSON line, as scripts/quality.py expects of a judge.
"""

from __future__ import annotations

import json
import math
import sys
import warnings
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor
from torchvision.transforms.functional import pil_to_tensor

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # plenoptic's own dependencies warn about their future
    from plenoptic.models import PortillaSimoncelli
    from plenoptic.process import SteerablePyramidFreq

SCALES, ORIENTATIONS = 4, 4
SMALLEST = 128  # pixels of a side, with which the coarsest scale still has some to correlate
OPPONENT = torch.tensor([[1 / 3, 1 / 3, 1 / 3], [1.0, -1.0, 0.0], [-0.5, -0.5, 1.0]])


def read(path: str | Path, *, longest: int = 0, size: tuple[int, int] | None = None) -> Tensor:
    """Give luminance, red-green and blue-yellow (3, 1, H, W), cut to a size that the pyramid can halve."""
    image = Image.open(path).convert("RGB")
    if longest:
        size = tuple(max(1, round(side * longest / max(image.size))) for side in image.size)  # type: ignore[assignment]
    if size and image.size != size:
        image = image.resize(size, Image.Resampling.LANCZOS)
    pixels = torch.einsum("oc,chw->ohw", OPPONENT, pil_to_tensor(image).float() / 255)
    height, width = (side // 2**SCALES * 2**SCALES for side in pixels.shape[1:])
    return pixels[:, None, :height, :width]


def statistics(picture: Tensor) -> dict[str, Tensor]:
    """Give each kind of statistic, (3, N): a row for each of the opponent channels."""
    model = PortillaSimoncelli(picture.shape[2:], n_scales=SCALES, n_orientations=ORIENTATIONS)
    found = model.convert_to_dict(model(picture))
    return {name: values.flatten(1).nan_to_num(0) for name, values in found.items()}


def texture_distance(found: dict[str, Tensor], target: dict[str, Tensor]) -> float:
    """Give the mean over kinds and channels of the relative distance."""
    distances = [
        (found[name] - values).norm(dim=1) / values.norm(dim=1).clamp_min(1e-6) for name, values in target.items()
    ]
    return float(torch.stack(distances).mean())


def energies(picture: Tensor) -> list[Tensor]:
    """Give the local energy of the luminance in each oriented band."""
    luminance = picture[:1]
    pyramid = SteerablePyramidFreq(luminance.shape[2:], height=SCALES, order=ORIENTATIONS - 1, is_complex=True)
    bands = pyramid(luminance)
    return [bands[key].abs().flatten() for key in bands if not isinstance(key, str)]


def decorrelation(found: list[Tensor], target: list[Tensor]) -> float:
    """Give 1 less the mean correlation of bands."""
    pairs = [torch.corrcoef(torch.stack(pair))[0, 1] for pair in zip(found, target, strict=True)]
    return 1 - float(torch.stack(pairs).mean())


@torch.no_grad()
def judge(content: str, output: str, style: str) -> dict[str, float]:
    """Give both scores."""
    with Image.open(output) as file:
        size = file.size
    if min(size) < SMALLEST:
        raise SystemExit(f"{output}: {size[0]} x {size[1]} pixels; texture is judged from {SMALLEST} on")
    painted, photograph = read(output), read(content, size=size)
    artwork = statistics(read(style, longest=max(size)))
    kept = energies(photograph)
    scores = {
        "style": texture_distance(statistics(painted), artwork) / texture_distance(statistics(photograph), artwork),
        "content": decorrelation(energies(painted), kept) / decorrelation(energies(read(style, size=size)), kept),
    }
    flat = [path for path in (content, output, style) if float(read(path, size=size).std((2, 3)).max()) < 1e-3]
    if flat or not all(map(math.isfinite, scores.values())):
        raise SystemExit(f"{(flat or [output])[0]}: has no texture to speak of; there is nothing to judge")
    return scores


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    print(json.dumps({name: round(value, 4) for name, value in judge(*sys.argv[1:]).items()}))
