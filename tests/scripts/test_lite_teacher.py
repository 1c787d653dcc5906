"""The teacher of `lite` is read from both of its files, and sees what torchvision's network sees."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from lite_teacher import Teacher, layer_shapes

from stylepipe.engine.network import TORCHVISION


def test_the_teacher_is_torchvisions(teacher: Path) -> None:
    from torchvision.models import squeezenet1_0

    original = squeezenet1_0().eval()
    original.load_state_dict(torch.load(teacher, weights_only=True))
    pictures = torch.rand(2, 3, 128, 128)
    mean, std = (torch.tensor(numbers).view(1, 3, 1, 1) for numbers in (TORCHVISION.mean, TORCHVISION.std))
    with torch.no_grad():
        expected = original((pictures - mean) / std)
    found = Teacher(teacher, torch.device("cpu"))(pictures)["logits"]
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)


def test_the_teachers_compressed_file_is_read(teacher: Path, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    path, given = tmp_path / "squeezenet.compressed", {}
    counts, bodies = [], []
    for name, shape in layer_shapes():
        dense = np.zeros(int(np.prod(shape)), np.uint8)
        places = np.cumsum(rng.integers(1, 17, dense.size // 6))
        places = places[places < dense.size]
        dense[places] = rng.integers(1, 256, places.size)
        codebook, bias = rng.normal(0, 0.05, 256).astype("<f4"), rng.normal(0, 0.05, shape[0]).astype("<f4")
        codebook[0] = 0
        gaps = np.array([b - a - 1 for a, b in pairwise([-1, *places])], np.uint8)
        even = np.append(gaps, np.zeros(gaps.size % 2, np.uint8))
        counts.append(places.size)
        bodies += [codebook, bias, dense[places], even[::2] | even[1::2] << 4]
        given[name] = torch.from_numpy(codebook[dense].reshape(shape)), torch.from_numpy(bias)
    path.write_bytes(b"".join(part.tobytes() for part in (np.array(counts, "<u4"), *bodies)))
    read = Teacher(path, torch.device("cpu"))
    grey = torch.full((1, 3, 64, 64), 0.25)
    kernel, bias = given["conv1"]
    red, green, blue = (255 * 0.25 - mean for mean in (123, 117, 104))
    expected = torch.einsum("ocij,c->o", kernel, torch.tensor([blue, green, red])) + bias
    torch.testing.assert_close(read(grey)["conv1"][0, :, 3, 3], expected.relu(), rtol=1e-4, atol=1e-3)
    assert read(grey)["logits"].shape == (1, 1000)


@pytest.mark.parametrize("content", [b"", b"text", bytes(5000)])
@pytest.mark.parametrize("suffix", [".pth", ".compressed"])
def test_damaged_teachers_are_refused_in_one_sentence(
    content: bytes, suffix: str, images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / f"wrong{suffix}"
    wrong.write_bytes(content)
    with pytest.raises(SystemExit, match=re.escape(str(wrong))):
        Teacher(wrong, torch.device("cpu"))
