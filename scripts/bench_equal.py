"""The time to an equal score: how long the plain loop takes until a judge finds as much style in it as in ours."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import torch
from PIL import Image
from plain_loop import STYLE_WEIGHT, PlainLoop, PlainNetwork
from quality import score
from timing import timed
from torch import Tensor

from stylepipe.batch.materials import to_tensor
from stylepipe.batch.networks import Networks
from stylepipe.engine.pyramid import fit
from stylepipe.engine.regions import Style
from stylepipe.engine.resize import resize
from stylepipe.engine.stylize import stylize
from stylepipe.media import read_picture
from stylepipe.spec.settings import Settings

BETWEEN = 50
MOST = 500
"""Iterations of the plain loop between two looks of the judge, and altogether."""


def time_to_equal_score(judge: str, content: str, style: str, *, size: int, device: torch.device) -> Iterator[str]:
    """Paint a pair with the preset balanced, then in the plain loop until it scores as well; tell the course."""
    photograph = to_tensor(read_picture(Path(content)).pixels).to(device)
    photograph = resize(photograph, *fit(photograph.shape[2], photograph.shape[3], size))
    artwork = to_tensor(read_picture(Path(style)).pixels).to(device)
    network, settings, painted = Networks(device).network(Settings()), Settings(size=size), list[Tensor]()
    ours = timed(lambda: painted.append(stylize(photograph, [Style(artwork)], settings, network).picture), device)
    aim = _scored(judge, content, style, painted[0])
    yield f"stylepipe: {ours:.1f} s, style {aim['style']:.3f}, content {aim['content']:.3f}"

    artwork = resize(artwork, *fit(artwork.shape[2], artwork.shape[3], size))
    plain, seconds = PlainLoop(PlainNetwork(network).to(device), photograph, artwork, STYLE_WEIGHT), 0.0
    for done in range(BETWEEN, MOST + 1, BETWEEN):
        seconds += timed(lambda: [plain() for _ in range(BETWEEN)], device)
        found = _scored(judge, content, style, plain.picture.detach().clamp(0, 1))
        scores = f"style {found['style']:.3f}, content {found['content']:.3f}"
        yield f"plain loop, {done} iterations: {seconds:.1f} s, {scores}; ours took {ours / seconds:.2f} of its time"
        if found["style"] <= aim["style"]:
            return


def _scored(judge: str, content: str, style: str, picture: Tensor) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "painted.png"
        pixels = picture[0].permute(1, 2, 0).mul(255).round().byte().cpu().numpy()
        Image.fromarray(pixels).save(path)
        return score(judge, content, path, style)
