"""The photographs that `lite` learns from: which are kept to validate on, and crops of them."""

from __future__ import annotations

import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from lite_augmentation import jittered, painted
from PIL import Image
from torch import Tensor


def divided(folder: Path) -> tuple[list[Path], list[Path]]:
    """Give a folder's pictures to train on, and one in twenty, chosen by its name, to validate on."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
    if len(paths) < 20:
        raise SystemExit(
            f"{folder}: {len(paths)} pictures (.jpg, .jpeg, .png); give a folder of at least 20, better thousands"
        )
    kept = [path for path in paths if zlib.crc32(str(path.relative_to(folder)).encode()) % 20 == 0] or paths[:1]
    return [path for path in paths if path not in set(kept)], kept


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
