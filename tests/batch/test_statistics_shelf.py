"""An artwork is measured once at each size, whoever paints, and what is kept changes no bit of any picture."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
import torch

from stylepipe.batch.statistics_shelf import StatisticsShelf
from stylepipe.engine import artworks

from ..conftest import save_picture
from .conftest import Job, carry_out, outputs_in

CPU = torch.device("cpu")


def kept() -> list[Path]:
    return [*Path(os.environ["XDG_CACHE_HOME"]).rglob("artworks/*.safetensors")]


def test_statistics_come_back_bit_for_bit_and_for_their_own_device_and_threads() -> None:
    found = {"relu1_1": (torch.rand(4, 4), torch.rand(4)), "relu4_2": (torch.tensor(0.5), torch.rand(9))}
    StatisticsShelf(CPU).put("key", found)
    back = StatisticsShelf(CPU).get("key")
    assert back is not None
    assert [*back] == [*found]
    assert all(torch.equal(a, b) for layer in found for a, b in zip(found[layer], back[layer], strict=True))
    assert StatisticsShelf(CPU).get("other") is None
    before = torch.get_num_threads()
    torch.set_num_threads(before + 1)
    try:
        assert StatisticsShelf(CPU).get("key") is None
    finally:
        torch.set_num_threads(before)


def test_no_artwork_of_a_folder_is_measured_twice_at_one_size(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = job(defaults="size: 96, iterations: 1, pyramid: true")
    for number in range(3):
        save_picture(tmp_path / "photos" / f"more{number}.png", 40 + number, 60 - number, seed=10 + number)
    measured: Counter[object] = Counter()
    second_moment_and_mean = artworks.second_moment_and_mean

    def count(features: torch.Tensor, mask: torch.Tensor | None) -> tuple[torch.Tensor, torch.Tensor]:
        measured[float(features.double().sum()), features.shape] += 1
        return second_moment_and_mean(features, mask=mask)

    monkeypatch.setattr(artworks, "second_moment_and_mean", count)
    assert carry_out(file)[0].done == 10
    assert len(measured) >= 16
    assert set(measured.values()) == {1}
    assert carry_out(file, force=True)[0].done == 10
    assert set(measured.values()) == {1}  # the next run, in a process of its own or not, measures nothing


def test_what_is_kept_changes_no_bit(job: Job, tmp_path: Path) -> None:
    file = job(defaults="size: 48, iterations: 3, pyramid: false")
    carry_out(file)
    cold = outputs_in(tmp_path / "out")
    assert len(kept()) >= 4
    carry_out(file, force=True)
    assert outputs_in(tmp_path / "out") == cold
    carry_out(file, {"output.dir": "by-workers"}, workers=2)
    assert outputs_in(tmp_path / "by-workers") == cold
