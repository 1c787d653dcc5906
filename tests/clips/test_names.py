"""A name is only a name, on either side, whatever it looks like to a shell, to ffmpeg or to a pattern."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from stylepipe.media import open_clip

from ..cli.conftest import Stylepipe
from .conftest import QUICK, Render

ODD = (
    "-o",
    "a b",
    'it\'s "a"',
    "%03d",
    "a:b",
    "file:x",
    "a\nb",
    "żółw 日本",
    "[x]*?",
    "{content}",
    "a,b|c\\d",
    "n" * 236,
    "n" * 251,
)


@pytest.mark.parametrize("stem", ODD)
def test_odd_names_are_only_names_on_either_side(
    render: Render, encode: Callable[..., Path], moving: np.ndarray, stem: str
) -> None:
    name = f"{stem}.mp4"
    Path(name).write_bytes(encode("a.mp4", moving[:2]).read_bytes())
    os.mkdir("out")

    answer = render(name, os.path.join("out", name))
    assert answer.code == 0, answer.err
    assert os.listdir("out") == [name]
    assert len(open_clip(Path("out") / name)) == 2

    os.rename(name, "in.mp4")
    assert render("in.mp4", name).code == 0
    assert len(open_clip(Path(name))) == 2


def test_so_it_is_from_a_shell(end: Stylepipe, art: Path, encode: Callable[..., Path], moving: np.ndarray) -> None:
    name = '-o %03d it\'s "ü":漢\n.mp4'
    Path(name).write_bytes(encode("a.mp4", moving[:2]).read_bytes())

    answer = end("render", *QUICK, "-s", art, "-o", f"-{name}", "--", name)

    assert answer.code == 0, answer.err
    assert len(open_clip(Path(f"-{name}"))) == 2


def test_a_job_paints_clips_of_any_name(
    stylepipe: Stylepipe, art: Path, encode: Callable[..., Path], moving: np.ndarray
) -> None:
    for stem in ("-o", 'it\'s "a"', "%03d", "a:b", "two\nlines", "żółw 日本", "n" * 236):
        Path("clips").mkdir(exist_ok=True)
        (Path("clips") / f"{stem}.mp4").write_bytes(encode("a.mp4", moving[:1]).read_bytes())
    Path("job.yaml").write_text(f"jobs:\n  - {{contents: clips, styles: {art}}}\n")

    answer = stylepipe("run", "job.yaml", "--set", "size=32", "--set", "iterations=1", "--set", "pyramid=false")

    assert answer.code == 0, answer.err
    assert len(list(Path("out").glob("*.mp4"))) == 7
