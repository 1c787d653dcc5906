"""A training of `lite` writes a network, goes on where it was stopped, and says what is wrong."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from stylepipe.engine.network import LITE, FeatureNetwork
from stylepipe.spec.settings import LAYERS

SCRIPT = Path(__file__).parents[2] / "scripts" / "train_lite.py"
SMALL = ["--widths", "4", "4", "8", "8", "8", "--crop", "64", "--batch", "2", "--positions", "64", "--device", "cpu"]
LENGTH = ["--steps", "6", "--every", "3"]


def command(images: Path, teacher: Path, out: Path, *options: str) -> list[str]:
    return [sys.executable, str(SCRIPT), str(images), str(teacher), str(out), *SMALL, *options]


def attempt(images: Path, teacher: Path, out: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(images, teacher, out, *options), capture_output=True, text=True, check=False)


def train(images: Path, teacher: Path, out: Path, *options: str) -> str:
    done = attempt(images, teacher, out, *options)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "number",
    [signal.SIGKILL, *(pytest.param(number, marks=pytest.mark.slow) for number in (signal.SIGINT, signal.SIGTERM))],
)
def test_a_training_that_was_stopped_goes_on_as_if_it_had_not_been(
    number: signal.Signals, images: Path, teacher: Path, tmp_path: Path, straight: bytes
) -> None:
    broken = tmp_path / "broken.safetensors"
    with subprocess.Popen(
        command(images, teacher, broken, *LENGTH), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        next(line for line in process.stdout if line.startswith("valid"))
        process.send_signal(number)
        said, complained = process.stdout.read(), process.stderr.read()
    if number != signal.SIGKILL:
        assert process.returncode == 128 + number
        assert said.startswith("stopped at step ")
    assert complained == ""
    assert train(images, teacher, broken, *LENGTH).startswith("goes on from step ")
    assert broken.read_bytes() == straight


def test_a_network_that_was_not_written_at_the_end_is_written_by_the_next_run(
    images: Path, teacher: Path, tmp_path: Path
) -> None:
    out = tmp_path / "own.safetensors"
    train(images, teacher, out, "--steps", "1")
    written = out.read_bytes()
    out.unlink()
    train(images, teacher, out, "--steps", "1")
    assert out.read_bytes() == written


def test_a_checkpoint_of_another_run_is_not_gone_on_with(images: Path, teacher: Path, tmp_path: Path) -> None:
    out = tmp_path / "own.safetensors"
    train(images, teacher, out, "--steps", "1")
    done = attempt(images, teacher, out, "--steps", "2", "--seed", "5")
    assert done.returncode == 1
    assert done.stderr.strip() == (
        f"{out.with_suffix('.checkpoint')}: of another run (seed was 0, is 5; steps was 1, is 2); "
        "take the same options, or another OUT"
    )


def test_a_checkpoint_is_a_start_for_another_run(images: Path, teacher: Path, tmp_path: Path) -> None:
    train(images, teacher, tmp_path / "a.safetensors", "--steps", "1")
    said = train(images, teacher, tmp_path / "b.safetensors", "--steps", "1", "--start", str(tmp_path / "a.checkpoint"))
    assert said.startswith("valid      1 ")


def test_a_hundred_steps_lower_the_loss_and_are_reported(images: Path, teacher: Path, tmp_path: Path) -> None:
    said = train(images, teacher, tmp_path / "o.safetensors", "--steps", "200", "--reach", "0", "--rate", "0.02")
    lines = [line.split() for line in said.splitlines() if line.startswith("train")]
    assert [line[1] for line in lines] == ["100", "200"]
    first, second = (float(line[line.index("maps") + 1]) for line in lines)
    assert second < 0.9 * first


def test_a_training_that_diverges_says_so(images: Path, teacher: Path, tmp_path: Path) -> None:
    done = attempt(images, teacher, tmp_path / "o.safetensors", "--steps", "900", "--rate", "1000000", "--reach", "0")
    assert done.returncode == 1
    assert re.fullmatch(
        r"step \d+: the (loss is|weights are) .*; take a lower --rate than 1000000.0", done.stderr.strip()
    )


@pytest.fixture(scope="module")
def straight(images: Path, teacher: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What a training writes that nobody stopped."""
    out = tmp_path_factory.mktemp("straight") / "straight.safetensors"
    train(images, teacher, out, *LENGTH)
    return out.read_bytes()


def test_what_is_written_is_a_network_with_all_of_vgg19s_layers(images: Path, teacher: Path, tmp_path: Path) -> None:
    out = tmp_path / "own.safetensors"
    said = train(images, teacher, out, "--steps", "2", "--gram", "1")
    tensors = load_file(out)
    assert {tensor.dtype for name, tensor in tensors.items() if name.startswith("conv")} == {torch.float16}
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
    assert json.loads(said.splitlines()[-1])["l2_gain"] == pytest.approx(tensors["l2_gain"].tolist())


def test_a_file_that_is_no_teacher_is_refused(images: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.pth"
    torch.save({"features.0.weight": torch.zeros(2)}, wrong)
    done = attempt(images, wrong, tmp_path / "o.safetensors")
    assert done.returncode == 1
    assert done.stderr.strip() == (
        f"{wrong}: not the weights of SqueezeNet 1.0; take torchvision's squeezenet1_0-b66bff10.pth"
    )
