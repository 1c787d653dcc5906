"""Photographs whose names mean something to a shell, a pattern, a terminal, a browser or a disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ..batch.conftest import Job
from ..cli.conftest import Stylepipe
from ..conftest import save_picture
from .conftest import outside

STEMS = (
    "-rf",
    "--force",
    "two\nlines",
    "bell\a\x1b]0;owned\x07",
    "%03d%s%n",
    'it\'s "quoted" `id` $(id)',
    "<img src=x onerror=alert(1)>",
    "&lt;script&gt;",
    "{content.__class__}",
    "{0}",
    "CON",
    "a:b|c?*",
    "\u202egnp.exe",
    "z" * 251,
    "字" * 83,
)


def test_each_is_painted_into_the_output_folder_and_told_in_one_line(
    job: Job, stylepipe: Stylepipe, tmp_path: Path
) -> None:
    file = job("jobs:\n  - contents: odd\n    styles: art/night.png\n")
    (tmp_path / "odd").mkdir()
    for number, stem in enumerate(STEMS):
        save_picture(tmp_path / "a.png", seed=number)
        os.rename(tmp_path / "a.png", tmp_path / "odd" / f"{stem}.png")
    before = outside(tmp_path, tmp_path / "out")
    planned = stylepipe("plan", file)
    assert planned.out.count("\n") == len(STEMS)
    assert planned.out.replace("\n", "").isprintable()
    answer = stylepipe("run", file)
    assert answer.code == 0, answer.err
    assert answer.err.replace("\n", "").isprintable()
    assert len(list((tmp_path / "out").glob("*.png"))) == len(STEMS)
    assert outside(tmp_path, tmp_path / "out") == before


def test_a_failure_is_one_line_of_failures_txt_and_of_status(job: Job, stylepipe: Stylepipe, tmp_path: Path) -> None:
    file = job("jobs:\n  - contents: odd\n    styles: art/night.png\n")
    (tmp_path / "odd").mkdir()
    for stem in STEMS:
        (tmp_path / "odd" / f"{stem}.png").write_bytes(b"no picture")
    assert stylepipe("run", file, "--quiet").code == 3
    lines = (tmp_path / "out" / ".stylepipe" / "failures.txt").read_text().splitlines()
    assert len(lines) == 1 + 3 * len(STEMS)
    assert all(line.isprintable() for line in lines)
    status = stylepipe("status", file)
    assert status.out.count("\nfailed: ") == len(STEMS)
    assert status.out.replace("\n", "").isprintable()


def test_a_folder_that_a_job_file_names_steers_no_terminal(
    job: Job, stylepipe: Stylepipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("click.utils.should_strip_ansi", lambda *_: False)  # as on a terminal
    file = job('output: {dir: "o\\e]0;owned\\a"}\njobs:\n  - contents: photos/cat.png\n    styles: art/night.png\n')
    for command in ("plan", "clean", "run", "status", "report", "clean"):
        answer = stylepipe(command, file)
        assert answer.code == 0, answer.err
        assert (answer.out + answer.err).replace("\n", "").isprintable(), command
