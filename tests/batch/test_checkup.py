"""The check-up says what this machine can do, and what to do about what it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from stylepipe.batch.checkup import Finding, check_up
from stylepipe.store.weights import CATALOGUE, entry_named


def findings(folder: Path) -> dict[str, Finding]:
    return {finding.name: finding for finding in check_up(folder)}


def test_everything_that_painting_needs_is_looked_at_once(tmp_path: Path) -> None:
    found = list(check_up(tmp_path))
    names = ["python", "packages", "device", "opencv", "ffmpeg", *(f"weights {entry.name}" for entry in CATALOGUE)]
    assert [finding.name for finding in found] == [*names, "disk"]
    assert all(finding.text for finding in found)
    assert all(finding.remedy for finding in found if finding.state != "ok")
    assert not any(finding.remedy for finding in found if finding.state == "ok")


def test_this_machine_can_paint(tmp_path: Path) -> None:
    found = findings(tmp_path)
    assert {found[name].state for name in ("python", "packages", "opencv", "ffmpeg", "weights lite")} == {"ok"}
    assert "torch 2" in found["packages"].text
    assert found["weights lite"].text.endswith("lite.safetensors")


def test_weights_that_are_not_here_are_no_problem_until_a_job_wants_them(tmp_path: Path) -> None:
    vgg = findings(tmp_path)["weights vgg19"]
    assert (vgg.state, vgg.text) == ("note", "not on this machine")
    assert vgg.remedy == "only if a job asks for them: stylepipe weights fetch vgg19"


def test_damaged_weights_are_a_problem_with_a_remedy(tmp_path: Path, weights_dir: Path) -> None:
    weights_dir.mkdir()
    path = weights_dir / entry_named("vgg16-caffe").file_name
    path.write_bytes(b"half of it")
    vgg = findings(tmp_path)["weights vgg16-caffe"]
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


def test_the_disk_is_that_of_a_folder_that_is_still_to_be_made(tmp_path: Path) -> None:
    disk = findings(tmp_path / "not" / "yet")["disk"]
    assert disk.text.endswith(f" GB free at {tmp_path}")
