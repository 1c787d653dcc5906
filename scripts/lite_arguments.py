"""The command line of train_lite.py: the options of a training, and which of them make no sense."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import Any

import torch


def arguments(description: str) -> argparse.Namespace:
    """Read the command line; description: what `--help` tells first."""
    parser = argparse.ArgumentParser(description=description, formatter_class=_Help)
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
