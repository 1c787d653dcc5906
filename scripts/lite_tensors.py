"""Tensors by their names, and reading them from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor

Maps = dict[str, Tensor]


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
