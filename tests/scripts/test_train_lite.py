from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from stylepipe.engine.network import LITE, FeatureNetwork
from stylepipe.spec.settings import LAYERS

SCRIPT = Path(__file__).parents[2] / "scripts" / "train_lite.py"
sys.path.insert(0, str(SCRIPT.parent))
import train_lite  # noqa: E402

SMALL = ["--widths", "4", "4", "8", "8", "8", "--crop", "64", "--batch", "2", "--positions", "64", "--device", "cpu"]


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("images")
    rng = np.random.default_rng(0)
    for k in range(22):
        coarse = Image.fromarray(rng.integers(0, 255, (5, 6, 3), np.uint8))
        coarse.resize((120, 100)).save(folder / f"{k}.png")
    return folder


@pytest.fixture(scope="module")
def teacher(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """SqueezeNet with random weights, saved as torchvision does."""
    from torchvision.models import squeezenet1_0

    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("teacher") / "squeezenet1_0.pth"
    torch.save(squeezenet1_0().state_dict(), path)
    return path


def command(images: Path, teacher: Path, out: Path, *options: str) -> list[str]:
    return [sys.executable, str(SCRIPT), str(images), str(teacher), str(out), *SMALL, *options]


def attempt(images: Path, teacher: Path, out: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(images, teacher, out, *options), capture_output=True, text=True, check=False)


def train(images: Path, teacher: Path, out: Path, *options: str) -> str:
    done = attempt(images, teacher, out, *options)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_training_that_was_killed_goes_on_as_if_it_had_not_been(images: Path, teacher: Path, tmp_path: Path) -> None:
    straight, broken = tmp_path / "straight.safetensors", tmp_path / "broken.safetensors"
    length = ("--steps", "6", "--every", "3")
    train(images, teacher, straight, *length)
    with subprocess.Popen(command(images, teacher, broken, *length), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        next(line for line in process.stdout if line.startswith("valid"))
        process.kill()
    said = train(images, teacher, broken, *length)
    assert said.startswith("goes on from step 3 ")
    assert broken.read_bytes() == straight.read_bytes()


def test_what_is_written_is_a_network_with_all_of_vgg19s_layers(images: Path, teacher: Path, tmp_path: Path) -> None:
    out = tmp_path / "own.safetensors"
    said = train(images, teacher, out, "--steps", "2", "--gram", "1")
    tensors = load_file(out)
    assert {tensor.dtype for tensor in tensors.values()} == {torch.float16}
    network = FeatureNetwork({name: tensor.float() for name, tensor in tensors.items()}, LITE)
    features = network(torch.rand(1, 3, 64, 64), LAYERS)
    assert [features[name].shape[1] for name in ("relu1_2", "relu2_2", "relu3_4", "relu4_4", "relu5_4")] == [
        4,
        4,
        8,
        8,
        8,
    ]
    assert all(term in said for term in ("maps", "kernel", "gram", "logits"))


def test_a_wider_network_begins_with_what_a_narrower_one_sees() -> None:
    torch.manual_seed(0)
    channels = dict.fromkeys(("conv1", *(f"fire{k}" for k in range(2, 10)), "logits"), 4)
    narrow, wide = (train_lite.Student(widths, channels) for widths in ((4, 4, 8, 8, 8), (6, 8, 8, 10, 12)))
    pictures = torch.rand(2, 3, 64, 64)
    earlier = narrow.eval().folded()
    wide.start_from(earlier, pictures)
    few, many = (
        FeatureNetwork({name: tensor.float() for name, tensor in weights.items()}, LITE)(pictures, LAYERS)
        for weights in (earlier, wide.eval().folded())
    )
    for name in LAYERS:
        same = many[name][:, : few[name].shape[1]]
        assert float((same - few[name]).norm() / few[name].norm()) < 0.01, name
        assert many[name].std() > 0


def test_the_teachers_compressed_file_is_read(teacher: Path, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    path, given = tmp_path / "squeezenet.compressed", {}
    counts, bodies = [], []
    for name, shape in train_lite._shapes():
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
    read = train_lite.Teacher(path, torch.device("cpu"))
    grey = torch.full((1, 3, 64, 64), 0.25)
    kernel, bias = given["conv1"]
    red, green, blue = (255 * 0.25 - mean for mean in (123, 117, 104))
    expected = torch.einsum("ocij,c->o", kernel, torch.tensor([blue, green, red])) + bias
    torch.testing.assert_close(read(grey)["conv1"][0, :, 3, 3], expected.relu(), rtol=1e-4, atol=1e-3)
    assert read(grey)["logits"].shape == (1, 1000)


def test_a_file_that_is_no_teacher_is_refused(images: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.pth"
    torch.save({"features.0.weight": torch.zeros(2)}, wrong)
    done = attempt(images, wrong, tmp_path / "o.safetensors")
    assert done.returncode == 1
    assert done.stderr.strip() == (
        f"{wrong}: not the weights of SqueezeNet 1.0; take torchvision's squeezenet1_0-b66bff10.pth"
    )


def test_a_folder_without_pictures_is_refused(teacher: Path, tmp_path: Path) -> None:
    done = attempt(tmp_path, teacher, tmp_path / "o.safetensors")
    assert done.stderr.strip() == f"{tmp_path}: 0 pictures; give a folder of at least 20, better thousands"
