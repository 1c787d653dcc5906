"""Checkpoints, remembered hashes and artworks' statistics that somebody has changed are as good as none."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from stylepipe import load_spec
from stylepipe.batch.plan import plan
from stylepipe.store.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from stylepipe.store.file_cache import FileCache
from stylepipe.store.places import hashes_file

from ..batch.conftest import Job, carry_out, outputs_in

ONE = "jobs:\n  - contents: photos/cat.png\n    styles: art/night.png\n"
HASHES: list[Any] = [
    None,
    [],
    {"version": 2},
    {"version": 2, "files": []},
    {"version": 2, "files": {"/a": [[1, 2, 3], "x"]}},
    {"version": 2, "files": {"/a": [["x", 2, 3, 4], "x"]}},
    {"version": 2, "files": {"/a": [[10**400, 2, 3, 4], 5]}},
    {"version": 2, "files": {"../../x": "y"}},
]


@pytest.mark.parametrize("content", HASHES)
def test_hashes_that_make_no_sense_are_none(job: Job, tmp_path: Path, content: Any) -> None:
    file = job(ONE)
    carry_out(file)
    hashes_file(tmp_path / "out").write_text(json.dumps(content))
    assert [entry.reason for entry in plan(load_spec(file))] == [None]
    assert carry_out(file)[0].up_to_date == 1


@pytest.mark.parametrize(
    "facts", [{}, {"seconds": "x", "iterations": 1, "painting": {}}, {"seconds": 1, "iterations": -1, "painting": {}},
              {"seconds": 1, "iterations": 1, "painting": []}, {"seconds": 1, "iterations": 1, "painting": {}}]
)  # fmt: skip
def test_a_checkpoint_that_makes_no_sense_is_none(
    job: Job, tmp_path: Path, facts: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = job(ONE)
    carry_out(file)
    whole = outputs_in(tmp_path / "out")

    def planted(folder: Path, key: str, most_bytes: int) -> Checkpoint | None:
        write_checkpoint(folder, key, Checkpoint({"picture": np.zeros(3, np.float32)}, facts))
        return read_checkpoint(folder, key, most_bytes)

    monkeypatch.setattr("stylepipe.batch.checkpoints.read_checkpoint", planted)
    assert carry_out(file, force=True)[0].done == 1
    assert outputs_in(tmp_path / "out") == whole


def test_a_checkpoint_of_a_terabyte_is_not_read(job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sparse file whose header is in order: it names this painting, and numbers that fill all of it."""

    def planted(folder: Path, key: str, most_bytes: int) -> Checkpoint | None:
        write_checkpoint(folder, key, Checkpoint({"picture": np.zeros(3, np.float32)}, {}))
        (file,) = folder.iterdir()
        metadata = {"key": key, "facts": "{}"}
        picture = {"dtype": "U8", "shape": [2**40], "data_offsets": [0, 2**40]}
        header = json.dumps({"__metadata__": metadata, "picture": picture}).encode()
        file.write_bytes(len(header).to_bytes(8, "little") + header)
        os.truncate(file, 8 + len(header) + 2**40)
        found = read_checkpoint(folder, key, most_bytes)
        bounds.append((most_bytes, found))
        return found

    bounds: list[tuple[int, Checkpoint | None]] = []
    monkeypatch.setattr("stylepipe.batch.checkpoints.read_checkpoint", planted)
    assert carry_out(job(ONE))[0].done == 1
    ((most_bytes, found),) = bounds
    assert (found, most_bytes < 2**29) == (None, True)


def test_a_checkpoint_that_is_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    write_checkpoint(tmp_path / "a", "key", Checkpoint({"picture": np.zeros(3)}, {}))
    (tmp_path / "a" / "painting.safetensors").unlink()
    os.mkfifo(tmp_path / "a" / "painting.safetensors")
    assert read_checkpoint(tmp_path / "a", "key", 2**20) is None


def test_statistics_that_are_cut_or_of_others_names_are_measured_again(job: Job, tmp_path: Path) -> None:
    file = job(ONE)
    carry_out(file)
    whole = outputs_in(tmp_path / "out")
    kept = [*Path(os.environ["XDG_CACHE_HOME"]).rglob("artworks/*.safetensors")]
    assert kept
    for damage in (
        lambda arrays: {},
        lambda arrays: {"x": np.zeros(1)},
        lambda arrays: {k: np.array(2 * v) for k, v in arrays.items()},
    ):
        for path in kept:
            save_file(damage(load_file(path)), path)
        assert carry_out(file, force=True)[0].done == 1
        assert outputs_in(tmp_path / "out") == whole


def test_a_pipe_in_the_cache_is_not_waited_for(tmp_path: Path) -> None:
    cache = FileCache(tmp_path, 10**6)
    cache.put("a", {"x": np.zeros(3)})
    (path,) = tmp_path.iterdir()
    path.unlink()
    os.mkfifo(path)
    assert cache.get("a") is None
