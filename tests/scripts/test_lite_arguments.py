"""Options of a training that make no sense are refused before it begins."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from lite_arguments import arguments


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
        arguments("")
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("out", ["o.pth", "o.checkpoint", "folder.safetensors"])
def test_a_place_that_cannot_be_written_is_refused_before_training(
    out: str, images: Path, teacher: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder.safetensors").mkdir()
    monkeypatch.setattr(sys, "argv", ["train", str(images), str(teacher), str(tmp_path / out)])
    with pytest.raises(SystemExit, match="2"):
        arguments("")
