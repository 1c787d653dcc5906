"""A decoder that dies of what it reads, or never ends: that costs its own item, and the run goes on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from ..batch.conftest import Job
from ..cli.conftest import Start

SITECUSTOMIZE = """
import os, signal, sys, time

if "spawn_main" not in " ".join(sys.orig_argv):
    # The process of the run: it opens no library in C that decodes.
    for name in ("PIL._webp", "PIL._avif", "PIL._imagingcms", "cv2"):
        sys.modules[name] = None
else:
    from PIL import ImageFile

    load = ImageFile.ImageFile.load

    def dying(self):
        name = os.path.basename(getattr(self.fp, "name", ""))
        if name.startswith("deadly"):
            os.kill(os.getpid(), signal.SIGSEGV)
        if name.startswith("endless"):
            time.sleep(3600)
        return load(self)

    ImageFile.ImageFile.load = dying
"""


@pytest.fixture
def python_path(tmp_path: Path) -> str:
    """Give a PYTHONPATH under which decoding `deadly` is a segmentation fault, and decoding `endless` never ends."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(SITECUSTOMIZE)
    return f"{tmp_path / 'site'}:{Path(__file__).parents[2]}"


def test_a_segmentation_fault_costs_one_item_and_the_run_itself_decodes_nothing(
    job: Job, start: Start, tmp_path: Path, python_path: str
) -> None:
    file = job("jobs:\n  - contents: photos/*\n    styles: art/night.png\n")
    (tmp_path / "photos" / "cat.png").rename(tmp_path / "photos" / "deadly.png")
    Image.open(tmp_path / "photos" / "dog.png").save(tmp_path / "photos" / "hen.webp")
    run = start("run", file, "--quiet", "--workers", "1", PYTHONPATH=python_path)
    _, said = run.communicate(timeout=300)
    assert said == "failed deadly--night: the process that painted it was killed by signal 11 (tried 3 times)\n"
    assert run.returncode == 1
    assert sorted(path.name for path in (tmp_path / "out").glob("*.png")) == ["dog--night.png", "hen--night.png"]


def test_a_segmentation_fault_while_files_are_read_ahead_costs_the_item_that_is_painted_one_more_turn(
    job: Job, start: Start, tmp_path: Path, python_path: str
) -> None:
    file = job("jobs:\n  - contents: photos/*\n    styles: art/night.png\n")
    (tmp_path / "photos" / "dog.png").rename(tmp_path / "photos" / "deadly.png")
    Image.open(tmp_path / "photos" / "cat.png").save(tmp_path / "photos" / "hen.webp")
    run = start(*("run", file, "--log-json", "--workers", "1", "--set", "iterations=50"), PYTHONPATH=python_path)
    _, said = run.communicate(timeout=300)
    assert run.returncode == 1
    told = [json.loads(line) for line in said.splitlines()]
    tried = [line["item"] for line in told if line["event"] == "item_retried"]
    assert sorted(tried) == ["cat--night", "deadly--night", "deadly--night"]
    assert [line["item"] for line in told if line["event"] == "item_failed"] == ["deadly--night"]
    assert sorted(path.name for path in (tmp_path / "out").glob("*.png")) == ["cat--night.png", "hen--night.png"]


@pytest.mark.slow
def test_a_decoder_without_end_is_ended_by_the_items_timeout(
    job: Job, start: Start, tmp_path: Path, python_path: str
) -> None:
    file = job("jobs:\n  - contents: photos/*.png\n    styles: art/night.png\n    set: {timeout: 2s}\n")
    (tmp_path / "photos" / "cat.png").rename(tmp_path / "photos" / "endless.png")
    run = start("run", file, "--quiet", "--workers", "1", PYTHONPATH=python_path)
    _, said = run.communicate(timeout=300)
    killed = "did not end at its timeout of 2 s, and was killed; allow more time, or leave it out"
    assert said == f"failed endless--night: {killed}\n"
    assert run.returncode == 1
