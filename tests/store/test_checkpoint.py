"""The state of a picture comes back as it was, for its own picture only, and is never torn."""

from __future__ import annotations

import resource
from pathlib import Path

import numpy as np
import pytest

from stylepipe.errors import OutputError
from stylepipe.store.checkpoint import Checkpoint, read_checkpoint, remove_checkpoint, write_checkpoint
from stylepipe.store.places import unfinished_folder

STATE = Checkpoint(
    {"picture": np.random.default_rng(0).random((1, 3, 5, 7), np.float32), "none": np.zeros((0, 2), np.float32)},
    {"seconds": 12.25, "painting": {"step": 7, "losses": [[0.1, 1e-300]], "kind": "lbfgs"}},
)

MOST = 2**20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return unfinished_folder(tmp_path / "out", "sub/cat.png")


def test_a_state_comes_back_bit_for_bit(folder: Path) -> None:
    write_checkpoint(folder, "key", STATE)
    found = read_checkpoint(folder, "key", MOST)
    assert found is not None
    assert found.facts == STATE.facts
    assert {name: array.tobytes() for name, array in found.arrays.items()} == {
        name: array.tobytes() for name, array in STATE.arrays.items()
    }


def test_a_newer_state_takes_the_place_of_an_older_one(folder: Path) -> None:
    write_checkpoint(folder, "key", Checkpoint({}, {"seconds": 1}))
    write_checkpoint(folder, "key", STATE)
    found = read_checkpoint(folder, "key", MOST)
    assert found is not None
    assert found.facts == STATE.facts
    assert len([*folder.iterdir()]) == 1


def test_a_state_of_another_picture_is_none(folder: Path) -> None:
    write_checkpoint(folder, "key", STATE)
    assert read_checkpoint(folder, "other", MOST) is None


@pytest.mark.parametrize("length", [0, 1, 8, 100, 400])
def test_what_is_torn_is_none(folder: Path, length: int) -> None:
    write_checkpoint(folder, "key", STATE)
    (file,) = folder.iterdir()
    file.write_bytes(file.read_bytes()[:length])
    assert read_checkpoint(folder, "key", MOST) is None


def test_what_is_larger_than_a_state_can_be_is_none(folder: Path) -> None:
    write_checkpoint(folder, "key", STATE)
    (file,) = folder.iterdir()
    assert read_checkpoint(folder, "key", file.stat().st_size) is not None
    assert read_checkpoint(folder, "key", file.stat().st_size - 1) is None


def test_where_nothing_was_kept_there_is_none(folder: Path) -> None:
    assert read_checkpoint(folder, "key", MOST) is None
    remove_checkpoint(folder)


def test_what_is_removed_leaves_no_folders(folder: Path, tmp_path: Path) -> None:
    write_checkpoint(folder, "key", STATE)
    remove_checkpoint(folder)
    assert not (tmp_path / "out" / ".stylepipe").exists()


def test_a_disk_without_room_is_an_error_of_the_output(folder: Path) -> None:
    write_checkpoint(folder, "key", STATE)
    large = Checkpoint({"picture": np.zeros(10**5)}, {})
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        with pytest.raises(OutputError, match=r"painting\.safetensors: cannot be written"):
            write_checkpoint(folder, "key", large)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert len([*folder.iterdir()]) == 1
    assert read_checkpoint(folder, "key", MOST) is not None
