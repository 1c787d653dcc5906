"""Weights that are a program."""

from __future__ import annotations

import io
import os
import pickle
import zipfile
from pathlib import Path

import pytest
import torch

from stylepipe.batch.networks import Networks
from stylepipe.errors import EnvironmentLacksError
from stylepipe.spec.settings import Settings

from ..cli.conftest import Stylepipe


class Payload:
    """Runs a command when it is unpickled."""

    def __init__(self, canary: Path) -> None:
        self._canary = canary

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (f"touch {self._canary}",)


def zipped(payload: Payload) -> bytes:
    """Wrap a pickle as torch wraps those that it writes."""
    whole = io.BytesIO()
    torch.save({"conv1_1.weight": torch.zeros(1)}, whole)
    changed = io.BytesIO()
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(changed, "w") as target:
        for member in source.namelist():
            target.writestr(member, pickle.dumps(payload, 2) if member.endswith("data.pkl") else source.read(member))
    return changed.getvalue()


@pytest.mark.parametrize("form", ["pickle", "torch's"])
@pytest.mark.parametrize("name", ["a.pth", "a.safetensors"])
def test_a_pickle_does_not_run(tmp_path: Path, stylepipe: Stylepipe, form: str, name: str) -> None:
    payload = Payload(tmp_path / "pwned")
    (tmp_path / name).write_bytes(pickle.dumps(payload) if form == "pickle" else zipped(payload))
    with pytest.raises(EnvironmentLacksError, match="cannot be read as network weights"):
        Networks(torch.device("cpu")).network(Settings(weights=str(tmp_path / name)))
    assert stylepipe("weights", "import", tmp_path / name).code != 0
    assert not (tmp_path / "pwned").exists()


def test_the_payload_does_run_where_one_lets_it(tmp_path: Path) -> None:
    pickle.loads(pickle.dumps(Payload(tmp_path / "pwned")))
    assert (tmp_path / "pwned").exists()


def test_numbers_that_are_not_there_are_not_made_room_for(tmp_path: Path) -> None:
    weights = {"conv1_1.weight": torch.ones(1).expand(1 << 22, 3, 3, 3), "conv1_1.bias": torch.ones(1).expand(1 << 22)}
    torch.save(weights, tmp_path / "a.pth")
    with pytest.raises(EnvironmentLacksError, match="conv1_1 has fewer numbers than it says"):
        Networks(torch.device("cpu")).network(Settings(weights=str(tmp_path / "a.pth")))


def test_an_archive_that_unpacks_to_gigabytes_is_not_unpacked(tmp_path: Path) -> None:
    whole = io.BytesIO()
    torch.save({"conv1_1.weight": torch.zeros(1 << 20)}, whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(tmp_path / "a.pth", "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.namelist():
            target.writestr(member, source.read(member))
    with pytest.raises(EnvironmentLacksError, match="it unpacks to more than it is; save it"):
        Networks(torch.device("cpu")).network(Settings(weights=str(tmp_path / "a.pth")))
