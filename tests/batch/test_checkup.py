"""The check-up says what this machine can do, and what to do about what it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from stylepipe import load_spec
from stylepipe.batch.checkup import check_up
from stylepipe.batch.finding import Finding
from stylepipe.spec.expand import expand
from stylepipe.store.weights import CATALOGUE, entry_named

from .conftest import Job

ALWAYS = ["python", "packages", "opencv", "ffmpeg"]
PLACES = ["disk", "folder", "lock", "clock", "caches", "memory", "device", "workers"]


def findings(folder: Path, **options: bool) -> dict[str, Finding]:
    return {finding.name: finding for finding in check_up(folder, **options)}


def test_everything_that_painting_needs_is_looked_at_once(tmp_path: Path) -> None:
    found = list(check_up(tmp_path))
    usual = ["mp4 clips", "webm clips", "gif clips", "weights lite"]
    assert [finding.name for finding in found] == [*ALWAYS, *usual, *PLACES]
    assert all(finding.text for finding in found)
    assert all(finding.remedy for finding in found if finding.state != "ok")
    assert not any(finding.remedy for finding in found if finding.state == "ok")


def test_this_machine_can_paint(tmp_path: Path) -> None:
    found = findings(tmp_path)
    ready = ("python", "packages", "opencv", "ffmpeg", "weights lite", "mp4 clips", "workers")
    assert {found[name].state for name in ready} == {"ok"}
    assert "torch 2" in found["packages"].text
    assert found["weights lite"].text.endswith("lite.safetensors")


def test_all_weights_are_looked_at_when_asked_for_and_missing_ones_are_no_problem(tmp_path: Path) -> None:
    found = findings(tmp_path, every_network=True)
    assert [name for name in found if name.startswith("weights")] == [f"weights {entry.name}" for entry in CATALOGUE]
    vgg = found["weights vgg19"]
    assert (vgg.state, vgg.text) == ("note", "not on this machine")
    assert vgg.remedy == "only if a job asks for them: stylepipe weights fetch vgg19"


def test_of_a_job_its_own_networks_and_clips_are_looked_at_and_must_be_here(job: Job, tmp_path: Path) -> None:
    file = job("jobs: [{contents: [photos/*.png, a.mp4], styles: art/night.png}]\n", defaults="backbone: vgg19")
    (tmp_path / "a.mp4").touch()
    items = expand(load_spec(file, {"output.format": "webm", "weights": "caffe"}))
    found = {finding.name: finding for finding in check_up(tmp_path / "out", items)}
    assert [name for name in found if "clips" in name or "weights" in name] == ["webm clips", "weights vgg19-caffe"]
    assert found["weights vgg19-caffe"].state == "problem"
    assert "stylepipe weights fetch vgg19-caffe" in found["weights vgg19-caffe"].remedy
    assert "for pictures of this job" in found["workers"].text


def test_an_encoder_that_is_asked_for_and_not_here_is_a_problem(job: Job, tmp_path: Path) -> None:
    (tmp_path / "a.mp4").touch()
    file = job("jobs: [{contents: a.mp4, styles: art/night.png}]\n", defaults="video: {codec: h264_nvenc}")
    found = {finding.name: finding for finding in check_up(tmp_path, expand(load_spec(file)))}
    assert (found["mp4 clips"].state, bool(found["mp4 clips"].remedy)) == ("problem", True)


def test_damaged_weights_are_a_problem_with_a_remedy(tmp_path: Path, weights_dir: Path) -> None:
    weights_dir.mkdir()
    path = weights_dir / entry_named("vgg16-caffe").file_name
    path.write_bytes(b"half of it")
    vgg = findings(tmp_path, every_network=True)["weights vgg16-caffe"]
    assert vgg.state == "problem"
    assert vgg.text.startswith(f"{path}: damaged, or not the weights of vgg16-caffe")
    assert vgg.remedy.startswith("delete it, then download them with `stylepipe weights fetch vgg16-caffe`")


@pytest.mark.parametrize("path", ["/no/ffmpeg", "/bin/echo", "/bin/false"])
def test_an_ffmpeg_that_is_none_is_a_problem_with_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", path)
    ffmpeg = findings(tmp_path)["ffmpeg"]
    assert ffmpeg.state == "problem"
    assert path in ffmpeg.text
    assert "set IMAGEIO_FFMPEG_EXE to one" in ffmpeg.remedy
