from __future__ import annotations

import json
import re
import signal
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

LENGTH = ["--steps", "6", "--every", "3"]
CHANNELS = dict.fromkeys(("conv1", *(f"fire{k}" for k in range(2, 10)), "logits"), 4)


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


def test_the_teacher_is_torchvisions(teacher: Path) -> None:
    from torchvision.models import squeezenet1_0

    original = squeezenet1_0().eval()
    original.load_state_dict(torch.load(teacher, weights_only=True))
    pictures = torch.rand(2, 3, 128, 128)
    mean, std = (torch.tensor(numbers).view(1, 3, 1, 1) for numbers in (train_lite.MEAN, train_lite.STD))
    with torch.no_grad():
        expected = original((pictures - mean) / std)
    found = train_lite.Teacher(teacher, torch.device("cpu"))(pictures)["logits"]
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("layer", train_lite.LESSONS)
def test_a_students_map_is_looked_up_where_the_teachers_positions_are(layer: str) -> None:
    name = train_lite.LESSONS[layer]
    stride, first = train_lite.TEACHER_GRID[name]
    own_stride = 2 ** (int(layer[4]) - 1)
    centres = torch.arange(128 // own_stride) * own_stride + (own_stride - 1) / 2
    own = torch.stack(torch.meshgrid(centres, centres, indexing="ij"))[None]
    count = (128 - first) // stride
    taught = torch.zeros(1, 1, count, count)
    found = train_lite.at_the_same_places(own, name, taught, torch.arange(count * count))
    there = torch.arange(count) * float(stride) + first
    expected = torch.stack(torch.meshgrid(there, there, indexing="ij"), -1).view(-1, 2)
    inside = (expected <= centres[-1]).all(1)
    torch.testing.assert_close(found[inside], expected[inside])


def test_folding_the_normalisation_changes_nothing() -> None:
    torch.manual_seed(0)
    student = train_lite.Student((4, 4, 8, 8, 8), CHANNELS)
    for _ in range(5):
        student(torch.rand(4, 3, 64, 64))
    student.eval()
    network = FeatureNetwork({name: tensor.float() for name, tensor in student.folded().items()}, LITE)
    pictures = torch.rand(2, 3, 64, 64)
    with torch.no_grad():
        own = student(pictures)
    for name, maps in network(pictures, list(train_lite.LESSONS)).items():
        assert float((maps - own[name]).norm() / own[name].norm()) < 0.01, name


def test_turned_features_have_the_same_kernel_and_others_do_not() -> None:
    torch.manual_seed(0)
    features = torch.rand(50, 8)
    turn, _ = torch.linalg.qr(torch.randn(8, 8))
    assert float(train_lite.kernel_distance(features @ turn, features)) < 1e-5
    assert float(train_lite.kernel_distance(torch.rand(50, 8), features)) > 0.01


def test_pictures_to_validate_on_are_not_trained_on_and_stay_the_same_when_others_come(tmp_path: Path) -> None:
    for k in range(200):
        (tmp_path / f"{k}.png").touch()
    trained, kept = train_lite.divided(tmp_path)
    assert not {*trained} & {*kept}
    assert len(trained) + len(kept) == 200
    assert 4 <= len(kept) <= 20
    (tmp_path / "-1.png").touch()
    assert {*kept} <= {*train_lite.divided(tmp_path)[1]}


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


def test_a_wider_network_begins_with_what_a_narrower_one_sees() -> None:
    torch.manual_seed(0)
    narrow, wide = (train_lite.Student(widths, CHANNELS) for widths in ((4, 4, 8, 8, 8), (6, 8, 8, 10, 12)))
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


@pytest.mark.parametrize("content", [b"", b"text", bytes(5000)])
@pytest.mark.parametrize("suffix", [".pth", ".compressed"])
def test_damaged_teachers_are_refused_in_one_sentence(
    content: bytes, suffix: str, images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / f"wrong{suffix}"
    wrong.write_bytes(content)
    with pytest.raises(SystemExit, match=re.escape(str(wrong))):
        train_lite.Teacher(wrong, torch.device("cpu"))


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"0 pictures \(.jpg, .jpeg, .png\); give a folder of at least 20"):
        train_lite.divided(tmp_path)


def test_a_picture_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    with pytest.raises(SystemExit, match=re.escape(f"{broken}: cannot be read as a picture")):
        train_lite.Crops([broken], 64, 0, 0)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--steps", "0"], "argument --steps: 0 is no whole number from 1 on"),
        (["--batch", "none"], "argument --batch: none is no whole number from 1 on"),
        (["--crop", "72"], "argument --crop: 72 is no multiple of 32"),
        (["--rate", "nan"], "argument --rate: nan is no number from 0 on"),
        (["--reach", "-1"], "argument --reach: -1 is no number from 0 to 1"),
        (["--device", "gpu"], "--device gpu: not on this machine"),
        (["--start", "nowhere.safetensors"], "nowhere.safetensors: there is no such network or checkpoint"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    options: list[str], said: str, images: Path, teacher: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr(sys, "argv", ["train", str(images), str(teacher), str(tmp_path / "o.safetensors"), *options])
    with pytest.raises(SystemExit, match="2"):
        train_lite.arguments()
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("out", ["o.pth", "o.checkpoint", "folder.safetensors"])
def test_a_place_that_cannot_be_written_is_refused_before_training(
    out: str, images: Path, teacher: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder.safetensors").mkdir()
    monkeypatch.setattr(sys, "argv", ["train", str(images), str(teacher), str(tmp_path / out)])
    with pytest.raises(SystemExit, match="2"):
        train_lite.arguments()
