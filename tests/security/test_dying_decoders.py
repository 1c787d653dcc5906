"""A decoder that dies of what it reads, or never ends: that costs its own item, and the run goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..batch.conftest import Job
from ..cli.conftest import Stylepipe

SITECUSTOMIZE = """
import os, signal, time
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
    """Give a PYTHONPATH under which decoding `deadly` dies of SIGSEGV, and decoding `endless` never ends."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(SITECUSTOMIZE)
    return f"{tmp_path / 'site'}:{Path(__file__).parents[2]}"


def test_a_segmentation_fault_costs_one_item(job: Job, end: Stylepipe, tmp_path: Path, python_path: str) -> None:
    file = job("jobs:\n  - contents: photos/*.png\n    styles: art/night.png\n")
    (tmp_path / "photos" / "cat.png").rename(tmp_path / "photos" / "deadly.png")
    answer = end("run", file, "--quiet", "--workers", "1", PYTHONPATH=python_path)
    assert answer.code == 1
    assert answer.err == ("failed deadly--night: the process that painted it was killed by signal 11 (tried 3 times)\n")
    assert [path.name for path in (tmp_path / "out").glob("*.png")] == ["dog--night.png"]


def test_a_decoder_without_end_is_ended_by_the_items_timeout(
    job: Job, end: Stylepipe, tmp_path: Path, python_path: str
) -> None:
    file = job("jobs:\n  - contents: photos/*.png\n    styles: art/night.png\n    set: {timeout: 0.5s}\n")
    (tmp_path / "photos" / "cat.png").rename(tmp_path / "photos" / "endless.png")
    answer = end("run", file, "--quiet", "--workers", "1", PYTHONPATH=python_path)
    assert answer.code == 1
    assert "failed endless--night: did not end at its timeout of 0.5 s, and was killed" in answer.err


def test_the_run_itself_never_asks_the_libraries_in_c(job: Job, end: Stylepipe, tmp_path: Path) -> None:
    file = job("jobs:\n  - contents: photos/*\n    styles: art/night.png\n")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(
        "import sys, multiprocessing\n"
        "if 'spawn_main' not in ' '.join(sys.orig_argv):\n"
        "    sys.modules['PIL._webp'] = sys.modules['PIL._avif'] = sys.modules['cv2'] = None\n"
    )
    from PIL import Image

    for name in ("a.webp", "b.webp"):
        Image.open(tmp_path / "photos" / "cat.png").save(tmp_path / "photos" / name)
    path = f"{tmp_path / 'site'}:{Path(__file__).parents[2]}"
    answer = end("run", file, "--workers", "1", PYTHONPATH=path)
    assert answer.code == 0, answer.err
    answer = end("plan", file, "--force", PYTHONPATH=path)
    assert "about" in answer.err
