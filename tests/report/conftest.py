"""What the tests of the report share: a small job that is painted once, and pages taken apart."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from stylepipe import load_spec, run
from stylepipe.batch.run import Options
from stylepipe.store.records import Record

from ..conftest import QUICK, save_picture

HOSTILE = "<img src=x onerror=alert(1)>"
JOBS = f"""
defaults: {{{QUICK}}}
styles:
  blend: [{{image: art/night.png, weight: 2}}, {{image: art/wave.png, weight: 1}}]
jobs:
  - {{name: all, contents: photos/*, styles: [art/*.png, blend]}}
  - name: sweep
    contents: photos/cat.png
    styles: art/wave.png
    set: {{size: 24}}
    sweep: {{style_weight: [5, 20], content_weight: [1, 2]}}
output: {{name: "{{job}}/{{content}}--{{style}}--{{style_weight}}-{{content_weight}}"}}
"""


@pytest.fixture(scope="session")
def painted_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Paint two photographs in three styles and a sweep; a third file of a wicked name is no picture, and fails."""
    folder = tmp_path_factory.mktemp("painted")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("STYLEPIPE_WEIGHTS_DIR", "TORCH_HOME", "XDG_CACHE_HOME"):
            patch.setenv(name, str(tmp_path_factory.mktemp("caches")))
        for seed, name in enumerate(("photos/cat.png", "photos/dog.png", "art/night.png", "art/wave.png")):
            save_picture(folder / name, seed=seed)
        (folder / "photos" / f"{HOSTILE}.jpg").write_text("no picture")
        (folder / "job.yaml").write_text(JOBS)
        run(load_spec(folder / "job.yaml"), Options(workers=0))
    return folder


@pytest.fixture
def painted(painted_once: Path, tmp_path: Path) -> Path:
    """Give a copy of that job, for a test to spoil; its records speak of the first one's photographs."""
    return Path(shutil.copytree(painted_once, tmp_path / "job", dirs_exist_ok=True))


@pytest.fixture(scope="session")
def painted_clip(tmp_path_factory: pytest.TempPathFactory, encode: Callable[..., Path], moving: Any) -> Path:
    """Paint a clip of six frames, as a file and as a folder of frames."""
    folder = tmp_path_factory.mktemp("clip-job")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("STYLEPIPE_WEIGHTS_DIR", "TORCH_HOME", "XDG_CACHE_HOME"):
            patch.setenv(name, str(tmp_path_factory.mktemp("caches")))
        save_picture(folder / "art" / "night.png")
        (folder / "clips").mkdir()
        (folder / "clips" / "square.mp4").write_bytes(encode("six.mp4", moving[:6]).read_bytes())
        few = "size: 48, iterations: 2, pyramid: false, video: {frame_iterations: 1}"
        (folder / "job.yaml").write_text(
            f"defaults: {{{few}}}\njobs:\n  - {{contents: clips/*, styles: art/night.png}}\n"
        )
        run(load_spec(folder / "job.yaml"), Options(workers=0))
        run(load_spec(folder / "job.yaml", {"output.format": "frames", "output.dir": "frames"}), Options(workers=0))
    return folder


class Page(HTMLParser):
    """A page, taken apart as a browser does: its elements with their attributes, and what its script is told."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.text = path.read_text(encoding="utf-8")
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[tuple[str, str]] = []
        self.feed(self.text)
        self.island: dict[str, Any] = json.loads(next(text for tag, text in self.inside if text.startswith("{")))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.elements and data.strip():
            self.inside.append((self.elements[-1][0], data))

    def meta(self, **wanted: str) -> str:
        """Give the content of a meta element."""
        (name, value), *_ = wanted.items()
        name = name.replace("_", "-")
        return next(a["content"] or "" for tag, a in self.elements if tag == "meta" and a.get(name) == value)

    def item(self, name: str) -> dict[str, Any]:
        """Give an item by its name."""
        return next(item for item in self.island["items"] if item["name"] == name)

    def small(self) -> set[str]:
        """Give the names of all small pictures that it speaks of."""
        rows = [*self.island["items"], *self.island["sources"]]
        return {row[key] for row in rows for key in ("thumb", "large") if key in row} | {
            name for row in rows for name in row.get("frames", ())
        }


def some_record(**changed: Any) -> Record:
    """A record of one painted picture, but for what is changed in it."""
    return Record(
        **{
            "item": "cat--night",
            "output": "cat--night.png",
            "fingerprint": "f",
            "identity": {},
            "inputs": (),
            "settings": {},
            "weights_sha256": "w",
            "versions": {},
            "device": "cpu",
            "seconds": 1.0,
            "iterations": 1,
            "output_sha256": "0",
            "output_size": 1,
            "finished": "2026-03-01T22:15:00Z",
        }
        | changed
    )
